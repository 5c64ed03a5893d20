"""The rules by which a world judges rings and heads-ups: our own worlds and others alike.

A ring is right within a crisis, from half an hour before its onset to its end. An incident is
false once, at its first moment, if that lies elsewhere; rings of its that come later, within a
crisis, are right all the same: whoever is woken again then is woken in time.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, get_args

from lab.evaluate.replays.intervals import Interval, Proportion, poisson_rate, quantile, wilson
from lab.evaluate.replays.told import StatedSeverity, ToldIncident
from lab.evaluate.worlds.truth import Happened, WatchedStretch

Level = Literal["ring", "heads_up"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
EARLY_S: Final = 1800
HOUR_S: Final = 3600
DAY_S: Final = 86_400
QUARTER_S: Final = 365.25 / 4 * DAY_S
WEEK_S: Final = 7 * DAY_S
LARGE: Final = 7
SOON_S: Final = 6 * HOUR_S


class StretchVerdict(NamedTuple):
    """One stretch at one level.

    ``right_s``: the first moment within the crisis. ``quiet_false``: incidents that were false when
    nothing happened; ``other_false``: those in a harmless event or in the prelude of a crisis.
    """

    happened: Happened
    right_s: float | None
    quiet_false: int
    other_false: int

    @property
    def counts(self) -> bool:
        """Whether it is a crisis that has to be found."""
        return self.happened.crisis and not self.happened.minor

    @property
    def quiet_s(self) -> float:
        """How long nothing happened."""
        one = self.happened
        whole_s = one.end_s - one.start_s
        if one.begins_s is None or one.over_s is None:
            return whole_s
        from_s = one.begins_s - EARLY_S
        if one.prelude_s is not None:
            from_s = min(one.prelude_s, from_s)
        return whole_s - (min(one.over_s, one.end_s) - from_s)

    @property
    def after_visible_s(self) -> float | None:
        """From when a person could see it; below zero where it was said before."""
        if self.right_s is None or self.happened.visible_s is None:
            return None
        return self.right_s - self.happened.visible_s

    @property
    def before_peak(self) -> bool:
        """Whether it was said before the crisis was largest."""
        peak_s = self.happened.peak_s
        return self.right_s is not None and peak_s is not None and self.right_s < peak_s


class JudgedWorld(NamedTuple):
    """One world at one level.

    ``precision``: right ones among all, with crises and harmless stretches as the world has them.
    ``quiet_per_quarter``, ``quiet_per_week``: false ones a brand, in time in which nothing happens.
    """

    recall: Proportion
    precision: Proportion
    quiet_per_quarter: Interval
    quiet_per_week: Interval
    after_visible_s: Interval
    before_peak: Proportion


class Sizes(NamedTuple):
    """Whether severity separates: stretches with 7 or more within six hours.

    Of a crisis, six hours after it could be seen. ``elsewhere``: of all that is no crisis, within
    six hours after an incident's first moment.
    """

    crises: Proportion
    elsewhere: Proportion


def judged(every: Iterable[WatchedStretch], level: Level) -> tuple[StretchVerdict, ...]:
    """What is to be said of each stretch at this level."""
    return tuple(_verdict(one, level) for one in every)


def figures(every: Sequence[StretchVerdict]) -> JudgedWorld:
    """Count and measure them.

    >>> figures(()).recall.share is None
    True
    """
    crises = [one for one in every if one.counts]
    found = [one for one in crises if one.right_s is not None]
    false = sum(one.quiet_false + one.other_false for one in every if not one.happened.quarter)
    quiet = sum(one.quiet_false for one in every)
    quiet_s = sum(one.quiet_s for one in every)
    seen = [[one.after_visible_s] for one in found if one.after_visible_s is not None]
    return JudgedWorld(
        recall=wilson(len(found), len(crises)),
        precision=wilson(len(found), len(found) + false),
        quiet_per_quarter=poisson_rate(quiet, quiet_s / QUARTER_S),
        quiet_per_week=poisson_rate(quiet, quiet_s / WEEK_S),
        after_visible_s=quantile(seen, 0.5),
        before_peak=wilson(sum(one.before_peak for one in crises), len(crises)),
    )


def sizes(every: Sequence[WatchedStretch]) -> Sizes:
    """How often a severity of 7 was stated soon, in crises and elsewhere."""
    crises = [one for one in every if one.happened.crisis and not one.happened.minor]
    others = [one for one in every if not one.happened.crisis and not one.happened.quarter]
    return Sizes(
        wilson(sum(map(_large_in_time, crises)), len(crises)),
        wilson(sum(map(_large_at_all, others)), len(others)),
    )


def moments(told: ToldIncident, level: Level) -> tuple[float, ...]:
    """When an incident was told at this level, the first first."""
    if level == "ring":
        return tuple(sorted(one.at_s for one in told.rings))
    return () if told.heads_up_at_s is None else (told.heads_up_at_s,)


def _verdict(watched: WatchedStretch, level: Level) -> StretchVerdict:
    happened = watched.happened
    right: list[float] = []
    quiet = other = 0
    for told in watched.told:
        every = [at_s for at_s in moments(told, level) if at_s >= happened.start_s]
        if not every:
            continue
        inside = [at_s for at_s in every if _is_inside(at_s, happened)]
        right += inside[:1]
        if every[0] in inside:
            other += not happened.crisis
        elif _is_prelude(every[0], happened):
            other += 1
        else:
            quiet += 1
            other += bool(inside) and not happened.crisis
    first_s = min(right) if right and happened.crisis else None
    return StretchVerdict(happened, first_s, quiet, other)


def _is_inside(at_s: float, one: Happened) -> bool:
    if one.begins_s is None or one.over_s is None:
        return False
    return one.begins_s - EARLY_S <= at_s <= one.over_s


def _is_prelude(at_s: float, one: Happened) -> bool:
    if one.prelude_s is None or one.begins_s is None:
        return False
    return one.crisis and one.prelude_s <= at_s < one.begins_s - EARLY_S


def _large_in_time(one: WatchedStretch) -> bool:
    happened = one.happened
    visible_s = happened.visible_s if happened.visible_s is not None else happened.begins_s
    if visible_s is None:
        return False
    return any(
        said.severity >= LARGE
        and said.at_s <= visible_s + SOON_S
        and _is_inside(said.at_s, happened)
        for told in one.told
        for said in _said(told)
    )


def _large_at_all(one: WatchedStretch) -> bool:
    return any(
        said.severity >= LARGE and said.at_s <= _said(told)[0].at_s + SOON_S
        for told in one.told
        for said in _said(told)
    )


def _said(told: ToldIncident) -> list[StatedSeverity]:
    return sorted((*told.rings, *told.steps), key=lambda one: one.at_s)
