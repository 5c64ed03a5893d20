"""Are the budgets of rings and heads-ups kept? On made-up brands, and on a real one's arrivals.

On made-up brands nothing happens but what happens to each now and then (news hours, viral posts,
bursts of any tone): whatever rings is false.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final

from lab.evaluate.budgets import BUDGETS, USUAL, AlarmBudget
from lab.evaluate.contest import make_judge_at
from lab.evaluate.jobs import Run
from lab.evaluate.real_brand import (
    Burst,
    ChapterHeard,
    bursts,
    chapters,
    long_series,
    run_chapter,
)
from lab.evaluate.replays.intervals import Interval, poisson_rate
from lab.evaluate.replays.plan import Extent, World
from lab.evaluate.replays.replay import replay
from lab.evaluate.replays.world.brand import SIZES
from lab.evaluate.replays.world.timing.rhythm import HOUR_S
from lab.evaluate.worlds.judging import LEVELS, WEEK_S, Level, figures, judged, moments
from lab.evaluate.worlds.own import own_world
from lab.evaluate.worlds.truth import WatchedStretch
from schemas.budgets import BudgetKept, BudgetPart, Kept, RealBrandPart, RealRing

NOTICED_S: Final = 3 * HOUR_S
CHAPTERS: Final[dict[Extent, int | None]] = {"quick": 2, "normal": 8, "full": None}
"""So many stretches of 120 days of the real brand, those with most mentions; all of them."""
WARM_DAYS: Final = 10
AMOUNTS: Final[dict[Extent, tuple[int, int, int]]] = {
    "quick": (2, 2, 45),
    "normal": (3, 4, 90),
    "full": (4, 10, 90),
}
"""Sizes of brands, brands of each, and days that each is watched."""


def evaluate_budgets(
    *, extent: Extent, first_seed: int, run: Run = map, data: Path | None = None
) -> BudgetPart:
    """Watch quiet brands at each budget, and a real one at the usual.

    ``data``: a folder with real arrivals (see ``replays.arrivals``), which are put under the
    made-up brands, too. Without its ``twitterdev`` there is no real brand.

    Raises:
        ArrivalsError: the folder's files are not of the form.
    """
    sizes, brands, days = AMOUNTS[extent]
    under = str(data.resolve()) if data is not None else ""
    worlds = [
        World(first_seed + number, size, WARM_DAYS, quiet_days=days, arrivals=under)
        for size, number in product(SIZES[:sizes], range(brands))
    ]
    makers = [partial(make_judge_at, budget) for budget in BUDGETS]
    watched = replay(worlds, makers, run=run)
    return BudgetPart(
        brands=len(worlds),
        days=days,
        kept=tuple(_kept(budget, own_world(watched, str(budget))) for budget in BUDGETS),
        real=_real(extent, data, first_seed, run) if data is not None else None,
    )


def _kept(budget: AlarmBudget, world: Sequence[WatchedStretch]) -> BudgetKept:
    rings, lines = (figures(judged(world, level)) for level in LEVELS)
    return BudgetKept(
        rings_per_quarter=_observed(budget.rings_per_quarter, rings.quiet_per_quarter),
        heads_up_per_week=_observed(budget.heads_up_per_week, lines.quiet_per_week),
    )


def _real(extent: Extent, folder: Path, seed: int, run: Run) -> RealBrandPart | None:
    series = long_series(folder)
    if series is None:
        return None
    maker = partial(make_judge_at, USUAL)
    parts = list(chapters(folder, series, maker, seed=seed, most=CHAPTERS[extent]))
    heard = list(run(run_chapter, parts))
    found = [
        burst
        for burst in bursts(series)
        if any(one.start_s <= burst.start_s < one.end_s for one in heard)
    ]
    lines = [at_s for one in heard for at_s in _moments(one, "heads_up")]
    rings = [
        (said.at_s, said.severity)
        for one in heard
        for told in one.told
        for said in told.rings
        if one.start_s <= said.at_s < one.end_s
    ]
    every = [*lines, *(at_s for at_s, _ in rings)]
    weeks = sum(one.end_s - one.start_s for one in heard) / WEEK_S
    unexplained = sum(not _explained(at_s, found) for at_s in lines)
    return RealBrandPart(
        weeks=weeks,
        bursts=len(found),
        noticed=sum(
            any(burst.start_s <= at_s <= burst.start_s + NOTICED_S for at_s in every)
            for burst in found
        ),
        unexplained_per_week=_observed(USUAL.heads_up_per_week, poisson_rate(unexplained, weeks)),
        rings=tuple(
            RealRing(
                at=datetime.fromtimestamp(at_s, UTC),
                severity=severity,
                burst=_explained(at_s, found),
            )
            for at_s, severity in sorted(rings)
        ),
    )


def _moments(heard: ChapterHeard, level: Level) -> list[float]:
    every = (at_s for told in heard.told for at_s in moments(told, level))
    return [at_s for at_s in every if heard.start_s <= at_s < heard.end_s]


def _explained(at_s: float, found: Iterable[Burst]) -> bool:
    return any(one.start_s - HOUR_S <= at_s <= one.end_s + 12 * HOUR_S for one in found)


def _observed(stated: float, rate: Interval) -> Kept:
    if rate.value is None or rate.low is None or rate.high is None:
        raise ValueError("nothing was watched")
    return Kept(stated=stated, observed=rate.value, low=rate.low, high=rate.high)
