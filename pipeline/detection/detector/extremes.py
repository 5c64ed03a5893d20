"""What the largest value of half a day usually is: how far out the present one lies."""

from math import pi, sqrt
from typing import Final, NamedTuple

from msgspec import Struct

BLOCK_S: Final = 12 * 3600
WORTH_LOCATION: Final = 12.0
WORTH_SCALE: Final = 40.0
"""Blocks that the pooled priors are worth."""
EULER: Final = 0.5772156649
MOST_BLOCKS: Final = 120.0
"""Two months: older blocks fade."""


class Gumbel(NamedTuple):
    """Location and scale of the distribution of block maxima."""

    location: float
    scale: float


class Extremes(Struct, array_like=True):
    """Maxima of blocks of twelve hours, fitted by moments and shrunk to a pooled prior.

    The block that is over waits for another before it teaches, so that a crisis does not excuse
    itself. E. J. Gumbel, *Statistics of Extremes*, 1958.
    """

    highest: float = 0.0
    waiting: float = -1.0
    blocks: float = 0.0
    mean: float = 0.0
    squares: float = 0.0

    def see(self, value: float) -> None:
        """Take in a value of the block that is under way."""
        self.highest = max(self.highest, value)

    def close(self, *, teaches: bool) -> None:
        """End the block. ``teaches``: it was heard well enough."""
        if self.waiting >= 0.0:
            self._learn(self.waiting)
        self.waiting = self.highest if teaches else -1.0
        self.highest = 0.0

    def _learn(self, value: float) -> None:
        if self.blocks >= MOST_BLOCKS:
            self.squares *= (MOST_BLOCKS - 1) / self.blocks
            self.blocks = MOST_BLOCKS - 1
        self.blocks += 1
        step = value - self.mean
        self.mean += step / self.blocks
        self.squares += step * (value - self.mean)

    def rarity(self, value: float, prior: Gumbel, worth_location: float = WORTH_LOCATION) -> float:
        """How many scales ``value`` lies above the usual maximum of a block.

        ``worth_location``: blocks that the location of ``prior`` is worth.

        >>> Extremes().rarity(1.5, Gumbel(location=1.0, scale=0.5))
        1.0
        """
        blocks = self.blocks
        if not blocks:
            return (value - prior.location) / prior.scale
        scale = prior.scale
        if blocks > 1:
            deviation = sqrt(self.squares / (blocks - 1))
            scale = (WORTH_SCALE * prior.scale + blocks * deviation * sqrt(6) / pi) / (
                WORTH_SCALE + blocks
            )
        location = (worth_location * prior.location + blocks * (self.mean - EULER * scale)) / (
            worth_location + blocks
        )
        return (value - location) / scale
