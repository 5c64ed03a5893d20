"""What a scorer remembers of words: the rows (``word_columns``) of the words of a chunk of text."""

from itertools import compress

import numpy as np

from pipeline.sentiment.features.extraction import EDGE, NO_CUES, Word
from pipeline.sentiment.features.tokens import LINK, NUMBER, split_chunk
from pipeline.sentiment.lexicon.word_lists import SHARED, Lexicon, cues_for
from pipeline.sentiment.scorer.tables import Tables
from pipeline.sentiment.scorer.weights import Weights
from pipeline.sentiment.scorer.word_columns import FIRST, LAST, SECOND, WordColumns

MEMO_ENTRIES = 200_000
"""Words and chunks of text remembered, over all languages together."""

MEMO_CHUNK_CHARACTERS = 40
"""Longer chunks of text are not remembered."""

END_OF_TEXT = "~$"
"""Stands after the last word of a text."""


class Vocabulary:
    """The words met in all languages; their memory is bounded together.

    When it is full, what was not read lately is forgotten. ``languages``: by tag; ``by_number``:
    the same by number; ``split``: tokens of chunks that were split a moment ago, to guess their
    language.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.columns = WordColumns()
        self.languages: dict[str, LanguageVocabulary] = {}
        self.by_number: list[LanguageVocabulary] = []
        self.split: dict[str, list[str]] = {}
        self.taken = 0

    def tidy(self) -> None:
        """Between two readings: forget, if the vocabulary is full."""
        if self.taken >= MEMO_ENTRIES // 2:
            self.forget()

    def forget(self) -> None:
        """Drop the older half, and rows that no chunk needs any more."""
        self.taken = 0
        languages = self.languages.values()
        for language in languages:
            language.old = dict(language)
            language.clear()
        kept = b"".join(
            [part for language in languages for part in (*language.old.values(), *language.own)]
        )
        rows = np.zeros(self.columns.size, np.bool_)
        rows[np.frombuffer(kept, np.int32)] = True
        self.columns.keep(rows)
        for language in languages:
            words = language.words
            places = np.frombuffer(b"".join(words.values()), np.int32)
            language.words = dict(compress(words.items(), rows[places].tolist()))


class LanguageVocabulary(dict[str, bytes]):
    """The words met in one language: by chunk of text, the rows of its words, four bytes each.

    A new chunk is worked out once. Memory has two halves: what is asked for is in the new one; when
    that is full it becomes the old one (``Vocabulary``).
    """

    def __init__(self, lang: str, weights: Weights, tables: Tables, vocabulary: Vocabulary) -> None:
        """Take what all languages share beside what is the language's own."""
        super().__init__()
        self.lang = tables.lang(lang)
        self.scale, self.offset = calibration_of(weights, lang)
        self.words: dict[str, bytes] = {}
        self.old: dict[str, bytes] = {}
        self._lexicon = weights.lexicons.get(lang, Lexicon())
        self._cues = cues_for(lang)
        self._seconds = {rest[0] for each in self._cues.phrases.values() for rest, _ in each}
        self._tables = tables
        self._vocabulary = vocabulary
        self._number = len(vocabulary.by_number)
        vocabulary.by_number.append(self)
        self.first = self._add(EDGE, FIRST)
        self.last = self._add(END_OF_TEXT, LAST)
        self._link = self._add(LINK, 0)
        self.own = (self.first, self.last, self._link)
        self.words[LINK] = self._link

    def word(self, token: str) -> bytes:
        """Row of one normal token."""
        row = self.words.get(token)
        if row is None:
            row = self.words[token] = self._add(token, 0)
            self._vocabulary.taken += 1 + len(token) // MEMO_CHUNK_CHARACTERS
        return row

    def _add(self, token: str, flags: int) -> bytes:
        word = Word(token, self._lexicon, self._cues)
        lang, tables = self.lang, self._tables
        own = tables.places(() if flags else word.names)
        negated = tables.places(("~" + token,))
        weights = (
            tables.weigh(own, lang),
            tables.weigh(negated, lang) if negated else 0,
            tables.weigh_stance(own),
            tables.weigh_stance(negated) if negated else 0,
        )
        if flags:
            word.count = 0
        if word.folded in self._seconds:
            flags |= SECOND
        return self._vocabulary.columns.add(
            word,
            flags=flags,
            weights=weights,
            number=tables.number(token),
            language=self._number,
        )

    def names(self, token: str) -> tuple[str, ...]:
        """Names of the features that a token has by itself."""
        return Word(token, self._lexicon, NO_CUES).names

    def __missing__(self, chunk: str) -> bytes:
        if chunk[0] == "@" and chunk[1:].isalnum():
            return b""
        if chunk.startswith(LINK) and "://" in chunk:
            return self._link
        if chunk != NUMBER and chunk.isdecimal():  # as a token they are all one
            return self[NUMBER]
        rows = self.old.get(chunk)
        if rows is None:
            tokens = self._vocabulary.split.pop(chunk, None) or split_chunk(chunk)
            rows = b"".join(map(self.word, tokens))
        # Links and mentions rarely come twice.
        if len(chunk) <= MEMO_CHUNK_CHARACTERS and chunk[0] != "@" and "://" not in chunk:
            self._vocabulary.taken += 1
            self[chunk] = rows
        return rows


def calibration_of(weights: Weights, lang: str) -> tuple[float, tuple[float, float, float]]:
    """What steps of sentiment are divided by in a language, and the log-odds stance starts at."""
    temperatures, offsets = weights.temperatures, weights.stance.offsets
    scale = weights.steps * temperatures.get(lang, temperatures.get(SHARED, 1.0))
    return scale, offsets.get(lang, offsets[SHARED])
