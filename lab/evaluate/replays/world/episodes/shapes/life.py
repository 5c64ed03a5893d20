"""What life and worlds by other hands have, and ours lacked: for each half, shapes of its own.

Harmless ones that look like crises to who counts negative mentions: one post passed on for hours,
quarrels about something else, spam of people who lost everything, a namesake's disaster, a rival's
crisis, grumbling about prices. And crises that are hard to see: a slow burn, a very small brand,
one post that is passed on, one that begins while something harmless still goes on.

They stand at the end of all shapes: a shape's number is part of its luck.
"""

from typing import Final

from lab.evaluate.replays.world.episodes.shape import Shape, Shock
from lab.evaluate.replays.world.timing.cascade import Contagion

_ANGRY: Final = {"critic": 0.4, "outraged": 0.25, "mocker": 0.1, "teller": 0.1, "supporter": 0.15}
_QUARREL: Final = {"quarreller": 0.9, "joker": 0.1}

LIFE_DEVELOPMENT: Final = (
    Shape(
        # Two strangers quarrel about something else; one post that has the name in it goes round.
        name="passed_on_quarrel", kind="harmless", split="development",
        hours=0.5, contagion=Contagion(0.15, theta=0.6), begins=(8, 23), links=1,
        follow=_QUARREL,
        shocks=(
            Shock(0, 1.0, 0.5, 3, {"quarreller": 1.0}, influencers=1, reach=200_000, one_post=True),
        ),
    ),
    Shape(
        name="political_quarrel", kind="harmless", split="development",
        hours=4, contagion=Contagion(0.6, theta=0.6), begins=(7, 23), follow=_QUARREL, again=0.25,
        shocks=(
            Shock(0, 1.0, 0.7, 4, {"quarreller": 1.0}, influencers=2, reach=80_000),
        ),
    ),
    Shape(
        name="lost_everything_spam", kind="harmless", split="development", most_per_hour=900,
        hours=3, contagion=Contagion(0.1, theta=0.6), begins=(0, 24),
        follow={"spammer": 1.0}, hashtags=2, links=3,
        shocks=(
            Shock(0, 1.0, 0.5, 5, {"spammer": 1.0}),
        ),
    ),
    Shape(
        # A ship, a town or a storm of the same name.
        name="namesake_disaster", kind="harmless", split="development",
        hours=7, contagion=Contagion(0.7, theta=0.55), begins=(0, 24), links=8,
        follow={"namesake": 0.95, "joker": 0.05},
        shocks=(
            Shock(0, 1.0, 0.6, 5, {"namesake": 1.0}, influencers=4, reach=400_000, abroad=0.2),
        ),
    ),
    Shape(
        # Another one's scandal: "and the others are no better", "glad I am with you".
        name="rival_crisis", kind="harmless", split="development", least_per_hour=5,
        hours=4, contagion=Contagion(0.6, theta=0.6), begins=(7, 21), links=5,
        follow={"comparer": 0.9, "supporter": 0.1},
        shocks=(
            Shock(0, 0.7, 1, 5, {"comparer": 1.0}, influencers=2, reach=150_000),
            Shock(9, 0.3, 1, 5, {"comparer": 0.8, "supporter": 0.2}),
        ),
    ),
    Shape(
        name="price_grumbling", kind="harmless", split="development",
        hours=4, contagion=Contagion(0.4, theta=0.6), begins=(6, 20), follow={"haggler": 1.0},
        shocks=(
            Shock(0, 1.0, 2, 8, {"haggler": 0.85, "reporter": 0.15}, own_replies=3),
        ),
    ),
    Shape(
        # A few an hour more than usual, all of them accusing, for two days.
        name="slow_burn", kind="crisis", split="development",
        hours=2, contagion=Contagion(0.45, theta=0.5), begins=(6, 20), again=0.2, follow=_ANGRY,
        shocks=(
            Shock(0, 0.5, 10, 14, {"critic": 0.7, "witness": 0.3}),
            Shock(20, 0.5, 6, 12, {"critic": 0.6, "teller": 0.25, "boycotter": 0.15}),
        ),
    ),
    Shape(
        name="tiny_brand", kind="crisis", split="development", most_per_hour=1,
        hours=4, contagion=Contagion(0.7, theta=0.6), begins=(9, 21), links=1, again=0.3,
        follow=_ANGRY,
        shocks=(
            Shock(0, 0.7, 0.8, 3, {"critic": 0.5, "outraged": 0.3, "witness": 0.2}, influencers=1,
                  reach=20_000),
            Shock(7, 0.3, 1, 4, {"mocker": 0.4, "critic": 0.6}, own_replies=2),
        ),
    ),
    Shape(
        # An accusation that people press the button for, and few write anything of their own.
        name="accusing_thread", kind="crisis", split="development",
        hours=6, contagion=Contagion(0.4, theta=0.6), begins=(7, 22), links=1, follow=_ANGRY,
        shocks=(
            Shock(0, 0.6, 0.6, 4, {"critic": 0.6, "witness": 0.4}, influencers=1, reach=150_000,
                  one_post=True),
            Shock(3, 0.4, 1, 4, {"outraged": 0.5, "critic": 0.5}, influencers=2, reach=100_000),
        ),
    ),
    Shape(
        # The quarrel of the morning is not over when the accusation of noon begins.
        name="crisis_in_a_quarrel", kind="crisis", split="development", turns=1,
        hours=8, contagion=Contagion(0.65, theta=0.65), begins=(7, 15), follow=_ANGRY,
        shocks=(
            Shock(0, 0.15, 0.4, 0.8, {"quarreller": 1.0}, influencers=1, reach=60_000,
                  one_post=True),
            Shock(4, 0.85, 0.6, 4, {"critic": 0.5, "outraged": 0.35, "teller": 0.15},
                  influencers=3, reach=150_000, own_replies=2),
        ),
    ),
)  # fmt: skip

