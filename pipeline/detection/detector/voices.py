"""The independent voices of a stretch of time, as sums: what rarity and kind are reckoned from."""

from operator import attrgetter
from typing import Final

from schemas.bucket import Voices

FIELDS: Final = (
    "critical",
    "hostile",
    "texts",
    "negative",
    "positive",
    "p_positive",
    "accusing",
    "attacking",
    "fierce",
    "addressed",
    "sad",
    "complaint",
    "reposts",
    "reposts_negative",
    "reposts_attacking",
    "rival",
)
"""Order of the figures in every list of sums, each in thousandths of a voice.

``critical`` are negative texts and reposts of negative posts; the others are as in ``Voices``.
"""

INDEX: Final = {name: place for place, name in enumerate(FIELDS)}
CRITICAL: Final = INDEX["critical"]
TEXTS: Final = INDEX["texts"]
REPOSTS: Final = INDEX["reposts"]
RIVAL: Final = INDEX["rival"]
MILLI: Final = 1000.0

Sums = list[int]

_stated = attrgetter(*FIELDS[1:])


def nothing() -> Sums:
    """Sums of an empty stretch."""
    return [0] * len(FIELDS)


def add(into: Sums, voices: Voices) -> None:
    """Add the voices of a bucket to ``into``, in place.

    >>> total = nothing()
    >>> add(total, Voices(texts=3000, negative=1000, reposts_negative=500))
    >>> total[CRITICAL], total[TEXTS]
    (1500, 3000)
    """
    into[CRITICAL] += voices.negative + voices.reposts_negative
    for place, value in enumerate(_stated(voices), 1):
        if value:
            into[place] += value
