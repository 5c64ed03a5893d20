"""Slow episodes to tune on: storms at Nestlé's pace with other courses, and harmless ones beside.

One storm of a pace invites rules that fit its course and no other's. These rise over hours each
in its own way, and so do the harmless ones, so that slowness alone tells nothing. They stand at
the end of all shapes: a shape's number is part of its luck, and that of the others stays as it was.
"""

from typing import Final

from lab.evaluate.replays.world.episodes.shape import Shape, Shock
from lab.evaluate.replays.world.timing.cascade import Contagion

SLOW_DEVELOPMENT: Final = (
    Shape(
        # A report that few read for most of a day; then a newspaper takes it up.
        name="report_then_press", kind="crisis", split="development", paced=True, peaks_after_h=16,
        hours=12, contagion=Contagion(0.66, theta=0.5, flat_s=600), begins=(7, 12), links=3,
        follow={"teller": 0.35, "critic": 0.35, "supporter": 0.15, "asker": 0.1, "mocker": 0.05},
        shocks=(
            Shock(0, 0.22, 5, 6, {"teller": 0.45, "critic": 0.55}, influencers=1, reach=20_000),
            Shock(22, 0.55, 0.8, 5, {"teller": 0.65, "critic": 0.25, "outraged": 0.1},
                  influencers=5, reach=400_000, abroad=0.2, own_replies=3),
            Shock(32, 0.23, 2, 9, {"teller": 0.4, "critic": 0.4, "supporter": 0.2}, abroad=0.2),
        ),
    ),
    Shape(
        # A step at each post of one who is followed, each time by more.
        name="influencer_steps", kind="crisis", split="development", paced=True, peaks_after_h=16,
        hours=12, contagion=Contagion(0.72, theta=0.7, flat_s=240), begins=(9, 14), links=6,
        follow={"critic": 0.4, "outraged": 0.15, "supporter": 0.2, "mocker": 0.15, "teller": 0.1},
        again=0.2,
        shocks=(
            Shock(0, 0.06, 0.3, 2, {"critic": 0.8, "witness": 0.2}, influencers=1, reach=30_000),
            Shock(4, 0.1, 0.3, 2, {"critic": 0.8, "outraged": 0.2}, influencers=1, reach=60_000),
            Shock(9, 0.14, 0.3, 2, {"critic": 0.6, "outraged": 0.4}, influencers=1, reach=120_000),
            Shock(24, 0.4, 0.4, 3, {"critic": 0.4, "outraged": 0.35, "teller": 0.25},
                  influencers=2, reach=400_000, abroad=0.15),
            Shock(29, 0.3, 0.5, 5, {"critic": 0.4, "mocker": 0.2, "teller": 0.25,
                                    "supporter": 0.15}, influencers=2, reach=300_000,
                  own_replies=4),
        ),
    ),
    Shape(
        # Posted when the brand's country sleeps; it is there when they wake up.
        name="night_leak", kind="crisis", split="development", paced=True, peaks_after_h=12,
        hours=11, contagion=Contagion(0.7, theta=0.55), begins=(0, 3), links=5,
        follow={"critic": 0.38, "teller": 0.25, "outraged": 0.1, "supporter": 0.15, "asker": 0.12},
        shocks=(
            Shock(0, 0.15, 0.8, 5, {"critic": 0.6, "witness": 0.2, "teller": 0.2},
                  influencers=1, reach=50_000),
            Shock(12, 0.2, 1, 5, {"teller": 0.4, "critic": 0.6}, influencers=2, reach=100_000),
            Shock(30, 0.65, 1, 5, {"teller": 0.45, "critic": 0.35, "outraged": 0.2},
                  influencers=4, reach=250_000, abroad=0.3, own_replies=5),
        ),
    ),
    Shape(
        # A small wave that seems to be over; the next day a larger one.
        name="two_waves", kind="crisis", split="development", paced=True, peaks_after_h=16,
        hours=12, contagion=Contagion(0.64, theta=0.8, flat_s=240), begins=(8, 13),
        follow={"critic": 0.4, "outraged": 0.15, "mocker": 0.15, "supporter": 0.2, "teller": 0.1},
        shocks=(
            Shock(0, 0.16, 0.8, 2, {"critic": 0.6, "outraged": 0.2, "mocker": 0.2},
                  influencers=1, reach=60_000),
            Shock(23, 0.6, 0.8, 4, {"critic": 0.45, "outraged": 0.3, "teller": 0.25},
                  influencers=4, reach=200_000, abroad=0.15, own_replies=3),
            Shock(30, 0.24, 2, 8, {"teller": 0.4, "critic": 0.3, "supporter": 0.3}),
        ),
    ),
    Shape(
        # A few texts that are passed on, hour after hour; hardly anybody writes one.
        name="passed_on", kind="crisis", split="development", paced=True, peaks_after_h=12,
        hours=13, contagion=Contagion(0.8, theta=0.4, flat_s=600), begins=(7, 14), links=2,
        follow={"echo": 0.85, "critic": 0.1, "supporter": 0.05}, again=0.05,
        shocks=(
            Shock(0, 0.15, 2, 5, {"echo": 0.8, "critic": 0.2}, influencers=1, reach=80_000),
            Shock(24, 0.85, 1, 6, {"echo": 0.85, "teller": 0.15}, influencers=4, reach=300_000,
                  abroad=0.1, own_replies=2),
        ),
    ),
    Shape(
        # It begins, and stays for a day, in languages that are not the brand's.
        name="from_abroad", kind="crisis", split="development", paced=True, peaks_after_h=14,
        hours=12, contagion=Contagion(0.68, theta=0.55), begins=(6, 16),
        follow={"critic": 0.35, "outraged": 0.15, "teller": 0.25, "supporter": 0.2, "asker": 0.05},
        shocks=(
            Shock(0, 0.2, 2, 6, {"critic": 0.6, "teller": 0.25, "outraged": 0.15},
                  influencers=2, reach=60_000, abroad=0.95),
            Shock(24, 0.55, 1, 6, {"critic": 0.4, "teller": 0.4, "outraged": 0.2},
                  influencers=4, reach=250_000, abroad=0.6, own_replies=4),
            Shock(33, 0.25, 2, 8, {"teller": 0.5, "critic": 0.3, "supporter": 0.2}, abroad=0.4),
        ),
    ),
    Shape(
        # A busy brand that is grumbled about every day: outrage among complaints.
        name="grumbled_about", kind="crisis", split="development", paced=True, peaks_after_h=14,
        hours=12, contagion=Contagion(0.68, theta=0.55), begins=(6, 12), least_per_hour=90,
        grumbled=True,
        follow={"critic": 0.4, "outraged": 0.2, "teller": 0.2, "supporter": 0.12, "mocker": 0.08},
        shocks=(
            Shock(0, 0.18, 1.5, 5, {"critic": 0.5, "outraged": 0.2, "witness": 0.3},
                  influencers=1, reach=60_000),
            Shock(24, 0.55, 1, 5, {"critic": 0.4, "outraged": 0.3, "teller": 0.3},
                  influencers=4, reach=250_000, abroad=0.15, own_replies=3),
            Shock(32, 0.27, 2, 8, {"teller": 0.5, "critic": 0.35, "supporter": 0.15}),
        ),
    ),
    Shape(
        # A shop or a regional firm: what is little elsewhere is much here.
        name="small_brand_slowly", kind="crisis", split="development", paced=True,
        peaks_after_h=12, hours=11, contagion=Contagion(0.66, theta=0.5), begins=(8, 16),
        most_per_hour=20, links=2,
        follow={"critic": 0.4, "witness": 0.2, "supporter": 0.2, "asker": 0.1, "teller": 0.1},
        shocks=(
            Shock(0, 0.25, 3, 5, {"witness": 0.5, "critic": 0.5}, influencers=1, reach=15_000),
            Shock(23, 0.75, 1, 6, {"critic": 0.4, "teller": 0.4, "witness": 0.2},
                  influencers=2, reach=100_000, own_replies=2),
        ),
    ),
    Shape(
        # Leaks, then the show, then people who have it.
        name="slow_launch", kind="harmless", split="development",
        hours=12, contagion=Contagion(0.64, theta=0.5, flat_s=600), begins=(7, 14),
        follow={"fan": 0.42, "asker": 0.2, "reporter": 0.18, "heckler": 0.1, "joker": 0.1},
        shocks=(
            Shock(0, 0.2, 4, 6, {"reporter": 0.5, "asker": 0.3, "fan": 0.2},
                  influencers=1, reach=80_000),
            Shock(24, 0.5, 1, 4, {"reporter": 0.35, "fan": 0.5, "heckler": 0.15},
                  influencers=4, reach=300_000, abroad=0.2, own_replies=5),
            Shock(34, 0.3, 3, 8, {"fan": 0.5, "asker": 0.25, "customer": 0.15, "heckler": 0.1}),
        ),
    ),
    Shape(
        # A competitor calls its product back; this brand is named beside it.
        name="competitor_recall", kind="harmless", split="development", least_per_hour=5,
        hours=7, contagion=Contagion(0.5, theta=0.5), begins=(6, 14), links=10,
        follow={"reporter": 0.55, "asker": 0.25, "fan": 0.1, "joker": 0.1},
        shocks=(
            Shock(0, 0.35, 3, 5, {"reporter": 0.65, "asker": 0.25, "teller": 0.1},
                  influencers=2, reach=150_000),
            Shock(20, 0.65, 1.5, 6, {"reporter": 0.6, "asker": 0.2, "fan": 0.15, "teller": 0.05},
                  influencers=3, reach=300_000),
        ),
    ),
    Shape(
        # It sponsors a tournament: three matches in two days, the last one lost.
        name="long_tournament", kind="harmless", split="development",
        hours=11, contagion=Contagion(0.45, theta=0.8, flat_s=240), begins=(12, 18), hashtags=2,
        follow={"cheerer": 0.6, "heckler": 0.2, "joker": 0.2},
        shocks=(
            Shock(0, 0.2, 1.5, 1.5, {"cheerer": 0.7, "heckler": 0.2, "reporter": 0.1}),
            Shock(22, 0.3, 1.5, 1.5, {"cheerer": 0.65, "heckler": 0.2, "joker": 0.15}),
            Shock(46, 0.5, 1.5, 2, {"cheerer": 0.5, "heckler": 0.35, "joker": 0.15}, abroad=0.15),
        ),
    ),
    Shape(
        # A joke that becomes more from hour to hour, for more than a day.
        name="growing_meme", kind="harmless", split="development",
        hours=12, contagion=Contagion(0.72, theta=0.4, flat_s=900), begins=(8, 20),
        follow={"joker": 0.8, "fan": 0.1, "heckler": 0.1}, again=0.05,
        shocks=(
            Shock(0, 0.6, 10, 10, {"joker": 0.95, "heckler": 0.05}),
            Shock(28, 0.4, 3, 7, {"joker": 0.8, "reporter": 0.2}, influencers=2, reach=300_000,
                  abroad=0.15),
        ),
    ),
    Shape(
        # Parcels are late from morning to evening, and the next day: customers' talk, answered.
        name="slow_complaints", kind="harmless", split="development",
        hours=4, contagion=Contagion(0.22, theta=0.6), begins=(6, 12), hashtags=2, links=3,
        follow={"customer": 0.8, "asker": 0.15, "supporter": 0.05},
        shocks=(
            Shock(0, 0.55, 4, 4, {"customer": 0.88, "asker": 0.12}, own_replies=8),
            Shock(23, 0.45, 3, 4, {"customer": 0.85, "asker": 0.15}, own_replies=8),
        ),
    ),
)  # fmt: skip
