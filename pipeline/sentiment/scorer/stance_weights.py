"""Weights of stance: what is in them, and how a text's log-odds come of them.

Three weights travel in one 64-bit integer, a lane of 21 bits each, as two do for sentiment: one
addition moves all three, exactly, in any order.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from pipeline.sentiment.api import LOG_ODDS_LIMIT

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OUTPUTS = ("attack", "complaint", "harm")
"""Order of the three everywhere."""

Triple = tuple[int, int, int]
"""Weights for attack, complaint and harm, in steps."""

MAX_STEPS = 31
"""Largest weight, in steps: the longest text has fewer than 2²⁰ / 31 features, so a lane can't
run over. Each of its at most 4,000 tokens has six features with its neighbours, and two of its own
if it is one character long; longer ones have more, but there are fewer of them."""

_LANE = 21
_SIZE = 1 << _LANE
_HALF = _SIZE >> 1


class Stance(Struct, frozen=True, kw_only=True):
    """A trained model of stance over the features of sentiment; all languages share its weights.

    ``names``: weights by name of feature; ``scale``: how many steps a nat is, by output;
    ``offsets``: by language, or ``*``, what a text without features has.
    """

    names: dict[str, Triple]
    scale: tuple[float, float, float]
    offsets: dict[str, tuple[float, float, float]]
    made_with: dict[str, str] = {}
    sources: tuple[str, ...] = ()


NOTHING = Stance(
    names={},
    scale=(1.0, 1.0, 1.0),
    offsets={"*": (-LOG_ODDS_LIMIT, -LOG_ODDS_LIMIT, -LOG_ODDS_LIMIT)},
)
"""Stance of weights that were learned without: none of the three, whatever is said."""


def pack(triple: Triple) -> int:
    """Pack the three weights of a feature.

    >>> unpack(pack((-3, 7, 0)) + pack((1, -9, 31)))
    (-2, -2, 31)
    """
    attack, complaint, harm = triple
    return attack + complaint * _SIZE + harm * _SIZE * _SIZE


def unpack(packed: int) -> Triple:
    """Three sums of one packed sum."""
    attack = (packed + _HALF) % _SIZE - _HALF
    packed = (packed - attack) >> _LANE
    complaint = (packed + _HALF) % _SIZE - _HALF
    return attack, complaint, (packed - complaint) >> _LANE


def unpack_many(packed: Ints) -> Ints:
    """Three rows of sums, of many packed ones."""
    lanes = np.empty((3, len(packed)), np.int64)
    for at in (0, 1):
        lanes[at] = ((packed + _HALF) & (_SIZE - 1)) - _HALF
        packed = (packed - lanes[at]) >> _LANE
    lanes[2] = packed
    return lanes


class StanceLogits(NamedTuple):
    """Turns packed sums of weights into log-odds: of many texts or, by the same steps, of one.

    ``nats``: how many nats a step is, by output; ``column``: the same as an array of one column.
    """

    nats: tuple[float, ...]
    column: Floats

    def log_odds(self, packed: int, root: float, offset: tuple[float, ...]) -> tuple[float, ...]:
        """Log-odds of one text; ``root``: of its number of features; ``offset``: its language's."""
        attack, complaint, harm = unpack(packed)
        one, two, three = self.nats
        return (
            max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, attack / root * one + offset[0])),
            max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, complaint / root * two + offset[1])),
            max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, harm / root * three + offset[2])),
        )

    def log_odds_many(self, packed: Ints, root: Floats, offsets: Floats) -> Floats:
        """Log-odds of many texts, a row an output."""
        odds = unpack_many(packed) / root
        odds *= self.column
        odds += offsets
        # np.clip goes through Python.
        np.maximum(odds, -LOG_ODDS_LIMIT, out=odds)
        return np.minimum(odds, LOG_ODDS_LIMIT, out=odds)


def reading_of(stance: Stance) -> StanceLogits:
    """Return what turns sums of these weights into log-odds."""
    nats = tuple(1 / each for each in stance.scale)
    return StanceLogits(nats, np.array(nats).reshape(-1, 1))
