"""The figures that Tocsin sets out to reach, and whether it does."""

from collections.abc import Iterator
from typing import Final

from schemas.evaluation import NabPart, QuietPart, Target

NAB_AT_LEAST: Final = {
    "standard": 90.0,
    "low_false_positives": 85.0,
    "low_false_negatives": 93.0,
}
BUDGETS_KEPT: Final = (0.25, 1.0)
"""What a brand is given unless its file says otherwise, and what a bare series is given."""


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
