"""Shares as careful reading would give them, from fast reading of all and careful reading of few.

A control variate, or difference estimator (W. Cochran, "Sampling Techniques", 1977, section 7.3):
the share that fast reading gives of all texts, plus the mean of what careful reading says beyond it
on a sample that was drawn uniformly. It is unbiased whatever fast reading is worth; the closer the
two are, the smaller its error.
"""

from math import sqrt
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.reading.contract import Outputs
from schemas.bucket import Bucket
from schemas.reading import CLASSES, OUTPUTS

HALF_LIFE_S: Final = 6 * 3600.0
"""Of what the difference is learned from."""


class Corrected(NamedTuple):
    """A share, corrected, and the standard error that drawing the sample gives it."""

    share: float
    error: float


class ReadShares(Struct, array_like=True):
    """What reading said of a brand, old things counting less. Feed it each bucket once, in order.

    ``texts``: of the buckets of which something could be drawn; sums as in ``Reading``.
    """

    at_s: float = 0.0
    texts: float = 0.0
    read: float = 0.0
    classes: list[float] = field(default_factory=lambda: [0.0] * len(CLASSES))
    differences: list[float] = field(default_factory=lambda: [0.0] * len(OUTPUTS))
    variances: list[float] = field(default_factory=lambda: [0.0] * len(OUTPUTS))

    def add(self, bucket: Bucket, *, half_life_s: float = HALF_LIFE_S) -> None:
        """Take a bucket; one of which nothing could be drawn says nothing."""
        reading = bucket.reading
        if reading is None or reading.rate <= 0:
            return
        at_s = bucket.watermark.timestamp()
        kept = 0.5 ** (max(at_s - self.at_s, 0.0) / half_life_s) if self.at_s else 0.0
        self.at_s = max(at_s, self.at_s)
        self.texts = self.texts * kept + bucket.mentions - bucket.reposts
        self.read = self.read * kept + reading.read
        self.classes = _added(self.classes, kept, reading.classes)
        self.differences = _added(self.differences, kept, reading.differences)
        self.variances = _added(self.variances, kept * kept, reading.variances)

    def corrected(self, fast: Outputs) -> tuple[Corrected, Corrected, Corrected] | None:
        """Shares of attack, complaint and harm, ``fast`` being those by fast reading of all texts.

        None where nothing was read yet. A share may lie a little outside of 0 to 1: cut there, it
        would no longer be right on average.

        >>> shares = ReadShares(at_s=1.0, texts=200.0, read=20.0)
        >>> shares.differences, shares.variances = [10.0, 0.0, 0.0], [16.0, 0.0, 0.0]
        >>> shares.corrected((0.1, 0.2, 0.0))[0]
        Corrected(share=0.15000000000000002, error=0.02)
        """
        if self.texts <= 0 or self.read <= 0:
            return None
        attack, complaint, harm = (
            Corrected(share + difference / self.texts, sqrt(variance) / self.texts)
            for share, difference, variance in zip(
                fast, self.differences, self.variances, strict=True
            )
        )
        return attack, complaint, harm

    def by_class(self) -> dict[str, float]:
        """Share of each class by careful reading alone; empty where nothing was read yet."""
        if self.texts <= 0 or self.read <= 0:
            return {}
        return {name: value / self.texts for name, value in zip(CLASSES, self.classes, strict=True)}


def _added(known: list[float], kept: float, more: tuple[float, ...]) -> list[float]:
    return [old * kept + new for old, new in zip(known, more, strict=True)]
