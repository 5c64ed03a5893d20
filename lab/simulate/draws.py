"""Random draws that are the same on every Python: all of them come from ``Random.random`` alone.

The standard library promises a stable sequence for ``random()`` only; the methods built on it may
change from one version to the next, and so may ``hash``. Simulations must not.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from math import cos, exp, log, pi, sqrt
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

_LARGEST_MEAN = 30.0


class Draws:
    """A source of randomness, named by what it is for.

    >>> Draws(7, "authors").below(100) == Draws(7, "authors").below(100)
    True
    """

    def __init__(self, *name: object) -> None:
        # A string seed goes through SHA-512: equal everywhere, and near seeds differ.
        self.random = Random("/".join(map(str, name))).random  # noqa: S311 - not a secret

    def below(self, limit: int) -> int:
        """Return an integer in ``0 … limit - 1``."""
        return int(self.random() * limit)

    def between(self, low: float, high: float) -> float:
        """Return a number uniform in ``[low, high)``."""
        return low + (high - low) * self.random()

    def pick(self, items: Sequence[T]) -> T:
        """Return one of ``items``, all alike in chance."""
        return items[int(self.random() * len(items))]

    def poisson(self, mean: float) -> int:
        """Return a Poisson count (Knuth's product of uniforms; large means in pieces)."""
        total = 0
        while mean > 0:
            piece = min(mean, _LARGEST_MEAN)
            mean -= piece
            floor = exp(-piece)
            product = self.random()
            while product > floor:
                total += 1
                product *= self.random()
        return total

    def normal(self) -> float:
        """Return a standard normal number (Box and Muller)."""
        return sqrt(-2.0 * log(1.0 - self.random())) * cos(2.0 * pi * self.random())

    def lognormal(self, median: float, sigma: float) -> float:
        """Return a log-normal number; ``sigma`` is the spread of its natural logarithm."""
        return median * exp(sigma * self.normal())


class Weighted(Generic[T]):
    """Things to pick from, each with its weight.

    >>> Weighted([("a", 1.0)]).pick(Draws("doc"))
    'a'
    """

    def __init__(self, pairs: Iterable[tuple[T, float]]) -> None:
        chosen = list(pairs)
        self._items = [item for item, _ in chosen]
        self._bounds = list(accumulate(weight for _, weight in chosen))
        self.total = self._bounds[-1] if chosen else 0.0

    def pick(self, draws: Draws) -> T:
        """Return one thing. There must be some weight."""
        at = bisect(self._bounds, draws.random() * self.total)
        return self._items[min(at, len(self._items) - 1)]

    def share_of(self, holds: Callable[[T], bool]) -> float:
        """Return the chance that ``holds`` is true of what is picked."""
        bounds = [0.0, *self._bounds]
        kept = [
            upper - lower
            for item, lower, upper in zip(self._items, bounds, bounds[1:], strict=False)
            if holds(item)
        ]
        return sum(kept) / self.total
