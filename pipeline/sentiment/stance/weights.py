"""Weights of stance: what is in them, and how a text's log-odds come of them.

Three weights travel in one 64-bit integer, a lane of 21 bits each, as two do for sentiment: one
addition moves all three, exactly, in any order.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec import Struct

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

FAR = 30.0
"""Log-odds are held within: weights from elsewhere may be extreme."""

_LANE = 21
_SIZE = 1 << _LANE
_HALF = _SIZE >> 1


class Stance(Struct, frozen=True, kw_only=True):
    """A trained model of stance over the features of sentiment; all languages share its weights.

    ``names``: weights by name of feature; ``scale``: how many steps a nat is, by output;
    ``tones``: by output, what a nat of sentiment's log-odds of negative and of positive (before
    calibration) adds; ``offsets``: by language, or ``*``, what a text without features has.
    """

    names: dict[str, Triple]
    scale: tuple[float, float, float]
    tones: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    offsets: dict[str, tuple[float, float, float]]
    made_with: dict[str, str] = {}
    sources: tuple[str, ...] = ()


NOTHING = Stance(
    names={},
    scale=(1.0, 1.0, 1.0),
    tones=((0.0, 0.0), (0.0, 0.0), (0.0, 0.0)),
    offsets={"*": (-FAR, -FAR, -FAR)},
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


class Reading(NamedTuple):
    """How log-odds come of sums, ready for use: columns for many texts, plain numbers for one.

    ``scale`` and ``tones`` as in ``Stance``, per step of either model.
    """

    scale: tuple[float, ...]
    negative: tuple[float, ...]
    positive: tuple[float, ...]
    columns: tuple[Floats, Floats, Floats]

    def log_odds(
        self, packed: int, root: float, low: float, high: float, offset: tuple[float, ...]
    ) -> tuple[float, ...]:
        """Log-odds of one text.

        ``root``: of its number of features; ``low``, ``high``: sentiment's log-odds, in its steps;
        ``offset``: of its language.
        """
        return tuple(
            max(-FAR, min(FAR, lane / root * scale + low * negative + high * positive + start))
            for lane, scale, negative, positive, start in zip(
                unpack(packed), self.scale, self.negative, self.positive, offset, strict=True
            )
        )

    def log_odds_many(
        self, packed: Ints, root: Floats, low: Floats, high: Floats, offsets: Floats
    ) -> Floats:
        """Log-odds of many texts, a row an output: operation by operation those of one."""
        scale, negative, positive = self.columns
        odds = unpack_many(packed) / root
        odds *= scale
        odds += low * negative
        odds += high * positive
        odds += offsets
        # np.clip goes through Python.
        np.maximum(odds, -FAR, out=odds)
        return np.minimum(odds, FAR, out=odds)


def reading_of(stance: Stance, steps: int) -> Reading:
    """Return how log-odds come of sums. ``steps``: of sentiment's weights a nat."""
    scale = tuple(1 / each for each in stance.scale)
    negative = tuple(each[0] / steps for each in stance.tones)
    positive = tuple(each[1] / steps for each in stance.tones)
    return Reading(
        scale,
        negative,
        positive,
        (
            np.array(scale).reshape(-1, 1),
            np.array(negative).reshape(-1, 1),
            np.array(positive).reshape(-1, 1),
        ),
    )
