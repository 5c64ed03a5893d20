"""What must not ring, to be judged on: nothing is ever tuned on it."""

from typing import Final

from lab.evaluate.replays.world.episodes.shape import Shape, Shock
from lab.evaluate.replays.world.timing.cascade import Contagion

HARMLESS_HELD_OUT: Final = (
    Shape(
        name="giveaway", kind="harmless", split="held_out",
        hours=7, contagion=Contagion(0.72, theta=0.5), begins=(8, 20), hashtags=1, links=1,
        follow={"hopeful": 0.9, "joker": 0.05, "heckler": 0.05}, again=0.3,
        shocks=(
            Shock(0, 0.7, 0.5, 6, {"hopeful": 1.0}, influencers=2, reach=80_000, own_replies=2),
            Shock(20, 0.3, 1, 4, {"hopeful": 0.95, "heckler": 0.05}, own_replies=2),
        ),
    ),
    Shape(
        name="sports_moment", kind="harmless", split="held_out", least_per_hour=5,
        hours=5, contagion=Contagion(0.35, theta=0.9, flat_s=180), begins=(16, 23),
        follow={"cheerer": 0.6, "joker": 0.2, "heckler": 0.2},
        shocks=(
            Shock(0, 0.4, 0.1, 0.7, {"cheerer": 0.75, "heckler": 0.15, "joker": 0.1}),
            Shock(1.1, 0.6, 0.1, 0.6, {"cheerer": 0.6, "heckler": 0.25, "joker": 0.15},
                  influencers=2, reach=500_000, own_replies=3),
        ),
    ),
    Shape(
        name="hostile_flood", kind="harmless", split="held_out",
        hours=5, contagion=Contagion(0.05, theta=0.6), begins=(0, 24),
        follow={"hater": 0.7, "asker": 0.3}, hashtags=1, links=2,
        shocks=(
            # A handful of programs shout; nobody joins in.
            Shock(0, 1.0, 0.2, 3, {"hater": 1.0}, accounts=25),
        ),
    ),
    Shape(
        name="positive_storm", kind="harmless", split="held_out",
        hours=11, contagion=Contagion(0.80, theta=0.55), begins=(7, 20),
        follow={"fan": 0.6, "teller": 0.08, "cheerer": 0.25, "heckler": 0.07},
        shocks=(
            Shock(0, 0.5, 0.6, 4, {"fan": 0.8, "cheerer": 0.2}, influencers=3, reach=300_000),
            Shock(24, 0.5, 2, 8, {"fan": 0.6, "reporter": 0.3, "cheerer": 0.1},
                  influencers=3, reach=500_000, abroad=0.3, own_replies=2),
        ),
    ),
    Shape(
        name="seasonal_campaign", kind="harmless", split="held_out",
        hours=8, contagion=Contagion(0.35, theta=0.5), begins=(6, 12),
        follow={"fan": 0.45, "asker": 0.2, "customer": 0.15, "hopeful": 0.15, "heckler": 0.05},
        shocks=(
            Shock(0, 0.5, 2, 6, {"advertiser": 0.3, "fan": 0.45, "asker": 0.15, "customer": 0.1},
                  own_replies=6),
            Shock(24, 0.5, 2, 7, {"advertiser": 0.25, "fan": 0.4, "asker": 0.15, "customer": 0.2},
                  own_replies=6),
        ),
    ),
    Shape(
        name="service_outage", kind="harmless", split="held_out", least_per_hour=10,
        hours=4, contagion=Contagion(0.35, theta=0.8, flat_s=200), begins=(6, 23),
        follow={"customer": 0.7, "asker": 0.15, "joker": 0.15}, hashtags=1, links=2,
        shocks=(
            # Down for an hour and a half, said so, up again.
            Shock(0, 0.85, 0.3, 1.2, {"customer": 0.75, "asker": 0.15, "joker": 0.1},
                  own_replies=5),
            Shock(2, 0.15, 0.4, 1.0, {"supporter": 0.5, "customer": 0.3, "joker": 0.2},
                  own_replies=4),
        ),
    ),
    Shape(
        name="mourning", kind="harmless", split="held_out", least_per_hour=5,
        hours=6, contagion=Contagion(0.72, theta=0.55), begins=(0, 24),
        follow={"mourner": 0.75, "reporter": 0.2, "fan": 0.05},
        shocks=(
            # Somebody whom everybody links with the brand has died: sad, and not at the brand.
            Shock(0, 1.0, 0.4, 5, {"mourner": 0.55, "reporter": 0.45},
                  influencers=5, reach=500_000, abroad=0.2, own_replies=1),
        ),
    ),
)  # fmt: skip
