"""Cases of a text's form, by number: tones among tones, and shapes.

There are few of each, so a model weighs them all once, and a text's form is a look-up. A shape
falls into two halves, whose features do not mix: what it holds, and how it ends and looks. The
names are those of ``features``; a test holds the two together.
"""

from collections.abc import Callable
from itertools import product

import numpy as np
import numpy.typing as npt

from pipeline.sentiment.features.extraction import (
    EDGE,
    LENGTH_STEPS,
    MARKS,
    MAX_SHOUTS,
    MINUS,
    PLUS,
    SUM_STEPS,
    ShapeKey,
    shape_names,
    tone_names,
)

Ints = npt.NDArray[np.int64]

SIGNS = (PLUS, MINUS, EDGE)
"""Signs by number; the last one stands for no sign so far."""

NO_SIGN = 2
"""Number in ``SIGNS`` of no sign so far."""

ENDINGS = ("", *sorted(MARKS))
"""By number: the mark that a text ends with, or that it ends with none."""

SUMS, LENGTHS, SHOUTS = len(SUM_STEPS) + 1, len(LENGTH_STEPS) + 1, MAX_SHOUTS + 1
"""How many steps there are of a sum over the lexicon, of a length, and of words in capitals."""

TONE_NAMES = tuple(
    tuple(tone_names(earlier, sign, boosted=boosted, flipped=flipped))
    for earlier, sign, boosted, flipped in product(SIGNS, SIGNS[:2], (False, True), (False, True))
)
"""By ``((earlier sign * 2 + sign) * 2 + boosted) * 2 + flipped``."""

BODY_NAMES = tuple(
    tuple(shape_names((positive, negative, length, SIGNS[0], ENDINGS[0], 0, False, False)))
    for positive, negative, length in product(range(SUMS), range(SUMS), range(LENGTHS))
)
"""By ``(step of the positive sum * SUMS + of the negative) * LENGTHS + of the length``."""

STYLE_NAMES = tuple(
    tuple(shape_names((0, 0, 0, last, mark, shouts, addressed, linked)))
    for last, mark, shouts, addressed, linked in product(
        SIGNS, ENDINGS, range(SHOUTS), (False, True), (False, True)
    )
)
"""By last sign, mark, shouts, whether it is addressed to somebody, and whether it has a link."""

TONE_COUNTS, BODY_COUNTS, STYLE_COUNTS = (
    [len(each) for each in TONE_NAMES],
    [len(each) for each in BODY_NAMES],
    [len(each) - len(STYLE_NAMES[0]) for each in STYLE_NAMES],
)
"""How many features each case has; of a shape, both halves together."""

_ENDING = {mark: at for at, mark in enumerate(ENDINGS)}


def body_of(shape: ShapeKey) -> int:
    """Case of what a shape holds."""
    positive, negative, length, *_ = shape
    return (positive * SUMS + negative) * LENGTHS + length


def style_of(shape: ShapeKey) -> int:
    """Case of how a shape ends and looks."""
    *_, last, mark, shouts, addressed, linked = shape
    case = (SIGNS.index(last) * len(ENDINGS) + _ENDING[mark]) * SHOUTS + shouts
    return case * 4 + addressed * 2 + linked


Weigh = Callable[[tuple[str, ...]], int]


def by_tone(weigh: Weigh) -> Ints:
    """What ``weigh`` says of each of ``TONE_NAMES``."""
    return _each(TONE_NAMES, weigh)


def by_body(weigh: Weigh) -> Ints:
    """What ``weigh`` says of each of ``BODY_NAMES``."""
    return _each(BODY_NAMES, weigh)


def by_style(weigh: Weigh) -> Ints:
    """What ``weigh`` adds to ``by_body`` for each of ``STYLE_NAMES``."""
    styles = _each(STYLE_NAMES, weigh)
    styles -= styles[0]
    return styles


def _each(names: tuple[tuple[str, ...], ...], weigh: Weigh) -> Ints:
    return np.array([weigh(each) for each in names], np.int64)
