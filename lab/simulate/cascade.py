"""How a post spreads: a branching process with power-law memory and reach-driven offspring.

A marked Hawkes process in its cluster form: each post has a Poisson number of direct offspring,
whose mean grows with its author's following, at delays that fall off as a power law (Zhao et al.,
SEISMIC, KDD 2015, describe retweets so; the constants here are our own).
"""

from math import exp

from lab.simulate.draws import Draws
from schemas.mention import Kind

MEDIAN_FOLLOWERS = 230.0
FOLLOWERS_SIGMA = 1.9
"""Followings are log-normal: half below 230, one account in a hundred above 19,000."""

_REACH_EXPONENT = 0.58
_MEAN_REACH = MEDIAN_FOLLOWERS**_REACH_EXPONENT * exp((_REACH_EXPONENT * FOLLOWERS_SIGMA) ** 2 / 2)

_PLATEAU_S = 200.0
_MEMORY_EXPONENT = 0.55
_LONGEST_S = 2.0 * 86_400
_TAIL_MASS = 1.0 - (_PLATEAU_S / _LONGEST_S) ** _MEMORY_EXPONENT
_IN_PLATEAU = _MEMORY_EXPONENT / (1.0 + _MEMORY_EXPONENT)


def mean_offspring(followers: int, branching_ratio: float) -> float:
    """Return the expected number of direct offspring of one post.

    Averaged over the followings of all people it is ``branching_ratio``, which must stay below 1
    for a cascade to die out.
    """
    return float(branching_ratio * max(followers, 1) ** _REACH_EXPONENT / _MEAN_REACH)


def delay_s(draws: Draws) -> float:
    """Return the delay of one offspring: level for 200 s, then a power law, 2 days at most."""
    if draws.random() < _IN_PLATEAU:
        return _PLATEAU_S * draws.random()
    return float(_PLATEAU_S * (1.0 - _TAIL_MASS * draws.random()) ** (-1.0 / _MEMORY_EXPONENT))


OFFSPRING: tuple[tuple[float, Kind], ...] = ((0.72, "repost"), (0.89, "reply"), (1.0, "quote"))
"""What an offspring is: the cumulative share of each kind."""

REPLY_REACH = 0.2
"""A reply is seen by this part of those who would have seen a post."""

_REPLIES = 0.17


def mean_cluster_size(branching_ratio: float) -> float:
    """Return how many posts one fresh post comes to, itself and all its descendants counted."""
    later = branching_ratio * (1.0 - _REPLIES + _REPLIES * REPLY_REACH)
    return 1.0 + branching_ratio / (1.0 - later)