LIFE_HELD_OUT: Final = (
    Shape(
        name="passed_on_joke", kind="harmless", split="held_out",
        hours=1.2, contagion=Contagion(0.2, theta=0.6), begins=(9, 24), links=1,
        follow={"joker": 0.6, "quarreller": 0.4},
        shocks=(
            Shock(0, 1.0, 0.3, 2.5, {"quarreller": 0.6, "joker": 0.4}, influencers=1,
                  reach=500_000, one_post=True),
        ),
    ),
    Shape(
        name="match_day_swearing", kind="harmless", split="held_out",
        hours=4, contagion=Contagion(0.4, theta=0.8, flat_s=180), begins=(15, 23),
        follow={"quarreller": 0.7, "heckler": 0.2, "cheerer": 0.1},
        shocks=(
            Shock(0, 0.5, 0.2, 1, {"quarreller": 0.7, "cheerer": 0.3}),
            Shock(1, 0.5, 0.2, 1.2, {"quarreller": 0.8, "heckler": 0.2}),
        ),
    ),
    Shape(
        name="recovery_spam", kind="harmless", split="held_out", most_per_hour=900,
        hours=4, contagion=Contagion(0.05, theta=0.6), begins=(0, 24),
        follow={"spammer": 1.0}, hashtags=3, links=2,
        shocks=(
            Shock(0, 0.6, 0.3, 3, {"spammer": 1.0}),
            Shock(14, 0.4, 0.3, 3, {"spammer": 1.0}),
        ),
    ),
    Shape(
        name="namesake_convicted", kind="harmless", split="held_out",
        hours=5, contagion=Contagion(0.6, theta=0.6), begins=(6, 22), links=6,
        follow={"quarreller": 0.5, "namesake": 0.5},
        shocks=(
            Shock(0, 1.0, 0.5, 4, {"namesake": 0.6, "quarreller": 0.4}, influencers=3,
                  reach=300_000),
        ),
    ),
    Shape(
        name="rival_accused", kind="harmless", split="held_out", least_per_hour=5,
        hours=5, contagion=Contagion(0.7, theta=0.55), begins=(7, 22), links=4,
        follow={"comparer": 0.8, "quarreller": 0.2},
        shocks=(
            Shock(0, 1.0, 0.8, 6, {"comparer": 1.0}, influencers=3, reach=200_000, abroad=0.1),
        ),
    ),
    Shape(
        name="fee_grumbling", kind="harmless", split="held_out",
        hours=3, contagion=Contagion(0.45, theta=0.5), begins=(6, 18),
        follow={"haggler": 0.85, "asker": 0.15},
        shocks=(
            Shock(0, 0.6, 1.5, 6, {"haggler": 0.9, "reporter": 0.1}, own_replies=2),
            Shock(16, 0.4, 2, 6, {"haggler": 1.0}),
        ),
    ),
    Shape(
        name="smouldering_case", kind="crisis", split="held_out",
        hours=2.5, contagion=Contagion(0.5, theta=0.45), begins=(5, 20), again=0.25, follow=_ANGRY,
        shocks=(
            Shock(0, 1.0, 14, 18, {"critic": 0.5, "teller": 0.25, "witness": 0.25}),
        ),
    ),
    Shape(
        name="corner_shop", kind="crisis", split="held_out", most_per_hour=1,
        hours=5, contagion=Contagion(0.65, theta=0.6), begins=(8, 22), links=1, again=0.3,
        follow=_ANGRY,
        shocks=(
            Shock(0, 1.0, 1, 4, {"witness": 0.4, "outraged": 0.4, "critic": 0.2}, influencers=1,
                  reach=30_000, own_replies=2),
        ),
    ),
    Shape(
        name="shared_accusation", kind="crisis", split="held_out",
        hours=7, contagion=Contagion(0.35, theta=0.55), begins=(7, 23), links=1, follow=_ANGRY,
        shocks=(
            Shock(0, 0.75, 0.8, 5, {"critic": 1.0}, influencers=1, reach=250_000, one_post=True),
            Shock(5, 0.25, 1, 5, {"outraged": 0.6, "mocker": 0.2, "teller": 0.2}),
        ),
    ),
    Shape(
        name="crisis_in_mourning", kind="crisis", split="held_out", turns=1, least_per_hour=5,
        hours=9, contagion=Contagion(0.65, theta=0.6), begins=(5, 14), follow=_ANGRY,
        shocks=(
            Shock(0, 0.15, 0.4, 1, {"mourner": 0.7, "namesake": 0.3}),
            Shock(5, 0.85, 0.7, 5, {"critic": 0.45, "outraged": 0.3, "teller": 0.25},
                  influencers=3, reach=200_000, own_replies=1),
        ),
    ),
)  # fmt: skip
