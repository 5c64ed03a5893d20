"""Crises to be judged on: nothing is ever tuned on them."""

from typing import Final

from lab.evaluate.replays.world.episodes.shape import Shape, Shock
from lab.evaluate.replays.world.timing.cascade import Contagion

CRISES_HELD_OUT: Final = (
    Shape(
        name="activist_report", kind="crisis", split="held_out", paced=True, peaks_after_h=18,
        hours=13, contagion=Contagion(0.78, theta=0.55), begins=(6, 9.5), again=0.22, links=6,
        follow={"critic": 0.4, "boycotter": 0.1, "teller": 0.17, "supporter": 0.25, "mocker": 0.05,
                "asker": 0.03},
        shocks=(
            # A report and pictures in the morning.
            Shock(0, 0.12, 0.5, 5, {"critic": 0.5, "teller": 0.3, "outraged": 0.1,
                                    "supporter": 0.1}, influencers=1, reach=120_000),
            # A lawyer's letter makes it disappear, and everybody looks for it.
            Shock(8, 0.27, 1.0, 4, {"critic": 0.45, "outraged": 0.2, "teller": 0.15,
                                      "mocker": 0.15, "supporter": 0.05},
                  influencers=5, reach=100_000, abroad=0.3),
            # The next day: own account argues, mainstream press.
            Shock(27, 0.52, 1.3, 4.5, {"critic": 0.4, "outraged": 0.12, "teller": 0.2,
                                     "supporter": 0.23, "mocker": 0.05},
                  influencers=5, reach=350_000, abroad=0.45, own_replies=12),
            Shock(34, 0.12, 3, 10, {"supporter": 0.6, "teller": 0.25, "critic": 0.15}, abroad=0.3),
        ),
    ),
    Shape(
        name="boycott_call", kind="crisis", split="held_out",
        hours=9, contagion=Contagion(0.77, theta=0.5), begins=(7, 22), hashtags=1, again=0.25,
        follow={"boycotter": 0.5, "critic": 0.15, "supporter": 0.2, "mocker": 0.1, "teller": 0.05},
        shocks=(
            Shock(0, 0.5, 0.8, 4, {"boycotter": 0.8, "critic": 0.2}, influencers=3, reach=80_000),
            Shock(10, 0.35, 1, 5, {"boycotter": 0.5, "teller": 0.2, "supporter": 0.2,
                                   "outraged": 0.1}, influencers=3, reach=200_000, abroad=0.2),
            Shock(28, 0.15, 2, 8, {"boycotter": 0.5, "supporter": 0.3, "teller": 0.2},
                  own_replies=2),
        ),
    ),
    Shape(
        name="leaked_document", kind="crisis", split="held_out", least_per_hour=10,
        hours=9, contagion=Contagion(0.80, theta=0.6), begins=(8, 21), links=2,
        follow={"teller": 0.3, "critic": 0.35, "outraged": 0.15, "asker": 0.1, "supporter": 0.1},
        shocks=(
            Shock(0, 0.4, 0.5, 3, {"teller": 0.55, "critic": 0.4, "outraged": 0.05},
                  influencers=2, reach=150_000),
            Shock(5, 0.45, 0.6, 5, {"critic": 0.4, "outraged": 0.2, "teller": 0.4},
                  influencers=5, reach=500_000, abroad=0.2),
            Shock(20, 0.15, 2, 6, {"teller": 0.5, "critic": 0.3, "supporter": 0.2}, own_replies=2),
        ),
    ),
    Shape(
        name="employee_misconduct", kind="crisis", split="held_out",
        hours=8, contagion=Contagion(0.82, theta=0.7, flat_s=240), begins=(8, 23), links=1,
        follow={"outraged": 0.35, "critic": 0.2, "mocker": 0.2, "teller": 0.12, "supporter": 0.08,
                "asker": 0.05},
        shocks=(
            # A phone film of a minute.
            Shock(0, 0.6, 0.3, 3, {"outraged": 0.5, "witness": 0.2, "critic": 0.3},
                  influencers=2, reach=70_000),
            Shock(7, 0.4, 0.8, 4, {"teller": 0.3, "outraged": 0.3, "mocker": 0.25, "critic": 0.15},
                  influencers=4, reach=400_000, abroad=0.35, own_replies=1),
        ),
    ),
    Shape(
        name="ceo_statement", kind="crisis", split="held_out", least_per_hour=10,
        hours=8, contagion=Contagion(0.80, theta=0.65), begins=(7, 20),
        follow={"critic": 0.3, "outraged": 0.15, "mocker": 0.2, "supporter": 0.25, "teller": 0.1},
        shocks=(
            Shock(0, 0.7, 0.5, 3.5, {"critic": 0.35, "outraged": 0.2, "teller": 0.3,
                                     "mocker": 0.15}, influencers=4, reach=200_000),
            Shock(15, 0.3, 1, 6, {"supporter": 0.4, "critic": 0.35, "teller": 0.25}, own_replies=1),
        ),
    ),
    Shape(
        name="labour_scandal", kind="crisis", split="held_out",
        hours=14, contagion=Contagion(0.70, theta=0.45, flat_s=700), begins=(5, 18), links=8,
        follow={"critic": 0.45, "teller": 0.28, "boycotter": 0.1, "supporter": 0.1, "asker": 0.07},
        shocks=(
            # It simmers for a day before the evening news take it up.
            Shock(0, 0.5, 9, 9, {"critic": 0.5, "teller": 0.35, "witness": 0.15}),
            Shock(26, 0.5, 2, 6, {"teller": 0.4, "critic": 0.35, "outraged": 0.15,
                                  "boycotter": 0.1}, influencers=4, reach=300_000, abroad=0.2,
                  own_replies=1),
        ),
    ),
    Shape(
        name="environmental_accident", kind="crisis", split="held_out",
        hours=10, contagion=Contagion(0.72, theta=0.55), begins=(0, 24),
        follow={"teller": 0.35, "critic": 0.3, "outraged": 0.2, "asker": 0.1, "supporter": 0.05},
        shocks=(
            Shock(0, 0.3, 0.6, 3, {"teller": 0.6, "witness": 0.25, "critic": 0.15},
                  influencers=2, reach=100_000),
            Shock(6, 0.45, 1, 6, {"outraged": 0.3, "critic": 0.35, "teller": 0.35},
                  influencers=5, reach=500_000, abroad=0.35),
            Shock(28, 0.25, 2, 8, {"critic": 0.45, "teller": 0.4, "mocker": 0.15}, abroad=0.3,
                  own_replies=3),
        ),
    ),
    Shape(
        name="small_brand_storm", kind="crisis", split="held_out", most_per_hour=40,
        hours=4, contagion=Contagion(0.74, theta=0.6), begins=(9, 22), links=1, again=0.3,
        follow={"outraged": 0.3, "critic": 0.25, "mocker": 0.2, "witness": 0.1, "supporter": 0.15},
        shocks=(
            # A rude answer to a guest, as a picture.
            Shock(0, 0.7, 0.5, 2.5, {"outraged": 0.4, "critic": 0.35, "mocker": 0.25},
                  influencers=1, reach=30_000),
            Shock(6, 0.3, 0.8, 3, {"mocker": 0.3, "critic": 0.4, "supporter": 0.3}, own_replies=3),
        ),
    ),
)  # fmt: skip
