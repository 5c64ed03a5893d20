"""Figures of a run, for one contender at a time."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Final, NamedTuple

from lab.evaluate.replays.alarms import alarms, false_alarms, right_ring
from lab.evaluate.replays.contender import ContenderRing
from lab.evaluate.replays.intervals import poisson_rate, quantile, wilson
from lab.evaluate.replays.plan import QUARTER_DAYS
from lab.evaluate.replays.results import (
    ContenderFigures,
    EpisodeOutcome,
    FiguresLine,
    PacedFigures,
    Replayed,
    StretchHeard,
)
from lab.evaluate.replays.world.timing.rhythm import HOUR_S

_SOON_S: Final = 900
_AHEAD_S: Final = HOUR_S


class EpisodeVerdict(NamedTuple):
    """One episode and one contender: the ring in its time, and those that were wrong."""

    outcome: EpisodeOutcome
    right: ContenderRing | None
    wrong: tuple[ContenderRing, ...]

    @property
    def crisis(self) -> bool:
        """Whether it had to ring."""
        return self.outcome.truth.kind == "crisis"

    @property
    def delay_s(self) -> float | None:
        """From onset to the ring."""
        return None if self.right is None else self.right.at_s - self.outcome.truth.onset_s

    @property
    def after_visible_s(self) -> float | None:
        """From when it could be seen to the ring; below zero where it rang before."""
        return None if self.right is None else self.right.at_s - self.outcome.truth.visible_s

    @property
    def lead_s(self) -> float | None:
        """From the ring to the peak."""
        return None if self.right is None else self.outcome.truth.peak_s - self.right.at_s


def verdicts(outcomes: Iterable[EpisodeOutcome], contender: str) -> tuple[EpisodeVerdict, ...]:
    """What is to be said of each episode."""
    found = []
    for outcome in outcomes:
        rings = _rings(outcome.heard, contender)
        right = right_ring(rings, outcome.truth)
        found.append(EpisodeVerdict(outcome, right, false_alarms(rings, outcome.truth)))
    return tuple(found)


def figures(replayed: Replayed, contender: str) -> ContenderFigures:
    """Count and measure everything one contender did.

    Raises:
        ValueError: it took no part in this run.
    """
    every = verdicts(replayed.episodes, contender)
    crises = [one for one in every if one.crisis]
    harmless = [one for one in every if not one.crisis]
    found = [one for one in crises if one.right is not None]
    wrong = sum(len(one.wrong) for one in every)
    quarters = sum(one.days for one in replayed.quiet) / QUARTER_DAYS
    false = sum(len(alarms(_rings(one.heard, contender))) for one in replayed.quiet)
    return ContenderFigures(
        contender=contender,
        recall=wilson(len(found), len(crises)),
        precision=wilson(len(found), len(found) + wrong),
        harmless_rung=wilson(sum(one.right is not None for one in harmless), len(harmless)),
        delay_median_s=quantile(_by_world(crises, _delay), 0.5),
        delay_90_s=quantile(_by_world(crises, _delay), 0.9),
        after_visible_median_s=quantile(_by_world(crises, _after_visible), 0.5),
        after_visible_90_s=quantile(_by_world(crises, _after_visible), 0.9),
        lead_median_s=quantile(_by_world(crises, _lead), 0.5),
        false_per_quarter=poisson_rate(false, quarters),
        quiet_quarters=quarters,
        severity_crisis_median=_median(_severities(crises)),
        severity_harmless_median=_median(_severities(harmless)),
        paced=_paced([one for one in crises if one.outcome.truth.paced]),
        by_shape=_lines(every, lambda one: one.outcome.truth.shape),
        by_size=_lines(every, lambda one: f"{one.outcome.size:g} an hour"),
        storms=_lines(verdicts(replayed.storms, contender), lambda one: one.outcome.truth.shape),
    )


def _rings(heard: Sequence[StretchHeard], contender: str) -> tuple[ContenderRing, ...]:
    for one in heard:
        if one.contender == contender:
            return one.rings
    raise ValueError(f"no contender {contender!r} in this run: {[one.contender for one in heard]}")


def _delay(one: EpisodeVerdict) -> float | None:
    return one.delay_s


def _after_visible(one: EpisodeVerdict) -> float | None:
    return one.after_visible_s


def _lead(one: EpisodeVerdict) -> float | None:
    return one.lead_s


def _by_world(
    every: Iterable[EpisodeVerdict], measure: Callable[[EpisodeVerdict], float | None]
) -> list[list[float]]:
    worlds: dict[str, list[float]] = {}
    for one in every:
        value = measure(one)
        if value is not None:
            worlds.setdefault(one.outcome.world, []).append(value)
    return list(worlds.values())


def _paced(every: Sequence[EpisodeVerdict]) -> PacedFigures:
    delays = [one.delay_s for one in every if one.delay_s is not None]
    seen = [one.after_visible_s for one in every if one.after_visible_s is not None]
    leads = [one.lead_s for one in every if one.lead_s is not None]
    return PacedFigures(
        found=wilson(len(delays), len(every)),
        within_15_min=wilson(sum(value <= _SOON_S for value in delays), len(every)),
        within_15_min_of_visible=wilson(sum(value <= _SOON_S for value in seen), len(every)),
        an_hour_before_peak=wilson(sum(value >= _AHEAD_S for value in leads), len(every)),
        delay_median_s=quantile(_by_world(every, _delay), 0.5),
        after_visible_median_s=quantile(_by_world(every, _after_visible), 0.5),
        lead_median_s=quantile(_by_world(every, _lead), 0.5),
    )


def _lines(
    every: Sequence[EpisodeVerdict], name: Callable[[EpisodeVerdict], str]
) -> tuple[FiguresLine, ...]:
    groups: dict[tuple[str, str], list[EpisodeVerdict]] = {}
    for one in every:
        groups.setdefault((one.outcome.truth.kind, name(one)), []).append(one)
    return tuple(_line(*key, group) for key, group in groups.items())


def _line(kind: str, name: str, group: Sequence[EpisodeVerdict]) -> FiguresLine:
    delays = sorted(one.delay_s for one in group if one.delay_s is not None)
    return FiguresLine(
        name=name,
        kind=kind,
        rung=wilson(sum(one.right is not None for one in group), len(group)),
        false_rings=sum(len(one.wrong) for one in group),
        delays_s=tuple(delays),
        delay_median_s=_median(delays),
        lead_median_s=_median([one.lead_s for one in group if one.lead_s is not None]),
        severity_median=_median(_severities(group)),
    )


def _severities(group: Iterable[EpisodeVerdict]) -> list[float]:
    return [float(one.right.severity) for one in group if one.right is not None]


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
