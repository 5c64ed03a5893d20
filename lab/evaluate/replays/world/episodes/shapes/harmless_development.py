"""What must not ring, to tune on."""

from typing import Final

from lab.evaluate.replays.world.episodes.shape import Shape, Shock
from lab.evaluate.replays.world.timing.cascade import Contagion

HARMLESS_DEVELOPMENT: Final = (
    Shape(
        name="product_launch", kind="harmless", split="development",
        hours=8, contagion=Contagion(0.62, theta=0.6), begins=(8, 20),
        follow={"fan": 0.5, "reporter": 0.15, "asker": 0.15, "heckler": 0.1, "joker": 0.1},
        shocks=(
            Shock(0, 0.7, 0.4, 3, {"reporter": 0.4, "fan": 0.5, "asker": 0.1},
                  influencers=5, reach=300_000, abroad=0.25, own_replies=5),
            Shock(9, 0.3, 2, 8, {"fan": 0.55, "heckler": 0.15, "asker": 0.2, "customer": 0.1}),
        ),
    ),
    Shape(
        name="celebrity_mention", kind="harmless", split="development",
        hours=6, contagion=Contagion(0.82, theta=0.7, flat_s=240), begins=(8, 24), links=1,
        follow={"fan": 0.5, "joker": 0.25, "cheerer": 0.2, "heckler": 0.05},
        shocks=(
            Shock(0, 1.0, 0.15, 2.5, {"fan": 0.6, "joker": 0.2, "cheerer": 0.2},
                  influencers=1, reach=6_000_000, abroad=0.3),
        ),
    ),
    Shape(
        name="spam_flood", kind="harmless", split="development",
        hours=6, contagion=Contagion(0.05, theta=0.6), begins=(0, 24),
        follow={"advertiser": 1.0}, hashtags=4, links=2,
        shocks=(
            Shock(0, 1.0, 0.2, 3, {"advertiser": 1.0}, accounts=40),
        ),
    ),
    Shape(
        name="neutral_news", kind="harmless", split="development", least_per_hour=5,
        hours=5, contagion=Contagion(0.52, theta=0.55), begins=(6, 16), links=15,
        follow={"reporter": 0.6, "asker": 0.2, "fan": 0.1, "heckler": 0.1},
        shocks=(
            Shock(0, 0.8, 0.4, 3, {"reporter": 0.9, "asker": 0.1}, influencers=5, reach=400_000),
            Shock(8, 0.2, 2, 6, {"reporter": 0.8, "heckler": 0.1, "fan": 0.1}),
        ),
    ),
    Shape(
        name="complaints_wave", kind="harmless", split="development",
        hours=3, contagion=Contagion(0.25, theta=0.7), begins=(7, 20),
        follow={"customer": 0.8, "asker": 0.15, "supporter": 0.05}, hashtags=2, links=3,
        shocks=(
            # Late parcels, a queue: work for customer service, and it gets done.
            Shock(0, 1.0, 1, 3, {"customer": 0.9, "asker": 0.1}, own_replies=12),
        ),
    ),
    Shape(
        name="meme", kind="harmless", split="development",
        hours=7, contagion=Contagion(0.82, theta=0.6), begins=(8, 24),
        follow={"joker": 0.85, "fan": 0.1, "heckler": 0.05}, again=0.05,
        shocks=(
            Shock(0, 0.6, 0.6, 4, {"joker": 1.0}, influencers=2, reach=150_000),
            Shock(10, 0.4, 1, 6, {"joker": 0.9, "reporter": 0.1}, influencers=2, reach=400_000,
                  abroad=0.2, own_replies=1),
        ),
    ),
)  # fmt: skip
