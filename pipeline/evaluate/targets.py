"""The figures that Tocsin sets out to reach, and whether it does."""

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.evaluation import NabPart, QuietPart, Target
from schemas.replays import ReplayLine, ReplayPart

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


def nab_targets(part: NabPart) -> Iterator[Target]:
    """NAB's three scores, at the one fixed default."""
    tocsin = next(one for one in part.detectors if one.kind == "tocsin")
    for profile, least in NAB_AT_LEAST.items():
        score: float = getattr(tocsin.scores, profile)
        yield Target(
            what=f"NAB score, {profile.replace('_', ' ')}",
            wanted=f"at least {least:g}",
            measured=score,
            met=score >= least,
        )


def quiet_targets(part: QuietPart) -> Iterator[Target]:
    """False alarms over all quiet brands no more than stated."""
    for one in part.together:
        if one.stated in BUDGETS_KEPT:
            yield Target(
                what=f"false alarms a week, {one.stated:g} stated",
                wanted=f"at most {one.stated:g}",
                measured=one.observed,
                met=one.observed <= one.stated,
            )


def replay_targets(part: ReplayPart) -> Iterator[Target]:
    """Tocsin on replays, at settings as they come; real storms only where they were laid."""
    tocsin = part.contenders[0]
    paced = tocsin.paced
    yield _at_least("share of crises that rang", tocsin.recall.share, RECALL_AT_LEAST)
    yield _at_least("share of rings that were right", tocsin.precision.share, PRECISION_AT_LEAST)
    yield _at_most(
        "false alarms a brand-quarter", tocsin.false_per_quarter.value, FALSE_PER_QUARTER_AT_MOST
    )
    if paced.found.of:
        delay, lead = _minutes(paced.delay_median_s.value), _minutes(paced.lead_median_s.value)
        yield _at_most("Nestlé's pace: median ring, min after onset", delay, RINGS_WITHIN_MIN)
        yield _at_least("Nestlé's pace: median lead, min before peak", lead, LEAD_AT_LEAST_MIN)
    yield from _storm_targets(tocsin.storms)


def _storm_targets(storms: Sequence[ReplayLine]) -> Iterator[Target]:
    for kind, what in (("crisis", "negative"), ("harmless", "happy")):
        some = [one.rung for one in storms if one.kind == kind]
        if not some:
            continue
        share = sum(one.hits for one in some) / sum(one.of for one in some)
        target, limit = (_at_least, 1.0) if kind == "crisis" else (_at_most, 0.0)
        yield target(f"share of real {what} storms that rang", share, limit)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60


def _at_least(what: str, measured: float | None, least: float) -> Target:
    met = measured is not None and measured >= least
    return Target(what=what, wanted=f"at least {least:g}", measured=measured, met=met)


def _at_most(what: str, measured: float | None, most: float) -> Target:
    met = measured is not None and measured <= most
    return Target(what=what, wanted=f"at most {most:g}", measured=measured, met=met)
