"""Other weights over the words that a model knows: what something learned adds to a text.

The model's words stay where they are. What the weights say of a word is worked out when a text
with it is read, and kept by the word's row.
"""

from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from pipeline.sentiment.alone import Heard, Look, Negated
from pipeline.sentiment.alone import pairs_of as pairs_of_one
from pipeline.sentiment.alone import weigh as weigh_one
from pipeline.sentiment.columns import FIRST, LAST
from pipeline.sentiment.forms import Ints
from pipeline.sentiment.tables import Places, Tables
from pipeline.sentiment.walk import Loads, Spoken, pairs_of, weigh
from pipeline.sentiment.weights import SHARED, Pair
from pipeline.sentiment.words import Room

_UNKNOWN = -(1 << 63)
"""Stands where a word was not met yet: no sum of weights comes near it."""

MAX_NUMBERS = 1 << 16


class Overlay:
    """Weights by name of feature, the same for all languages, over the words in a ``room``."""

    def __init__(self, room: Room, weights: Mapping[str, Pair]) -> None:
        """Take weights for negative and for positive, in steps.

        Raises:
            WeightsError: a weight is too large, or too many words are in pairs.
        """
        self._tables = Tables({SHARED: weights}, max_words=MAX_NUMBERS)
        self._room = room
        self._given = -1
        self._own = array("q")
        self._number = array("H")
        self._negated = Negated()

    def weigh(self, spoken: Spoken) -> Ints:
        """Packed weight of all features of some texts."""
        self._learn(spoken.rows)
        number = np.frombuffer(self._number, np.uint16).take(spoken.rows).astype(np.int64)
        negated = [self._negated[row] for row in spoken.rows[spoken.negated].tolist()]
        loads = Loads(
            np.frombuffer(self._own, np.int64).take(spoken.rows), np.array(negated, np.int64)
        )
        pairs = pairs_of(spoken, number, self._tables)
        return weigh(spoken, loads, pairs, self._tables.tone, None)

    def weigh_alone(self, heard: Heard) -> int:
        """The same of one text."""
        self._learn(np.array(heard.rows, np.intp))
        look = Look(self._own, self._negated, self._tables.tone.cells)
        pairs = pairs_of_one(heard, self._number, self._tables)
        return weigh_one(heard, look, pairs, 0)

    def _learn(self, rows: Places) -> None:
        columns = self._room.columns
        if self._given != columns.given:  # rows may stand for other words now
            self._given = columns.given
            self._own, self._number = array("q"), array("H")
            self._negated = Negated()
        if len(self._own) < columns.size:
            more = columns.size + columns.size // 4 - len(self._own)
            self._own = self._own + array("q", [_UNKNOWN]) * more
            self._number = self._number + array("H", [0]) * more
        new = rows[np.frombuffer(self._own, np.int64).take(rows) == _UNKNOWN]
        if len(new):
            self._write(set(new.tolist()))

    def _write(self, rows: Iterable[int]) -> None:
        columns, tables = self._room.columns, self._tables
        for row in rows:
            word = columns.words[row]
            own = 0
            if not columns.cells.flags[row] & (FIRST | LAST):
                tongue = self._room.speakers[columns.cells.tongue[row]]
                own = tables.weigh(tables.places(tongue.names(word)), 0)
                negated = tables.weigh(tables.places(("~" + word,)), 0)
                if negated:
                    self._negated[row] = negated
            self._own[row] = own
            self._number[row] = tables.number(word)
