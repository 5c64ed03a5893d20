"""A reference episode made of what was seen of a real one."""

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Final

from lab.library.observe import LOOK_S, MeasureError, Observation
from lab.library.segment import segment
from pipeline.detection.patterns.features import FEATURES, Feature
from pipeline.detection.patterns.library import Phase, ReferenceEpisode
from pipeline.detection.patterns.pattern_match import RANGES
from pipeline.phrase import Phrase
from schemas.incident import EpisodeKind

MOST_REPEATS: Final = 0.4
"""Share of posts by authors heard before, above which a few make the noise."""
LEAST_LOOKS: Final = 6
MOST_POINTS: Final = 200
"""A longer course is thinned before it is cut into phases."""
INDEPENDENT_S: Final = 3600
"""Looks this far apart share no posts: the longest window."""

FLOORS: Final = {
    "surge": 0.35,
    "acceleration": 0.7,
    "concentration": 0.2,
    "repeat_share": 0.08,
    "language_spread": 0.1,
}
LOGIT_FLOOR: Final = 0.6
"""How far the next episode of this kind may be from this one, whatever was measured."""

CRISIS_MORE: Final = (
    "outrage",
    "boycott",
    "complaint",
    "takedown",
    "repost_share",
    "new_author_share",
    "concentration",
    "language_spread",
)
HARMLESS_MORE: Final = (
    "positive_share",
    "repost_share",
    "new_author_share",
    "concentration",
    "sad_news",
)
HARMLESS_LESS: Final = ("negative_shift", "complaint", "outrage", "boycott", "takedown")


def measure(
    sights: Sequence[Observation],
    *,
    name: str,
    kind: EpisodeKind,
    title: str,
    sources: Iterable[str],
    note: str,
) -> ReferenceEpisode:
    """The episode whose phases are those of ``sights``.

    A phase expects the mean of each feature; a look at few mentions counts less in it. Its
    tolerance is the root of the squares of three parts: how far looks lie from the mean beyond
    what counting makes, how well the mean is known, and a floor, since one episode says little
    about how the next will differ. A feature known in less than half of a phase's looks is left
    out of it.

    Raises:
        MeasureError: if there is too little to measure.
    """
    if len(sights) < LEAST_LOOKS:
        raise MeasureError(
            Phrase(
                "{n} looks hold enough mentions beyond the usual, {least_looks} are needed, "
                "one each {look_s} s: choose a longer or a louder stretch",
                n=len(sights),
                least_looks=LEAST_LOOKS,
                look_s=LOOK_S,
            )
        )
    starts = _starts(sights)
    parts = [sights[a:b] for a, b in zip(starts, [*starts[1:], len(sights)], strict=True)]
    names = _names(parts)
    phases = tuple(
        Phase(name=phase, features=_expected(part))
        for phase, part in zip(names, parts, strict=True)
    )
    more, less = _sides(sights, kind)
    return ReferenceEpisode(
        name=name,
        kind=kind,
        title=title,
        provenance="measured",
        sources=tuple(sources),
        note=note,
        or_more=more,
        or_less=less,
        phases=phases,
    )


def floor_of(code: str) -> float:
    """Least tolerance of a feature.

    >>> floor_of("surge"), floor_of("outrage")
    (0.35, 0.6)
    """
    return FLOORS.get(code, LOGIT_FLOOR)


def _starts(sights: Sequence[Observation]) -> list[int]:
    every = -(-len(sights) // MOST_POINTS)
    points = [[_point(sight, code) for code in FEATURES] for sight in sights[::every]]
    return [start * every for start in segment(points)]


def _point(sight: Observation, code: str) -> tuple[float, float]:
    seen = sight.features.get(code)
    floor = floor_of(code)
    return (0.0, 0.0) if seen is None else (seen.x / floor, _weight(seen, floor))


def _weight(seen: Feature, floor: float) -> float:
    """1 for a look that rests on many mentions, towards 0 the fewer they are."""
    return floor**2 / (floor**2 + seen.sd**2)


def _expected(sights: Sequence[Observation]) -> dict[str, tuple[float, float]]:
    expected = {}
    for code in FEATURES:
        seen = [sight.features[code] for sight in sights if code in sight.features]
        if 2 * len(seen) >= len(sights):
            mean, tolerance = _mean(seen, floor_of(code))
            most = RANGES.get(code, tolerance)
            expected[code] = (round(mean, 3), round(min(tolerance, most), 3))
    return expected


def _mean(seen: Sequence[Feature], floor: float) -> tuple[float, float]:
    weights = [_weight(one, floor) for one in seen]
    total = sum(weights)

    def weighed(values: Iterable[float]) -> float:
        return sum(w * value for w, value in zip(weights, values, strict=True)) / total

    mean = weighed(one.x for one in seen)
    counting = weighed(one.sd**2 for one in seen)
    spread = max(weighed((one.x - mean) ** 2 for one in seen) - counting, 0.0)
    independent = max(len(seen) * LOOK_S / INDEPENDENT_S, 1.0)
    return mean, sqrt(spread + counting / independent + floor**2)


def _sides(
    sights: Sequence[Observation], kind: EpisodeKind
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Features in which going further is no contradiction.

    Of a crisis: a larger surge and a more negative tone always, and what else drove this one, by
    more than its floor over the brand's baseline; less praise where there was less, and fewer
    repeated voices where few were. Of something harmless: a larger surge, and what drove it; less
    of what a crisis is made of, where there was not more of it than the floor.
    """
    means = {}
    for code in FEATURES:
        if seen := [sight.features[code] for sight in sights if code in sight.features]:
            means[code] = _mean(seen, floor_of(code))[0]
    candidates = CRISIS_MORE if kind == "crisis" else HARMLESS_MORE
    more = [code for code in candidates if means.get(code, 0.0) > floor_of(code)]
    if kind == "crisis":
        less = [code for code in ("positive_share",) if means.get(code, 0.0) < 0]
        less += [code for code in ("repeat_share",) if means.get(code, 1.0) < MOST_REPEATS / 2]
        return ("surge", "negative_shift", *more), tuple(less)
    less = [code for code in HARMLESS_LESS if means.get(code, 1.0) <= floor_of(code)]
    return ("surge", *more), tuple(less)


def _names(parts: Sequence[Sequence[Observation]]) -> list[str]:
    """Before the largest surge ``rise``, then ``peak``, then ``tail``, numbered where several."""
    surges = [sum(one.features["surge"].x for one in part) / len(part) for part in parts]
    peak = max(range(len(parts)), key=surges.__getitem__)
    names = []
    for place in range(len(parts)):
        kind = "rise" if place < peak else "peak" if place == peak else "tail"
        number = place + 1 if place < peak else place - peak
        alone = (peak if place < peak else len(parts) - 1 - peak) <= 1
        names.append(kind if alone or place == peak else f"{kind} {number}")
    return names
