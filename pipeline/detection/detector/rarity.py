"""How rare: independent negative and hostile voices against what this brand lives through.

Each of four windows gives a likelihood ratio of a negative binomial; the logarithm of what was seen
lies so many scales above the brand's usual maximum of half a day (``Extremes``). One number of the
same meaning comes out for every brand: above it so often in so long, whatever its size and habits.
"""

from collections.abc import Sequence
from math import inf, log, log1p
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.detection.detector.dispersion import Dispersion
from pipeline.detection.detector.extremes import Extremes, Gumbel
from pipeline.detection.detector.voices import INDEX, MILLI, Sums

WINDOWS_S: Final = (1_200, 3_600, 10_800, 28_800)
STATISTICS: Final = ("critical", "hostile", "accusing", "attacking")
TALKING: Final = (0, 1)
PLACES: Final = tuple(INDEX[name] for name in STATISTICS)

DISPERSION: Final = (1.0, 0.8, 0.5, 0.35)
"""Prior of 1/r by window, calibrated on real arrivals (docs/adr/0018-detection.md)."""
TALK: Final = (Gumbel(1.0, 0.45), Gumbel(0.76, 0.48), Gumbel(0.56, 0.51), Gumbel(0.41, 0.52))
WORDS: Final = (Gumbel(0.72, 0.35), Gumbel(0.5, 0.38), Gumbel(0.29, 0.39), Gumbel(0.16, 0.31))
PRIORS: Final = (TALK, TALK, WORDS, WORDS)
SHORT_WINDOW: Final = 1.0
"""Taken off the shortest window: reply threads excite themselves."""
UNKNOWN: Final = 2.0
UNKNOWN_S: Final = 1.5 * 86_400
"""Added to 1/r at first, less and less until so long was heard: the shape of the day is not known
before, and a morning after a night looks like an outbreak."""
FAINTEST: Final = 0.02 / 3_600
"""Voices a second that are expected at least."""
CASCADE_SCALE: Final = 0.45
CASCADE_LEAST: Final = 1.6
CASCADE_GROWTH: Final = 0.8
CASCADE_FROM: Final = (-0.4, -1.0)
"""Location of the strongest cascade of half a day, and of the strongest critical one: the more is
passed on at all, the larger. Worth only ``CASCADE_WORTH`` blocks: brands differ widely in it."""
CASCADE_WORTH: Final = 4.0
CASCADE_OFFSET: Final = 3.0
CASCADE_FREE: Final = 2.5
CASCADE_MOST: Final = 4.0
WORDS_MOST: Final = 6.0
FEW_VOICES: Final = 5.0
FEW_RARITY: Final = 2.0
"""Less than so many hostile voices in eight hours are never rarer than this."""
NEAR_BEST: Final = 0.6
"""The longest window that is almost as rare as the rarest tells most of what it is made of."""


class WindowSums(NamedTuple):
    """Sums of a window, and what was expected of each field."""

    sums: Sums
    expected: Sequence[float]


class Rarity(NamedTuple):
    """How rare the present windows are.

    ``total`` is R. ``talk``: of negative and hostile voices; ``words``: of accusing and
    attacking ones. ``cascade``: of the post that is passed on most; ``critical_cascade``: of the
    one among those that are negative or attack. ``window``: the place of the one that tells most.
    ``windows``: what R would be of each alone, never more than ``total``.
    """

    total: float
    talk: float
    words: float
    cascade: float
    critical_cascade: float
    window: int
    windows: tuple[float, ...]


def surprise(seen: float, expected: float, dispersion: float) -> float:
    """Log-likelihood ratio of a negative binomial, 0 where no more was seen than expected.

    >>> surprise(1.0, 2.0, 0.5), round(surprise(10.0, 2.0, 0.5), 2)
    (0.0, 2.91)
    """
    if seen <= expected:
        return 0.0
    size = 1.0 / dispersion
    both = (seen + size) * log((seen + size) / (expected + size))
    return max(seen * log(seen / expected) - both, 0.0)


def _talk(values: Sequence[float]) -> float:
    return (values[0] + values[1]) / 2


