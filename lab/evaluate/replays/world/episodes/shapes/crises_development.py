"""Crises to tune on."""

from typing import Final

from lab.evaluate.replays.world.episodes.shape import Shape, Shock
from lab.evaluate.replays.world.timing.cascade import Contagion

_CAMPAIGN: Final = {"critic": 0.36, "outraged": 0.13, "teller": 0.15, "supporter": 0.25,
                    "mocker": 0.08, "asker": 0.05}  # fmt: skip

CRISES_DEVELOPMENT: Final = (
    Shape(
        name="activist_video", kind="crisis", split="development", paced=True, peaks_after_h=18,
        hours=14, contagion=Contagion(0.74, theta=0.6), follow=_CAMPAIGN, begins=(7, 10),
        again=0.2,
        shocks=(
            # The video in the morning.
            Shock(0, 0.12, 0.3, 5, {"critic": 0.55, "outraged": 0.15, "teller": 0.2,
                                      "supporter": 0.1}, influencers=2, reach=60_000),
            # Taken down at the brand's request the same day: it moves elsewhere, and is news.
            Shock(6.5, 0.27, 0.8, 4, {"outraged": 0.25, "critic": 0.4, "teller": 0.2,
                                     "mocker": 0.1, "supporter": 0.05},
                  influencers=4, reach=150_000, abroad=0.25),
            # The brand's page and its answers, the next day.
            Shock(26, 0.5, 1.2, 4, _CAMPAIGN, influencers=6, reach=250_000, abroad=0.4,
                  own_replies=9),
            # People who stand by it, and the second thoughts of the days after.
            Shock(30, 0.08, 2.0, 8, {"supporter": 0.8, "teller": 0.2}, abroad=0.1),
            Shock(46, 0.08, 3.0, 12, {"teller": 0.5, "critic": 0.5}, abroad=0.4),
        ),
    ),
    Shape(
        name="lone_complainer", kind="crisis", split="development",
        hours=5, contagion=Contagion(0.82, theta=0.5), begins=(9, 20), most_per_hour=900,
        follow={"witness": 0.25, "critic": 0.3, "mocker": 0.15, "teller": 0.1, "supporter": 0.15,
                "asker": 0.05},
        links=1, again=0.3,
        shocks=(
            Shock(0, 0.5, 0.4, 2, {"witness": 0.7, "critic": 0.3}, influencers=1, reach=90_000),
            Shock(3, 0.5, 0.5, 3, {"witness": 0.4, "critic": 0.3, "mocker": 0.2, "teller": 0.1},
                  influencers=2, reach=200_000, own_replies=2),
        ),
    ),
    Shape(
        name="product_failure", kind="crisis", split="development",
        hours=9, contagion=Contagion(0.72, theta=0.55), begins=(5, 20),
        follow={"critic": 0.3, "witness": 0.2, "teller": 0.3, "asker": 0.12, "supporter": 0.08},
        shocks=(
            # Injured people first, then the press, then the recall.
            Shock(0, 0.2, 0.5, 2, {"witness": 0.65, "critic": 0.2, "teller": 0.15},
                  influencers=1, reach=40_000),
            Shock(2.5, 0.45, 0.5, 4, {"teller": 0.5, "critic": 0.35, "outraged": 0.15},
                  influencers=5, reach=400_000, abroad=0.1),
            Shock(16, 0.35, 1, 7, {"teller": 0.45, "critic": 0.3, "asker": 0.15, "supporter": 0.1},
                  influencers=3, reach=300_000, abroad=0.15, own_replies=3),
        ),
    ),
    Shape(
        name="outage_outrage", kind="crisis", split="development", least_per_hour=10, turns=1,
        hours=9, contagion=Contagion(0.62, theta=0.7), begins=(6, 20),
        follow={"customer": 0.35, "witness": 0.2, "outraged": 0.2, "mocker": 0.15, "teller": 0.1},
        shocks=(
            # Customers report it; then it emerges that the brand knew, or that people were hurt.
            Shock(0, 0.35, 0.4, 3, {"customer": 0.85, "asker": 0.15}, own_replies=2),
            Shock(3.5, 0.5, 0.6, 4, {"outraged": 0.4, "witness": 0.25, "critic": 0.15,
                                     "mocker": 0.1, "teller": 0.1},
                  influencers=4, reach=200_000, own_replies=4),
            Shock(20, 0.15, 1, 5, {"teller": 0.5, "critic": 0.4, "supporter": 0.1}),
        ),
    ),
    Shape(
        name="offensive_advert", kind="crisis", split="development",
        hours=8, contagion=Contagion(0.82, theta=0.65, flat_s=240), begins=(8, 22),
        follow={"outraged": 0.32, "critic": 0.25, "mocker": 0.2, "supporter": 0.18, "teller": 0.05},
        shocks=(
            Shock(0, 0.55, 0.4, 2.5, {"outraged": 0.5, "critic": 0.3, "mocker": 0.2},
                  influencers=3, reach=120_000),
            # Taken back with an apology that pleases nobody.
            Shock(9, 0.3, 0.5, 3, {"critic": 0.3, "mocker": 0.35, "teller": 0.2, "supporter": 0.15},
                  influencers=3, reach=300_000, abroad=0.2, own_replies=1),
            Shock(24, 0.15, 2, 6, {"teller": 0.5, "supporter": 0.3, "critic": 0.2}),
        ),
    ),
    Shape(
        name="data_breach", kind="crisis", split="development", least_per_hour=5,
        hours=8, contagion=Contagion(0.67, theta=0.6), begins=(7, 22),
        follow={"teller": 0.35, "critic": 0.3, "asker": 0.2, "witness": 0.1, "mocker": 0.05},
        links=12,
        shocks=(
            Shock(0, 0.6, 0.4, 4, {"teller": 0.6, "critic": 0.25, "asker": 0.15},
                  influencers=4, reach=250_000, abroad=0.15),
            Shock(14, 0.4, 1, 6, {"critic": 0.4, "witness": 0.3, "teller": 0.3},
                  influencers=2, reach=150_000, own_replies=5),
        ),
    ),
    Shape(
        name="price_anger", kind="crisis", split="development", least_per_hour=5,
        hours=8, contagion=Contagion(0.67, theta=0.6), begins=(6, 14),
        follow={"critic": 0.35, "boycotter": 0.15, "witness": 0.15, "mocker": 0.15,
                "teller": 0.1, "supporter": 0.1},
        shocks=(
            Shock(0, 0.6, 0.8, 4, {"critic": 0.45, "witness": 0.25, "teller": 0.2, "mocker": 0.1},
                  influencers=2, reach=60_000),
            Shock(11, 0.4, 1, 6, {"boycotter": 0.4, "critic": 0.3, "teller": 0.2,
                                  "supporter": 0.1}, influencers=2, reach=90_000, own_replies=2),
        ),
    ),
    Shape(
        name="slow_boil", kind="crisis", split="development",
        hours=16, contagion=Contagion(0.67, theta=0.4, flat_s=900), begins=(6, 20),
        follow={"critic": 0.42, "outraged": 0.13, "teller": 0.25, "supporter": 0.12, "asker": 0.08},
        shocks=(
            # Nobody sets it off: it becomes more from hour to hour, for more than a day.
            Shock(0, 0.65, 12, 12, {"critic": 0.6, "witness": 0.15, "teller": 0.25}),
            Shock(30, 0.35, 3, 8, {"teller": 0.4, "critic": 0.4, "outraged": 0.2},
                  influencers=3, reach=200_000, abroad=0.15, own_replies=2),
        ),
    ),
)  # fmt: skip
