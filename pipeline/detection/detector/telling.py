"""Which window tells of what kind a wave is: the one that speaks most for a crisis.

The longest window that is almost as rare as the rarest holds most posts, so that its shares are
known best. But what turns hides in it: an advert that people enjoyed all morning lies in the eight
hours in which they turn against it, and of all that is beyond the usual most is still joy. The
hour tells of it sooner. It is less rare, and its kind counts for as much less as that is worth, so
that rarity and kind are those of one and the same window.

What a reader read is of the last hour. Of a wave that lies hours back it tells nothing: there it
counts in proportion to what of the wave the last hour holds.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from pipeline.detection.detector.kind import Composition, composition, excess_of
from pipeline.detection.detector.levels import KIND_WORTH, RARITY_MOST, RING_RARITY
from pipeline.detection.detector.rarity import Rarity, WindowSums
from pipeline.detection.detector.read import Against

HOUR: Final = 1
"""Place of the window of an hour. The one before it is left out: of the posts of 20 minutes, shares
say little."""
HEEDED: Final = 4.0
"""What was read counts in full where the last hour holds a quarter of the excess."""

Lived = Callable[[int], Sequence[float]]
"""What shares of the excess of a window, by its place, are held against."""


class Told(NamedTuple):
    """What a window is made of, and what its ``kind`` counts for beside the rarity of all."""

    composition: Composition
    kind: float


def telling(
    windows: Sequence[WindowSums],
    rarity: Rarity,
    lived: Lived,
    read: Sequence[Against] | None = None,
) -> Told:
    """What the window tells that speaks most for a crisis.

    ``windows``, shortest first, are as ``rarity`` says; ``read`` is None without a reader.
    """
    hour = excess_of(windows[HOUR])

    def made_of(place: int) -> Composition:
        excess = excess_of(windows[place])
        heeded = min(HEEDED * hour / excess, 1.0) if place > HOUR and excess > 0 else 1.0
        return composition(windows[place], lived(place), read, heeded)

    most = made_of(rarity.window)
    best = Told(most, most.kind)
    for place in range(HOUR, len(windows)):
        alone = rarity.windows[place]
        if place != rarity.window and alone >= RING_RARITY:
            seen = made_of(place)
            less = min(rarity.total, RARITY_MOST) - min(alone, RARITY_MOST)
            best = max(best, Told(seen, seen.kind - less / KIND_WORTH), key=_kind)
    return best


def _kind(told: Told) -> float:
    return told.kind
