"""The figures that Tocsin sets out to reach, and whether it does."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from pipeline.phrase import Phrase
from schemas.budgets import BudgetPart
from schemas.evaluation import NabPart, QuietPart, Target
from schemas.replays import ReplayLine, ReplayPart
from schemas.worlds import WorldsPart

NAB_AT_LEAST: Final = {
    "standard": 90.0,
    "low_false_positives": 85.0,
    "low_false_negatives": 93.0,
}
BUDGETS_KEPT: Final = (0.25, 1.0)
"""What a brand is given unless its file says otherwise, and what a bare series is given."""

RECALL_AT_LEAST: Final = 0.95
PRECISION_AT_LEAST: Final = 0.9
FALSE_PER_QUARTER_AT_MOST: Final = 1.0
RINGS_WITHIN_MIN: Final = 15.0
LEAD_AT_LEAST_MIN: Final = 60.0


class WorldGoal(NamedTuple):
    """What the worst world has to reach at one level.

    ``quiet_at_most``: false when nothing happens, a quarter for rings, a week for heads-ups.
    """

    recall: float
    within_min: float
    quiet_at_most: float
    precision: float | None = None
    before_peak: float | None = None


WORLD_GOALS: Final[dict[Literal["ring", "heads_up"], WorldGoal]] = {
    "ring": WorldGoal(0.96, 40.0, 0.4, precision=0.9, before_peak=0.9),
    "heads_up": WorldGoal(0.98, 15.0, 1.0),
}
"""As for worlds that nobody here has seen."""
LARGE_IN_CRISES_AT_LEAST: Final = 0.7
LARGE_ELSEWHERE_AT_MOST: Final = 0.1
BUDGET_KEPT_WITHIN: Final = 2.0
"""So many times what is stated, at most."""


def nab_targets(part: NabPart) -> Iterator[Target]:
    """NAB's three scores, at the one fixed default."""
    tocsin = next(one for one in part.detectors if one.kind == "tocsin")
    for profile, least in NAB_AT_LEAST.items():
        score: float = getattr(tocsin.scores, profile)
        yield Target(
            what=Phrase("NAB score, {profile}", profile=profile.replace("_", " ")),
            wanted=Phrase("at least {n:g}", n=least),
            measured=score,
            met=score >= least,
        )


def quiet_targets(part: QuietPart) -> Iterator[Target]:
    """False alarms over all quiet brands no more than stated."""
    for one in part.together:
        if one.stated in BUDGETS_KEPT:
            yield Target(
                what=Phrase("false alarms a week, {stated:g} stated", stated=one.stated),
                wanted=Phrase("at most {n:g}", n=one.stated),
                measured=one.observed,
                met=one.observed <= one.stated,
            )


def worlds_targets(part: WorldsPart) -> Iterator[Target]:
    """The worst of all worlds, at each level."""
    for row in part.worst:
        goal = WORLD_GOALS[row.level]
        said = Phrase("ring") if row.level == "ring" else Phrase("heads-up")
        yield _at_least(
            Phrase("worst world, {said}: crises told", said=said), row.recall, goal.recall
        )
        if goal.precision is not None:
            yield _at_least(
                Phrase("worst world, {said}: right ones", said=said), row.precision, goal.precision
            )
        if row.level == "ring":
            quiet = row.quiet_per_quarter
            what = Phrase("worst world, {said}: quiet false a quarter", said=said)
        else:
            quiet = row.quiet_per_week
            what = Phrase("worst world, {said}: quiet false a week", said=said)
        yield _at_most(what, quiet, goal.quiet_at_most)
        seen = _minutes(row.after_visible_s)
        what = Phrase("worst world, {said}: min after it could be seen", said=said)
        yield _at_most(what, seen, goal.within_min)
        if goal.before_peak is not None:
            what = Phrase("worst world, {said}: before peak", said=said)
            yield _at_least(what, row.before_peak, goal.before_peak)
    yield _at_least(
        Phrase("worst world: severity 7 in crises"), part.large_in_crises, LARGE_IN_CRISES_AT_LEAST
    )
    yield _at_most(
        Phrase("worst world: severity 7 elsewhere"), part.large_elsewhere, LARGE_ELSEWHERE_AT_MOST
    )


def budget_targets(part: BudgetPart) -> Iterator[Target]:
    """Each budget is kept, within a factor of two."""
    for one in part.kept:
        for what, kept in (
            (Phrase("false rings a quarter"), one.rings_per_quarter),
            (Phrase("false heads-ups a week"), one.heads_up_per_week),
        ):
            most = kept.stated * BUDGET_KEPT_WITHIN
            said = Phrase("{what}, {stated:g} stated", what=what, stated=kept.stated)
            yield _at_most(said, kept.observed, most)


def replay_targets(part: ReplayPart) -> Iterator[Target]:
    """Tocsin on replays, at settings as they come; real storms only where they were laid."""
    tocsin = part.contenders[0]
    paced = tocsin.paced
    yield _at_least(Phrase("share of crises that rang"), tocsin.recall.share, RECALL_AT_LEAST)
    yield _at_least(
        Phrase("share of rings that were right"), tocsin.precision.share, PRECISION_AT_LEAST
    )
    yield _at_most(
        Phrase("false alarms a brand-quarter"),
        tocsin.false_per_quarter.value,
        FALSE_PER_QUARTER_AT_MOST,
    )
    if paced.found.of:
        delay, lead = _minutes(paced.delay_median_s.value), _minutes(paced.lead_median_s.value)
        yield _at_most(
            Phrase("Nestlé's pace: median ring, min after onset"), delay, RINGS_WITHIN_MIN
        )
        yield _at_least(
            Phrase("Nestlé's pace: median lead, min before peak"), lead, LEAD_AT_LEAST_MIN
        )
    yield from _storm_targets(tocsin.storms)


def _storm_targets(storms: Sequence[ReplayLine]) -> Iterator[Target]:
    for kind, what in (
        ("crisis", Phrase("share of real negative storms that rang")),
        ("harmless", Phrase("share of real happy storms that rang")),
    ):
        some = [one.rung for one in storms if one.kind == kind]
        if not some:
            continue
        share = sum(one.hits for one in some) / sum(one.of for one in some)
        target, limit = (_at_least, 1.0) if kind == "crisis" else (_at_most, 0.0)
        yield target(what, share, limit)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60


def _at_least(what: Phrase, measured: float | None, least: float) -> Target:
    met = measured is not None and measured >= least
    return Target(what=what, wanted=Phrase("at least {n:g}", n=least), measured=measured, met=met)


def _at_most(what: Phrase, measured: float | None, most: float) -> Target:
    met = measured is not None and measured <= most
    return Target(what=what, wanted=Phrase("at most {n:g}", n=most), measured=measured, met=met)
