"""Budgets of rings and heads-ups: stated, counted, and held against a real brand's years."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from lab.evaluate import budget_part, real_brand
from lab.evaluate.budget_part import evaluate_budgets
from lab.evaluate.budgets import BUDGETS, USUAL, under
from lab.evaluate.real_brand import Burst, Chapter, bursts, chapters, run_chapter
from lab.evaluate.replays.told import StatedSeverity, ToldIncident
from lab.evaluate.replays.world.timing.arrivals import Series
from pipeline.detection.incident.finding import bar_of
from schemas.brand import Brand

DAY_S = 86_400
START = datetime(2018, 1, 1, tzinfo=UTC)
ACME = Brand(id="acme", names=("Acme",))


def hourly(*hours: int) -> Series:
    """A series with so many mentions at the beginning of each hour."""
    counts = np.zeros(len(hours) * 12, np.int64)
    counts[::12] = hours
    return Series("mentions-5min-x.csv.gz", START.timestamp(), counts)


def hour(number: int) -> float:
    return START.timestamp() + 3600 * number


class Clockwork:
    """Tells of a heads-up at noon each day, and rings as often as the budget allows."""

    def __init__(self, name, every_days):
        self.name = name
        self._every = every_days
        self._days = []

    def take(self, bucket):
        day_s = int(bucket.start.timestamp()) // DAY_S * DAY_S
        if not self._days or day_s > self._days[-1]:
            self._days.append(day_s)
        return []

    def told(self):
        return tuple(
            ToldIncident(
                str(day_s),
                day_s + DAY_S / 2,
                (StatedSeverity(day_s + DAY_S / 2, 5.0),)
                if day_s // DAY_S % self._every == 0
                else (),
            )
            for day_s in self._days
        )


def make_clockwork(budget, brand):  # noqa: ARG001
    return Clockwork(str(budget), round(2 / budget.rings_per_quarter))


# Budgets


def test_the_usual_budget_is_what_a_brand_is_given() -> None:
    assert under(ACME, USUAL) == ACME


def test_a_looser_budget_has_lower_bars() -> None:
    bars = [bar_of(under(ACME, budget), 0.0) for budget in BUDGETS]
    assert [bar.ring for bar in bars] == sorted((bar.ring for bar in bars), reverse=True)
    assert len({bar.ring for bar in bars}) == len({bar.heads_up for bar in bars}) == len(BUDGETS)


# Bursts


def test_a_burst_is_twelve_times_the_usual_and_forty() -> None:
    quiet = [4] * (9 * 24)
    assert bursts(hourly(*quiet, 47, 4)) == ()
    assert bursts(hourly(*quiet, 48, 4)) == (Burst(hour(216), hour(217)),)
    assert bursts(hourly(*[1] * (9 * 24), 39)) == ()


def test_what_comes_again_within_half_a_day_is_the_same_burst() -> None:
    quiet = [4] * (9 * 24)
    found = bursts(hourly(*quiet, 100, *[4] * 10, 100, *[4] * 13, 200))
    assert found == (Burst(hour(216), hour(228)), Burst(hour(241), hour(242)))


def test_there_is_no_burst_before_a_week_is_known() -> None:
    assert bursts(hourly(*[1] * 24, 500, *[1] * (8 * 24))) == ()


# Chapters


def test_chapters_cover_all_days_once() -> None:
    series = hourly(*[1] * (24 * 300))
    found = list(chapters(Path("x"), series, make_clockwork, seed=1))
    assert [(one.first_day, one.days) for one in found] == [(21, 120), (141, 120), (261, 39)]


def test_few_chapters_are_the_busiest_in_order_of_time() -> None:
    series = hourly(*[3] * (24 * 141), *[1] * (24 * 120), *[9] * (24 * 39))
    found = list(chapters(Path("x"), series, make_clockwork, seed=1, most=2))
    assert [one.first_day for one in found] == [21, 261]


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Series:
    """Ten days, a burst on the ninth at 18:00; what is to be told of is the last two of them."""
    made = hourly(*[4] * (8 * 24 + 18), 60, *[4] * 29)
    for module in (real_brand, budget_part):
        monkeypatch.setattr(module, "long_series", lambda _: made, raising=False)
    monkeypatch.setattr(real_brand, "read_series", lambda _: (made,))
    monkeypatch.setattr(real_brand, "RUN_IN_DAYS", 8)
    monkeypatch.setattr(real_brand, "CHAPTER_DAYS", 2)
    return made


def test_a_chapter_is_run_in_and_heard_to_its_end(real: Series) -> None:
    heard = run_chapter(Chapter(Path("x"), real.name, 8, 2, 1, lambda _: Clockwork("c", 1)))
    assert (heard.start_s, heard.end_s) == (hour(192), hour(240))
    days = [datetime.fromtimestamp(float(one.incident), UTC) for one in heard.told]
    assert days[0] == START
    assert days[-1] == START + timedelta(days=9)


@pytest.mark.usefixtures("real")
def test_stated_is_held_against_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget_part, "make_judge_at", make_clockwork)
    monkeypatch.setattr(budget_part, "WARM_DAYS", 1)
    monkeypatch.setitem(budget_part.AMOUNTS, "quick", (1, 2, 8))
    part = evaluate_budgets(extent="quick", first_seed=3)
    assert (part.brands, part.days, part.real) == (2, 8, None)
    assert [one.heads_up_per_week.observed for one in part.kept] == pytest.approx([7, 7, 7])
    strict, usual, loose = (one.rings_per_quarter for one in part.kept)
    assert (strict.stated, usual.stated, loose.stated) == (0.25, 0.5, 1)
    assert usual.observed == pytest.approx(91.3125 / 4)
    assert strict.observed < usual.observed < loose.observed
    assert usual.low < usual.observed < usual.high


def test_a_burst_is_noticed_or_not_and_other_lines_are_unexplained(
    monkeypatch: pytest.MonkeyPatch, real: Series
) -> None:
    monkeypatch.setattr(budget_part, "make_judge_at", make_clockwork)
    monkeypatch.setattr(budget_part, "WARM_DAYS", 1)
    monkeypatch.setitem(budget_part.AMOUNTS, "quick", (1, 1, 1))
    monkeypatch.setattr(budget_part, "replay", lambda worlds, makers, *, run: _silent())  # noqa: ARG005
    part = evaluate_budgets(extent="quick", first_seed=3, data=Path("x")).real
    assert part is not None
    assert real.first_s == START.timestamp()
    # Heads-ups come at noon: six hours before the burst, and eighteen after it, which is too late.
    assert (part.bursts, part.noticed, part.weeks) == (1, 0, pytest.approx(2 / 7))
    assert part.unexplained_per_week.observed == pytest.approx(7)
    assert [ring.burst for ring in part.rings] == [False] * len(part.rings)


def _silent():
    from lab.evaluate.replays.results import QuietOutcome, Replayed, StretchHeard  # noqa: PLC0415

    heard = tuple(StretchHeard(str(budget), ()) for budget in BUDGETS)
    return Replayed((), (QuietOutcome("w", 0, 2.0, 2.0, 0.0, 8, heard),))
