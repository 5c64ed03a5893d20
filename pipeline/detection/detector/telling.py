"""Which window tells of what kind a wave is: the one that speaks most for a crisis.

The longest window that is almost as rare as the rarest holds most posts, so that its shares are
known best. But what turns hides in it: an advert that people enjoyed all morning lies in the eight
hours in which they turn against it, and of all that is beyond the usual most is still joy. The
hour tells of it sooner, and is heard where it is rare enough by itself and clearer by a margin.

What a reader read is of the last hour. Of a wave that lies hours back it tells nothing: there it
counts in proportion to what of the wave the last hour holds.
"""

from collections.abc import Callable, Sequence
from typing import Final

from pipeline.detection.detector.kind import Composition, composition, excess_of
from pipeline.detection.detector.levels import RING_RARITY, score
from pipeline.detection.detector.rarity import Rarity, WindowSums
from pipeline.detection.detector.read import Against

HOUR: Final = 1
"""Place of the window of an hour."""
MARGIN: Final = {1: 1.0, 2: 0.5, 3: 0.0}
"""So much more must the score of a window be than of the one that holds most. The shortest is left
out: of the posts of 20 minutes, shares say little."""
HEEDED: Final = 4.0
"""What was read counts in full where the last hour holds a quarter of the excess."""

Lived = Callable[[int], Sequence[float]]
"""What shares of the excess of a window, by its place, are held against."""


def telling(
    windows: Sequence[WindowSums],
    rarity: Rarity,
    lived: Lived,
    read: Sequence[Against] | None = None,
) -> Composition:
    """The composition of the window that tells of what kind the wave is.

    ``windows``, shortest first, are as ``rarity`` as it says; ``read`` is None without a reader.
    """
    hour = excess_of(windows[HOUR])

    def made_of(place: int) -> Composition:
        excess = excess_of(windows[place])
        heeded = min(HEEDED * hour / excess, 1.0) if place > HOUR and excess > 0 else 1.0
        return composition(windows[place], lived(place), read, heeded)

    best = made_of(rarity.window)
    most = score(rarity.total, best.kind)
    for place, margin in MARGIN.items():
        if place != rarity.window and rarity.windows[place] >= RING_RARITY:
            other = made_of(place)
            reached = score(rarity.windows[place], other.kind) - margin
            if reached > most:
                best, most = other, reached
    return best
