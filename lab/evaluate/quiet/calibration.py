"""Is the budget of false alarms kept? Stated against observed, on brands that are quiet.

Each brand is watched for a quarter, from its first row. What it may not say while it learns is not
counted as time in which it was silent.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import log10
from random import Random
from typing import Final, NamedTuple

from lab.evaluate.jobs import Run
from lab.evaluate.quiet.brands import NOISES, ROW_S, SIZES, WEEK_ROWS, Noise, quiet_counts
from lab.evaluate.quiet.poisson import interval
from pipeline.detection.baseline.volume import VolumeMonitor
from pipeline.detection.baseline.volume.design import HOUR_S, LEARNING_H, WEEK_S
from pipeline.detection.baseline.volume.loud_stretch import LoudStretch
from schemas.evaluation import FalseAlarms, QuietKind, QuietPart

BUDGETS: Final = (0.1, 0.25, 0.5, 1.0, 2.0)
"""False alarms a week and brand; 0.25 is the default of a brand, 1 that of a bare series."""
WEEKS: Final = 13
LEARNING_WEEKS: Final = LEARNING_H * HOUR_S / WEEK_S


class Job(NamedTuple):
    """One brand: ``number`` tells brands of one kind and size apart."""

    noise: Noise
    mentions: float
    number: int
    seed: int
    weeks: int


def run_job(job: Job) -> tuple[int, ...]:
    """How often the brand rang at each of ``BUDGETS``."""
    dice = Random(f"{job.seed} {job.noise} {job.mentions} {job.number}")  # noqa: S311 - a seed is wanted
    counts = quiet_counts(job.noise, job.mentions, job.weeks * WEEK_ROWS, dice)
    return alarms_at_budgets(counts)


def alarms_at_budgets(counts: Iterable[float]) -> tuple[int, ...]:
    """How often five-minute counts ring at each of ``BUDGETS``, in one pass.

    The severity does not depend on the budget, so a monitor at the largest one serves all; a test
    holds the result to a monitor of its own for each.
    """
    monitor = VolumeMonitor(step_s=ROW_S, false_alarms_per_week=max(BUDGETS), minimum_mentions=1)
    thresholds = [log10(WEEK_S / budget / monitor.block_s) for budget in BUDGETS]
    stretches = [LoudStretch(HOUR_S) for _ in BUDGETS]
    rung = [0] * len(BUDGETS)
    for row, count in enumerate(counts):
        verdict = monitor.update(row * ROW_S, count)
        if not verdict.alarming:
            continue
        for place, (threshold, stretch) in enumerate(zip(thresholds, stretches, strict=True)):
            if verdict.severity >= threshold:
                end_s = (row + 1) * ROW_S
                rung[place] += stretch.rings(end_s, verdict.severity, said=count > 0)
    return tuple(rung)


def evaluate_quiet(*, brands: int, seed: int, run: Run = map, weeks: int = WEEKS) -> QuietPart:
    """Watch so many brands of each kind of noise and size for so many weeks each.

    Raises:
        ValueError: if the weeks are no longer than the learning.
    """
    if weeks <= LEARNING_WEEKS or brands < 1:
        raise ValueError(f"{brands} brands over {weeks} weeks show nothing")
    kinds = list(product(NOISES, SIZES))
    jobs = [Job(*kind, number, seed, weeks) for kind in kinds for number in range(brands)]
    rung = dict(zip(jobs, run(run_job, jobs), strict=True))
    brand_weeks = weeks - LEARNING_WEEKS

    def summed(some: Iterable[Job]) -> tuple[FalseAlarms, ...]:
        return tuple(_false_alarms([rung[job] for job in some], brand_weeks))

    return QuietPart(
        brands=len(jobs),
        weeks=weeks,
        kinds=tuple(
            QuietKind(
                noise=noise,
                mentions=mentions,
                budgets=summed(j for j in jobs if (j.noise, j.mentions) == (noise, mentions)),
            )
            for noise, mentions in kinds
        ),
        together=summed(jobs),
    )


def _false_alarms(rung: Sequence[tuple[int, ...]], brand_weeks: float) -> Iterator[FalseAlarms]:
    weeks = len(rung) * brand_weeks
    for budget, alarms in zip(BUDGETS, map(sum, zip(*rung, strict=True)), strict=True):
        low, high = interval(alarms)
        yield FalseAlarms(
            stated=budget,
            alarms=alarms,
            brand_weeks=weeks,
            observed=alarms / weeks,
            low=low / weeks,
            high=high / weeks,
        )
