"""How a post makes others: a marked self-exciting process, drawn generation by generation.

Every post has a number of direct followers-up that grows with its author's audience, and each of
those comes after a delay that is flat for the first minutes and then falls as a power law.

Source: Zhao et al., "SEISMIC: A Self-Exciting Point Process Model for Predicting Tweet
Popularity", KDD 2015; Hawkes & Oakes, "A cluster process representation of a self-exciting
process", 1974.
"""

from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.world.mentions import Floats, Ints
from lab.evaluate.replays.world.speakers.people import FOLLOWER_SPREAD, mean_followers
from lab.evaluate.replays.world.timing.rhythm import DAY_S

_LONGEST_S: Final = 3 * DAY_S


class Contagion(NamedTuple):
    """How catching the talk is.

    ``branching``: posts that one post of an average author directly causes; below 1 it dies out.
    ``flat_s``: how long the memory of a post stays fresh. ``theta``: how fast it then fades.
    ``influence``: exponent of followers; 0 gives everybody the same effect.
    """

    branching: float
    flat_s: float = 300.0
    theta: float = 0.5
    influence: float = 0.4


def delays(rng: np.random.Generator, rows: int, contagion: Contagion) -> Floats:
    """Seconds of activity between a post and each of ``rows`` that it causes; at most three days.

    >>> drawn = delays(np.random.default_rng(1), 1000, Contagion(0.5))
    >>> bool(0 < drawn.min() and drawn.max() <= 3 * 86_400)
    True
    """
    theta, flat = contagion.theta, contagion.flat_s
    fresh = rng.random(rows) < theta / (1 + theta)
    least = (flat / _LONGEST_S) ** theta
    tail = flat * (least + (1 - least) * rng.random(rows)) ** (-1 / theta)
    drawn: Floats = np.where(fresh, flat * (1 - rng.random(rows)), tail)
    return np.minimum(drawn, float(_LONGEST_S))


def children(
    rng: np.random.Generator, audience: Ints, interest: Floats, contagion: Contagion
) -> Ints:
    """How many posts each of these directly causes, from the followers of its author.

    ``interest``: what is left of it at the time of each post, from 1 to 0.
    """
    mark = ((audience + 1.0) / mean_followers()) ** contagion.influence
    # E[followers^k] of a log-normal is not E[followers]^k: the mean mark is brought to one.
    mark *= _mean_mark(contagion.influence)
    counts: Ints = rng.poisson(np.minimum(contagion.branching * mark, 2_000.0) * interest)
    return counts


def _mean_mark(influence: float) -> float:
    # For a log-normal of spread s: E[x^k] / E[x]^k = exp(s^2 k (k - 1) / 2).
    return float(np.exp(-(FOLLOWER_SPREAD**2) * influence * (influence - 1) / 2))


class Links(NamedTuple):
    """The next generation: for each post the row of its parent, and its delay."""

    parent: Ints
    delay_s: Floats


def next_generation(
    rng: np.random.Generator, audience: Ints, interest: Floats, contagion: Contagion
) -> Links:
    """Everything that the posts of one generation directly cause."""
    counts = children(rng, audience, interest, contagion)
    parent = np.repeat(np.arange(len(audience)), counts)
    return Links(parent, delays(rng, len(parent), contagion))
