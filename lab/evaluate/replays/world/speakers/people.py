"""Who speaks: followers with a heavy tail, regulars who come back, and strangers."""

from typing import Final

import numpy as np

from lab.evaluate.replays.world.mentions import Floats, Ints

_MEDIAN_FOLLOWERS: Final = 260.0
FOLLOWER_SPREAD: Final = 1.75
_MOST_FOLLOWERS: Final = 40_000_000
_STRANGERS_FROM: Final = 10**9
_STRANGERS_TO: Final = 9 * 10**15


def followers(rng: np.random.Generator, rows: int, scale: float = 1.0) -> Ints:
    """Followers of ``rows`` people: log-normal, as degree in social networks nearly is."""
    drawn = scale * rng.lognormal(np.log(_MEDIAN_FOLLOWERS), FOLLOWER_SPREAD, rows)
    return np.minimum(drawn, _MOST_FOLLOWERS).astype(np.int64)


def mean_followers() -> float:
    """Expectation of ``followers`` at scale 1."""
    return float(_MEDIAN_FOLLOWERS * np.exp(FOLLOWER_SPREAD**2 / 2))


def strangers(rng: np.random.Generator, rows: int) -> Ints:
    """Authors who were not heard of before."""
    return rng.integers(_STRANGERS_FROM, _STRANGERS_TO, rows)


def zipf(rng: np.random.Generator, rows: int, kinds: int, exponent: float = 1.0) -> Ints:
    """``rows`` of ``kinds`` things, the first the most frequent, by Zipf's law.

    >>> bool(zipf(np.random.default_rng(1), 50, 9).max() < 9)
    True
    """
    weights = np.arange(1.0, kinds + 1) ** -exponent
    total: Floats = np.cumsum(weights)
    return np.searchsorted(total / total[-1], rng.random(rows)).astype(np.int64)
