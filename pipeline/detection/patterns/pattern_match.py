"""How much an episode is like those of the library: evidence for crisis over evidence for harmless.

After the latent-source model of S. Nikolov and D. Shah ("A Nonparametric Method for Early Detection
of Trending Topics", 2012): each reference votes with a weight that falls exponentially with its
distance, and the ratio of the votes is the answer. Other than there, the loudest vote speaks for
its kind: the sum would depend on how many references of a kind the library happens to hold.
Distance is minus the log-likelihood of the features under a reference's expectations, summed along
the best monotone alignment of the course with the reference's phases: a phase may last as long as
it likes or be left out. Older cells count less, and so do those in which less was said, so that a
storm is not outvoted by the murmur before it; all cells count less than independent ones would.
What goes further than a reference expects, where that is no contradiction, has no distance from it.
"""

from collections.abc import Container, Iterable, Mapping
from math import exp, inf, log, pi, sqrt
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.detection.patterns.features import FEATURES, Feature
from pipeline.detection.patterns.library import Library, Reference
from schemas.incident import Reason, Resemblance

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
STANDS_OUT: Final = 0.8
"""A famous case has to be so much nearer than the nearest kind of case to lend its name."""
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

    ``weight`` is the discounted sum of the cells' own. ``library``: digest of the one they were
    compared with; a course that another one has seen begins anew, for its costs belong to other
    phases.
    """

    costs: dict[str, list[float]] = field(default_factory=dict)
    weight: float = 0.0
    library: str = ""


class Judgement(NamedTuple):
    """``evidence``: log10 of the odds crisis : harmless, at equal odds beforehand."""

    evidence: float
    crisis: str
    harmless: str
    nearest: tuple[Resemblance, ...]
    reasons: tuple[Reason, ...]


class _Match(NamedTuple):
    reference: Reference
    cost: float
    phase: int
    parts: list[float]


def extend(
    alignment: Alignment, now: Mapping[str, Feature], library: Library, cell_weight: float = 1.0
) -> Alignment:
    """The alignment with a further complete cell that counts as ``cell_weight``, up to 1."""
    alignment = _known_to(library, alignment)
    seen = _seen(now)
    costs = {}
    for reference in library.references:
        cell = [-sum(_parts(seen, expected, reference.sides)) for expected in reference.phases]
        costs[reference.name] = _step(alignment.costs.get(reference.name), cell, cell_weight)
    return Alignment(costs, FORGET * alignment.weight + cell_weight, library.digest)


def match_library(
    alignment: Alignment, now: Mapping[str, Feature], library: Library, cell_weight: float = 1.0
) -> Judgement:
    """Compare a course, its newest cell included, with every reference."""
    alignment = _known_to(library, alignment)
    weight = FORGET * alignment.weight + cell_weight
    cells = min(weight / cell_weight, 1.0 / (1.0 - FORGET))
    worth = TEMPER * (1.0 + CELL_WORTH * (cells - 1.0))
    seen = _seen(now)
    matches = []
    for reference in library.references:
        parts = [_parts(seen, expected, reference.sides) for expected in reference.phases]
        cell = [-sum(part) for part in parts]
        costs = _step(alignment.costs.get(reference.name), cell, cell_weight)
        best = min(range(len(costs)), key=costs.__getitem__)
        cost = worth * costs[best] / weight - log(reference.weight * reference.trust)
        matches.append(_Match(reference, cost, best, parts[best]))
    matches.sort(key=lambda match: (match.cost, match.reference.name))
    crisis = next(match for match in matches if match.reference.kind == "crisis")
    harmless = next(match for match in matches if match.reference.kind == "harmless")
    evidence = (harmless.cost - crisis.cost) / LN10
    nearest = tuple(_nearest(seen, match) for match in matches[:NEAREST])
    famous = {one.name for one in library.references if one.famous}
    return Judgement(
        evidence=evidence,
        crisis=_name(nearest, crisis, famous),
        harmless=_name(nearest, harmless, famous),
        nearest=nearest,
        reasons=_reasons(now, evidence, worth * cell_weight / weight, crisis, harmless),
    )


def _known_to(library: Library, alignment: Alignment) -> Alignment:
    return alignment if alignment.library == library.digest else Alignment()


def _seen(now: Mapping[str, Feature]) -> list[tuple[float, float] | None]:
    """``x`` and variance of each feature, in the order of ``FEATURES``."""
    found = [now.get(code) for code in FEATURES]
    return [None if feature is None else (feature.x, feature.sd**2) for feature in found]


def _parts(
    seen: Iterable[tuple[float, float] | None],
    expected: Iterable[tuple[float, float]],
    sides: Iterable[int],
) -> list[float]:
    """Log-likelihood of each feature, in the order of ``FEATURES``; 0 for one that is not known."""
    parts = []
    for one, (value, tolerance), side, floor in zip(seen, expected, sides, _FLOORS, strict=True):
        if one is None:
            parts.append(0.0)
            continue
        x, variance = one
        variance += tolerance * tolerance
        off = x - value
        square = 0.0 if off * side > 0 else off * off / variance
        parts.append(log(_SCALE / sqrt(variance) * exp(-0.5 * square) + floor))
    return parts


def _step(before: list[float] | None, cell: list[float], weight: float) -> list[float]:
    """Cost of the best monotone way that ends in each phase, with one more cell."""
    if before is None:
        return [weight * (SKIP * index + cost) for index, cost in enumerate(cell)]
    costs = []
    reachable = inf
    for index, cost in enumerate(cell):
        reachable = min(before[index], reachable + weight * SKIP)
        costs.append(FORGET * reachable + weight * cost)
    return costs


def _nearest(seen: list[tuple[float, float] | None], match: _Match) -> Resemblance:
    """``distance``: root mean square of all deviations from what is expected, in tolerances."""
    reference = match.reference
    squares = [
        (one[0] - value) ** 2 / (tolerance**2 + one[1])
        for one, (value, tolerance) in zip(seen, reference.phases[match.phase], strict=True)
        if one is not None
    ]
    return Resemblance(
        episode=reference.name,
        kind=reference.kind,
        distance=round(sqrt(sum(squares) / max(len(squares), 1)), 3),
        phase=round((match.phase + 0.5) / len(reference.phases), 3),
        title=reference.title,
    )


def _name(nearest: Iterable[Resemblance], best: _Match, famous: Container[str]) -> str:
    """What to call it: a storm beyond all expectations is told by the least deviation.

    A famous case lends its name only where it stands out; else what is nearest beside it is a kind
    of case, and says more honestly what is known.
    """
    kind = best.reference.kind
    same = sorted(
        (resemblance for resemblance in nearest if resemblance.kind == kind),
        key=lambda one: one.distance,
    )
    if not same:
        return best.reference.name
    first, *others = same
    other = next((one for one in others if one.episode not in famous), None)
    if other and first.episode in famous and first.distance > STANDS_OUT * other.distance:
        return other.episode
    return first.episode


def _reasons(
    now: Mapping[str, Feature],
    evidence: float,
    worth: float,
    crisis: _Match,
    harmless: _Match,
) -> tuple[Reason, ...]:
    """Each feature's part of the evidence; ``course`` is what earlier cells had said.

    ``worth``: of the newest cell's log-likelihood in the evidence. ``false_alarms``: what past ones
    took from the weight of the crisis.
    """
    weights = {
        code: worth * (crisis.parts[index] - harmless.parts[index]) / LN10
        for index, code in enumerate(FEATURES)
        if code in now
    }
    reasons = [
        Reason(
            code=code,
            value=round(now[code].value, 4),
            normal=None if (usual := now[code].usual) is None else round(usual, 4),
            weight=round(weight, 3),
            detail=now[code].detail,
        )
        for code, weight in weights.items()
    ]
    doubt = log(crisis.reference.trust) / LN10
    if doubt:
        trust = round(crisis.reference.trust, 4)
        reasons.append(Reason(code="false_alarms", value=trust, weight=round(doubt, 3)))
    rest = round(evidence - doubt - sum(weights.values()), 3)
    reasons.append(Reason(code="course", value=round(evidence, 3), weight=rest))
    return tuple(sorted(reasons, key=lambda reason: (-abs(reason.weight), reason.code)))
