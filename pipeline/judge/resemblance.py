"""How much an episode is like those of the library: evidence for crisis over evidence for harmless.

In the manner of the latent-source model of S. Nikolov and D. Shah ("A Nonparametric Method for
Early Detection of Trending Topics", 2012): each reference votes with a weight that falls
exponentially with its distance, and the ratio of the votes is the answer. Distance is minus the
log-likelihood of the features under a reference's expectations, summed along the best monotone
alignment of the course with the reference's phases: a phase may last as long as it likes or be left
out. Older cells count less, and all cells count less than independent ones would.
"""

from collections.abc import Mapping
from math import exp, inf, log, pi, sqrt
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.judge.features import FEATURES, Feature
from pipeline.judge.library import Library
from schemas.incident import EpisodeKind, Reason, Resemblance

CELL_S: Final = 600
"""A course is cut in cells of so long; the newest one is still growing."""
FORGET: Final = 0.75
"""Weight of a cell against the next."""
TEMPER: Final = 0.6
"""Features hang together: their log-likelihoods add up to less than they say."""
CELL_WORTH: Final = 0.5
"""What a further cell adds, against an independent one."""
SKIP: Final = 0.7
"""Cost, in nats, of leaving out a phase or of beginning in a later one."""
DOUBT: Final = 0.1
"""Part of every expectation that is anywhere: no single feature decides."""
NEAREST: Final = 5
RANGES: Final = {
    "surge": 3.0,
    "acceleration": 6.0,
    "concentration": 1.0,
    "repeat_share": 1.0,
    "language_spread": 1.0,
}
LOGIT_RANGE: Final = 8.0
LN10: Final = log(10)

_FLOORS: Final = tuple(DOUBT / RANGES.get(code, LOGIT_RANGE) for code in FEATURES)
_SCALE: Final = (1 - DOUBT) / sqrt(2 * pi)


class Alignment(Struct, array_like=True):
    """The cells that are complete: per reference, the cost of the best way to end in each phase.

    ``weight`` is their discounted number.
    """

    costs: dict[str, list[float]] = field(default_factory=dict)
    weight: float = 0.0


class Judgement(NamedTuple):
    """``evidence``: log10 of the odds crisis : harmless, at equal odds beforehand."""

    evidence: float
    crisis: str
    harmless: str
    nearest: tuple[Resemblance, ...]
    reasons: tuple[Reason, ...]


class _Match(NamedTuple):
    name: str
    kind: EpisodeKind
    weight: float
    cost: float
    phase: float
    parts: tuple[float, ...]
    distance: float


def extend(alignment: Alignment, now: Mapping[str, Feature], library: Library) -> Alignment:
    """The alignment with a further complete cell."""
    costs = {}
    for reference in library.references:
        cell = [-sum(_parts(now, expected)) for expected in reference.phases]
        costs[reference.name] = _step(alignment.costs.get(reference.name), cell)
    return Alignment(costs, FORGET * alignment.weight + 1.0)


def resemblance(alignment: Alignment, now: Mapping[str, Feature], library: Library) -> Judgement:
    """Compare a course, its newest cell included, with every reference."""
    weight = FORGET * alignment.weight + 1.0
    worth = TEMPER * (1.0 + CELL_WORTH * (weight - 1.0))
    matches = []
    for reference in library.references:
        parts = [_parts(now, expected) for expected in reference.phases]
        costs = _step(alignment.costs.get(reference.name), [-sum(part) for part in parts])
        best = min(range(len(costs)), key=costs.__getitem__)
        matches.append(
            _Match(
                reference.name,
                reference.kind,
                reference.weight,
                worth * costs[best] / weight,
                (best + 0.5) / len(costs),
                parts[best],
                _distance(now, reference.phases[best]),
            )
        )
    crises = [match for match in matches if match.kind == "crisis"]
    harmless = [match for match in matches if match.kind == "harmless"]
    votes_for, parts_for = _vote(crises)
    votes_against, parts_against = _vote(harmless)
    evidence = (votes_for - votes_against) / LN10
    ranked = sorted(matches, key=lambda match: (match.cost, match.name))[:NEAREST]
    return Judgement(
        evidence=evidence,
        crisis=min(crises, key=lambda match: (match.cost, match.name)).name,
        harmless=min(harmless, key=lambda match: (match.cost, match.name)).name,
        nearest=tuple(
            Resemblance(
                episode=match.name,
                kind=match.kind,
                distance=round(match.distance, 3),
                phase=round(match.phase, 3),
            )
            for match in ranked
        ),
        reasons=_reasons(now, evidence, worth, parts_for, parts_against),
    )


def _parts(
    now: Mapping[str, Feature], expected: tuple[tuple[float, float], ...]
) -> tuple[float, ...]:
    """Log-likelihood of each feature, in the order of ``FEATURES``; 0 for one that is not known."""
    parts = []
    for code, (value, tolerance), floor in zip(FEATURES, expected, _FLOORS, strict=True):
        feature = now.get(code)
        if feature is None:
            parts.append(0.0)
            continue
        variance = tolerance * tolerance + feature.sd * feature.sd
        off = feature.x - value
        density = _SCALE / sqrt(variance) * exp(-0.5 * off * off / variance)
        parts.append(log(density + floor))
    return tuple(parts)


def _step(before: list[float] | None, cell: list[float]) -> list[float]:
    """Cost of the best monotone way that ends in each phase, with one more cell."""
    if before is None:
        return [SKIP * index + cost for index, cost in enumerate(cell)]
    costs = []
    reachable = inf
    for index, cost in enumerate(cell):
        reachable = min(before[index], reachable + SKIP)
        costs.append(FORGET * reachable + cost)
    return costs


def _distance(now: Mapping[str, Feature], expected: tuple[tuple[float, float], ...]) -> float:
    """Root mean square of the deviations from what is expected, in tolerances."""
    squares = [
        (feature.x - value) ** 2 / (tolerance**2 + feature.sd**2)
        for code, (value, tolerance) in zip(FEATURES, expected, strict=True)
        if (feature := now.get(code)) is not None
    ]
    return sqrt(sum(squares) / max(len(squares), 1))


def _vote(matches: list[_Match]) -> tuple[float, list[float]]:
    """Log of the weighted mean of the votes, and each feature's mean part in it."""
    least = min(match.cost for match in matches)
    votes = [match.weight * exp(least - match.cost) for match in matches]
    total = sum(votes)
    whole = sum(match.weight for match in matches)
    parts = [
        sum(vote * match.parts[index] for vote, match in zip(votes, matches, strict=True)) / total
        for index in range(len(FEATURES))
    ]
    return log(total / whole) - least, parts


def _reasons(
    now: Mapping[str, Feature],
    evidence: float,
    worth: float,
    parts_for: list[float],
    parts_against: list[float],
) -> tuple[Reason, ...]:
    """Each feature's part of the evidence; ``course`` is what earlier cells had said."""
    weights = {
        code: worth * (parts_for[index] - parts_against[index]) / LN10
        for index, code in enumerate(FEATURES)
        if code in now
    }
    reasons = [
        Reason(
            code=code,
            value=round(now[code].value, 4),
            normal=None if (normal := now[code].normal) is None else round(normal, 4),
            weight=round(weight, 3),
            detail=now[code].detail,
        )
        for code, weight in weights.items()
    ]
    rest = round(evidence - sum(weights.values()), 3)
    reasons.append(Reason(code="course", value=round(evidence, 3), weight=rest))
    return tuple(sorted(reasons, key=lambda reason: (-abs(reason.weight), reason.code)))
