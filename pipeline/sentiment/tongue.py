"""What a model knows of one language, word by word, remembered once looked up."""

from typing import NamedTuple

from pipeline.sentiment.features import (
    EDGE,
    FLIP,
    FLIPPED_FROM,
    MINUS,
    NEGATED_WORDS,
    PLUS,
    ShapeKey,
    Word,
    opposite,
    phrase_cues,
    shape_names,
    shape_of,
    tone_names,
)
from pipeline.sentiment.language import traits
from pipeline.sentiment.lexicon import Lexicon, cues_for
from pipeline.sentiment.tokens import LINK, split_chunk
from pipeline.sentiment.weights import SHARED, Pair, Weights

MEMO_ENTRIES = 120_000
"""Words and chunks of text remembered, over all languages together."""

MEMO_VOTES = 40_000
"""Chunks remembered for guessing the language."""

MEMO_CHUNK_CHARACTERS = 40

Table = dict[str, complex]


def _lasting(chunk: str) -> bool:
    """Whether a chunk is worth remembering: links and mentions rarely come twice."""
    return len(chunk) <= MEMO_CHUNK_CHARACTERS and chunk[0] != "@" and "://" not in chunk


class Ballot(dict[str, int]):
    """Packed language votes by chunk; a new chunk is worked out once."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self._packed = weights.votes.packed()

    def __missing__(self, chunk: str) -> int:
        if chunk.startswith(LINK) or chunk[0] == "@":
            return 0
        known = self._packed
        packed = 0
        for token in split_chunk(chunk):
            for trait in traits(token):
                packed += known.get(trait, 0)
        if _lasting(chunk):
            if len(self) >= MEMO_VOTES:
                self.clear()
            self[chunk] = packed
        return packed


_NOTHING: Table = {}
_LAST = "~$"


class Nested(NamedTuple):
    """Weights by name; those whose name has two parts by first, then second part."""

    flat: Table
    pairs: dict[str, Table]


def nest(pairs: dict[str, Pair]) -> Nested:
    """Arrange one table of a weights file for look-up."""
    nested = Nested({}, {})
    for name, pair in pairs.items():
        first, space, second = name.partition(" ")
        if space:
            nested.pairs.setdefault(first, {})[second] = complex(*pair)
        else:
            nested.flat[name] = complex(*pair)
    return nested


_EMPTY = Nested({}, {})


class Room:
    """Bounds the memory of all tongues together: full, they forget and begin anew."""

    def __init__(self) -> None:
        self.tongues: dict[str, Tongue] = {}
        self._taken = 0

    def take(self) -> None:
        """Count one more entry."""
        if self._taken >= MEMO_ENTRIES:
            self.empty()
        self._taken += 1

    def empty(self) -> None:
        """Let all tongues forget."""
        for tongue in self.tongues.values():
            tongue.forget()
        self._taken = 0


class Known(Word):
    """A word with its weights: its own, negated, and before other words or signs."""

    __slots__ = ("following", "negated", "weight")

    def __init__(self, word: str, tongue: "Tongue") -> None:
        """Look ``word``, a normal token, up in one language."""
        super().__init__(word, tongue.lexicon, tongue.cues)
        self.weight = sum(map(tongue.weigh, self.names), 0j)
        self.names = ()
        self.negated = tongue.weigh("~" + word)
        self.following = tongue.following(word)


class Tongue(dict[str, tuple[Known, ...]]):
    """One language: its known words by chunk of text, and the weights of everything else."""

    def __init__(self, lang: str, weights: Weights, tables: dict[str, Nested], room: Room) -> None:
        """Take what all languages share beside what is the language's own."""
        super().__init__()
        self.lexicon = weights.lexicons.get(lang, Lexicon())
        self.cues = cues_for(lang)
        temperatures = weights.temperatures
        self.scale = weights.steps * temperatures.get(lang, temperatures.get(SHARED, 1.0))
        self._shared = tables[SHARED]
        self._own = tables.get(lang, _EMPTY) if lang != SHARED else _EMPTY
        self._words: dict[str, Known] = {}
        self._shapes: dict[ShapeKey, tuple[complex, int]] = {}
        self._tones: dict[tuple[str, str, bool, bool], tuple[complex, int]] = {}
        self._room = room
        self._edge = Known(EDGE, self)
        self._after = {sign: self.following(sign) for sign in (PLUS, MINUS)}
        self._link = (self.word(LINK),)

    def weigh(self, name: str) -> complex:
        """Weight of one feature whose name has one part, in steps."""
        return self._shared.flat.get(name, 0j) + self._own.flat.get(name, 0j)

    def following(self, token: str) -> Table:
        """Weights of the pairs that begin with ``token``, by second word."""
        shared = self._shared.pairs.get(token, _NOTHING)
        own = self._own.pairs.get(token)
        if own is None:
            return shared
        return shared | {second: shared.get(second, 0j) + pair for second, pair in own.items()}

    def word(self, token: str) -> Known:
        """Word of one normal token."""
        word = self._words.get(token)
        if word is None:
            word = Known(token, self)
            if len(token) <= MEMO_CHUNK_CHARACTERS:
                self._room.take()
                self._words[token] = word
        return word

    def forget(self) -> None:
        """Drop everything that can be looked up again."""
        self.clear()
        self._words.clear()

    def __missing__(self, chunk: str) -> tuple[Known, ...]:
        if chunk.startswith("http") and "://" in chunk:
            return self._link
        if chunk[0] == "@" and chunk[1:].isalnum():
            return ()
        words = tuple(map(self.word, split_chunk(chunk)))
        if _lasting(chunk):
            self._room.take()
            self[chunk] = words
        return words

    def read(self, words: list[Known], text: str) -> tuple[complex, int, int]:  # noqa: C901, PLR0912, PLR0915 - one walk on purpose: calls would double its cost
        """Summed weight in steps and number of all features of a text, and its cues.

        The features are those of ``features.features``, the walk is that of ``features.context``.
        """
        total = 0j
        count = 1
        cues = 0
        phrased = False
        for word in set(words):
            total += word.weight
            count += word.count
            if word.cues:
                cues |= word.cues
            if word.phrases:
                phrased = True
        if phrased:  # rare enough to look again
            for at, word in enumerate(words):
                if word.phrases:
                    cues |= phrase_cues(words, at)
        before = self._edge
        tone_before = False
        negated = length = 0
        positive = negative = 0.0
        last = EDGE
        for word in words:
            if word.ends:
                negated = 0
                continue
            length += 1
            following = before.following
            if following and word.text in following:
                total += following[word.text]
            if negated:
                count += 1
                total += word.negated
            if word.tone:
                tone, sign = word.tone, word.sign
                flipped = negated >= FLIPPED_FROM
                if flipped:
                    tone, sign = tone * FLIP, opposite(sign)
                if tone > 0:
                    positive += tone
                else:
                    negative -= tone
                key = (last, sign, before.boosts, flipped)
                weight, names = self._tones.get(key) or self._tone(key)
                total += weight
                if sign in following:
                    total += following[sign]
                count += names + 1
                last = sign
                tone_before = True
            elif tone_before:
                total += self._after[last].get(word.text, 0j)
                count += 1
                tone_before = False
            if word.negates:
                negated = NEGATED_WORDS
            elif negated:
                negated -= 1
            before = word
        total += before.following.get(_LAST, 0j)
        shape = shape_of(text, positive, negative, length=length, last=last, mark=before.mark)
        known = self._shapes.get(shape)
        if known is None:
            known = self._shapes[shape] = self._sum(shape_names(shape))
        return total + known[0], count + length + known[1], cues

    def _tone(self, key: tuple[str, str, bool, bool]) -> tuple[complex, int]:
        last, sign, boosted, flipped = key
        found = self._sum(tone_names(last, sign, boosted=boosted, flipped=flipped))
        self._tones[key] = found
        return found

    def _sum(self, names: list[str]) -> tuple[complex, int]:
        total = 0j
        for name in names:
            first, space, second = name.partition(" ")
            total += self.following(first).get(second, 0j) if space else self.weigh(name)
        return total, len(names)