def _words(values: Sequence[float]) -> float:
    return (values[2] + values[3]) / 2


def _total(values: Sequence[float], tops: Sequence[float]) -> float:
    """R of the rarity of each statistic, and of the two cascades."""
    total = _talk(values) + 0.5 * min(max(_words(values), 0.0), WORDS_MOST)
    return total + 0.5 * sum(min(max(top - CASCADE_FREE, 0.0), CASCADE_MOST) for top in tops)


class RarityMeter(Struct, array_like=True):
    """What the brand lives through: dispersion and extremes, for each statistic and window."""

    dispersions: list[list[Dispersion]] = field(
        default_factory=lambda: [[Dispersion() for _ in WINDOWS_S] for _ in STATISTICS]
    )
    extremes: list[list[Extremes]] = field(
        default_factory=lambda: [[Extremes() for _ in WINDOWS_S] for _ in STATISTICS]
    )
    cascades: list[Extremes] = field(default_factory=lambda: [Extremes(), Extremes()])

    def measure(
        self,
        windows: Sequence[WindowSums],
        cascades: tuple[int, int],
        usually_passed_on: float,
        heard_s: float,
        *,
        remembers: bool = True,
    ) -> Rarity:
        """How rare the windows that end now are; ``remembers`` them for the block under way.

        ``cascades``: reposts within an hour of the post that is passed on most, and of the most
        critical one. ``usually_passed_on``: voices of reposts in half a day.
        """
        unknown = UNKNOWN * max(1 - heard_s / UNKNOWN_S, 0.0)
        found = []
        for statistic, place in enumerate(PLACES):
            values = []
            for number, (sums, expected) in enumerate(windows):
                spread = self.dispersions[statistic][number].of(DISPERSION[number]) + unknown
                value = log1p(surprise(sums[place] / MILLI, expected[place], spread))
                extremes = self.extremes[statistic][number]
                if remembers:
                    extremes.see(value)
                rarity = extremes.rarity(value, PRIORS[statistic][number])
                values.append(rarity if number else rarity - SHORT_WINDOW)
            found.append(values)
        tops = []
        for place, passed_on in enumerate(cascades):
            if remembers:
                self.cascades[place].see(log(passed_on + CASCADE_OFFSET))
            tops.append(self.passed_on(passed_on, usually_passed_on, place))
        best = [max(values) for values in found]
        few = windows[-1].sums[INDEX["hostile"]] < FEW_VOICES * MILLI
        most = FEW_RARITY if few else inf
        total, *alone = (
            min(_total(values, tops), most) for values in (best, *zip(*found, strict=True))
        )
        likes = [max(pair) for pair in zip(*(found[one] for one in TALKING), strict=True)]
        rarest = max(likes)
        window = max(n for n, one in enumerate(likes) if one >= rarest - NEAR_BEST)
        talk, words = _talk(best), _words(best)
        return Rarity(total, talk, words, tops[0], tops[1], window, tuple(alone))

    def passed_on(self, reposts: int, usually: float, place: int = 0) -> float:
        """How rare it is that a post is passed on so often within an hour.

        ``place`` 1: one that is negative, accuses or attacks.
        """
        location = CASCADE_FROM[place] + CASCADE_GROWTH * log1p(usually)
        prior = Gumbel(max(location, CASCADE_LEAST), CASCADE_SCALE)
        value = log(reposts + CASCADE_OFFSET)
        return self.cascades[place].rarity(value, prior, CASCADE_WORTH)

    def end_window(self, number: int, now_s: int, window: WindowSums) -> None:
        """A window of its own ends: later it teaches how much counts scatter."""
        for statistic, place in enumerate(PLACES):
            self.dispersions[statistic][number].learn(
                now_s, window.sums[place] / MILLI, window.expected[place]
            )

    def come_to(self, now_s: int) -> None:
        """Let what is over for long enough teach."""
        for row in self.dispersions:
            for number, one in enumerate(row):
                one.come_to(now_s, WINDOWS_S[number])

    def end_block(self, *, teaches: bool) -> None:
        """Half a day is over."""
        for row in [*self.extremes, self.cascades]:
            for one in row:
                one.close(teaches=teaches)
