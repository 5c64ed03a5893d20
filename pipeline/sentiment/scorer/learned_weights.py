"""Learned weights on top of a scorer's own: what they add to the log-odds of a text.

The scorer's vocabulary stays as it is. What the learned weights say of a word is worked out when a
text with it is scored, and kept by the word's row.
"""

from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from pipeline.sentiment.features.forms import Ints
from pipeline.sentiment.lexicon.word_lists import SHARED
from pipeline.sentiment.scorer.batch_scorer import TokenBatch, TokenWeights, pairs_of, weigh
from pipeline.sentiment.scorer.single_scorer import Negated, ParsedText, WeightView
from pipeline.sentiment.scorer.single_scorer import pairs_of as pairs_of_one
from pipeline.sentiment.scorer.single_scorer import weigh as weigh_one
from pipeline.sentiment.scorer.tables import Column, Places, Tables
from pipeline.sentiment.scorer.vocabulary import Vocabulary
from pipeline.sentiment.scorer.weights import Pair
from pipeline.sentiment.scorer.word_columns import FIRST, LAST

_UNKNOWN = -(1 << 63)
"""Stands where a word was not met yet: no sum of weights comes near it."""

MAX_NUMBERS = 1 << 16
"""Words in pairs, at most: their numbers are kept in 16 bits."""


class _Layer:
    """Weights of the words met so far under one column of learned weights, by row."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.forget()

    def forget(self) -> None:
        self.own = array("q")
        self.negated = Negated()

    def token_weights(self, rows: Places, negated: list[int]) -> TokenWeights:
        own = np.frombuffer(self.own, np.int64).take(rows)
        return TokenWeights(own, np.array([self.negated[row] for row in negated], np.int64))

    @property
    def view(self) -> WeightView:
        return WeightView(self.own, self.negated, self.column.cells)


class LearnedWeights:
    """Weights by name of feature, the same for all languages, over a scorer's ``vocabulary``."""

    def __init__(
        self, vocabulary: Vocabulary, weights: Mapping[str, Pair], attack: Mapping[str, int]
    ) -> None:
        """Take weights for negative and for positive, and for attack, in steps.

        Raises:
            WeightsError: a weight is too large, or too many words are in pairs.
        """
        self._tables = Tables({SHARED: weights}, attack, max_words=MAX_NUMBERS)
        self._vocabulary = vocabulary
        self._given = -1
        self._number = array("H")
        self._tone = _Layer(self._tables.tone)
        # Where nothing was learned of attack, nothing is added up for it.
        self._against = _Layer(self._tables.stance) if attack else None

    def weigh(self, batch: TokenBatch) -> tuple[Ints, Ints]:
        """Weights of all features of some texts: packed ones of the tone, and those of attack."""
        rows = batch.rows
        self._learn(rows)
        number = np.frombuffer(self._number, np.uint16).take(rows).astype(np.int64)
        pairs = pairs_of(batch, number, self._tables)
        negated = rows.take(batch.negated).tolist()
        tone, against = (
            weigh(batch, layer.token_weights(rows, negated), pairs, layer.column, None)
            if layer
            else np.zeros(len(batch.begin), np.int64)
            for layer in (self._tone, self._against)
        )
        return tone, against

    def weigh_one(self, parsed: ParsedText) -> tuple[int, int]:
        """The same of one text."""
        self._learn(np.array(parsed.rows, np.intp))
        pairs = pairs_of_one(parsed, self._number, self._tables)
        against = self._against
        return (
            weigh_one(parsed, self._tone.view, pairs, 0),
            weigh_one(parsed, against.view, pairs, 0) if against else 0,
        )

    @property
    def _layers(self) -> tuple[_Layer, ...]:
        return (self._tone, self._against) if self._against else (self._tone,)

    def _learn(self, rows: Places) -> None:
        columns = self._vocabulary.columns
        if self._given != columns.given:  # rows may stand for other words now
            self._given = columns.given
            self._number = array("H")
            for layer in self._layers:
                layer.forget()
        if len(self._number) < columns.size:
            more = columns.size + columns.size // 4 - len(self._number)
            self._number = self._number + array("H", [0]) * more
            for layer in self._layers:
                layer.own = layer.own + array("q", [_UNKNOWN]) * more
        new = rows[np.frombuffer(self._tone.own, np.int64).take(rows) == _UNKNOWN]
        if len(new):
            self._write(set(new.tolist()))

    def _write(self, rows: Iterable[int]) -> None:
        columns, tables, tone, against = (
            self._vocabulary.columns, self._tables, self._tone, self._against,
        )  # fmt: skip
        for row in rows:
            word = columns.words[row]
            own: list[int] = []
            if not columns.cells.flags[row] & (FIRST | LAST):
                language = self._vocabulary.by_number[columns.cells.language[row]]
                own = tables.places(language.names(word))
                negated = tables.places(("~" + word,))
                if negated:
                    tone.negated[row] = tables.weigh(negated, 0)
                    if against:
                        against.negated[row] = tables.weigh_stance(negated)
            tone.own[row] = tables.weigh(own, 0)
            if against:
                against.own[row] = tables.weigh_stance(own)
            self._number[row] = tables.number(word)
