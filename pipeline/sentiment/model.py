"""The scorer: weights, and memory of what was already looked up.

A word's own features weigh the same in every text, so their sum is kept with the word; only what
depends on neighbours is looked up anew. Sums run over whole steps, as complex numbers: one addition
moves the negative (real) and the positive (imaginary) side at once, exactly, in any order.
"""

from itertools import chain
from math import exp, sqrt

from msgspec.structs import replace

from pipeline.sentiment.contract import Score
from pipeline.sentiment.features import Word, context, cues_in
from pipeline.sentiment.lexicon import Lexicon, cues_for
from pipeline.sentiment.tokens import chunks, split_chunk
from pipeline.sentiment.weights import SHARED, Calibration, Weights, decode, shipped

MEMO_TEXTS = 16_384
"""Texts remembered: a repost is scored once."""

MEMO_TEXT_CHARACTERS = 600
MEMO_CHUNKS = 30_000
"""Chunks of text remembered, for each of at most ``MEMO_LANGUAGES`` languages."""

MEMO_CHUNK_CHARACTERS = 40
MAX_TERMS = 8
UNSTATED = frozenset(("", "und", "zxx", "mul", "mis", "qam", "qct", "qht", "qme", "qst"))
"""Tags by which sources, X among them, say that they could not tell the language."""

Table = dict[str, complex]
_FAR = 30.0


def _lasting(chunk: str) -> bool:
    """Whether a chunk is worth remembering: links and mentions rarely come twice."""
    return len(chunk) <= MEMO_CHUNK_CHARACTERS and chunk[0] != "@" and "://" not in chunk


class _Votes(dict[str, int]):
    """Packed language votes by chunk; a new chunk is worked out once."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self._packed = weights.votes.packed

    def __missing__(self, chunk: str) -> int:
        packed = sum(map(self._packed, split_chunk(chunk)))
        if _lasting(chunk):
            if len(self) >= MEMO_CHUNKS:
                self.clear()
            self[chunk] = packed
        return packed


class Tongue(dict[str, tuple[Word, ...]]):
    """One language: its words by chunk, with the sum of their own weights, and its pairs."""

    def __init__(self, lang: str, weights: Weights, shared: Table, own: Table) -> None:
        super().__init__()
        self.lang = lang
        self.lexicon = weights.lexicons.get(lang, Lexicon())
        self.cues = cues_for(lang)
        self.calibration = weights.calibration.get(lang, Calibration())
        self.context = {name: pair for name, pair in shared.items() if _is_context(name)}
        for name, pair in own.items():
            if _is_context(name):
                self.context[name] = self.context.get(name, 0j) + pair
        self.openers = {name.partition(" ")[0] for name in self.context if " " in name}
        self._shared, self._own = shared, own
        self._words: dict[str, Word] = {}

    def word(self, token: str) -> Word:
        """Word of one normal token."""
        word = self._words.get(token)
        if word is None:
            word = Word(token, self.lexicon, self.cues)
            word.opens = token in self.openers
            word.weight = sum((self.weight(name) for name in word.names), 0j)
            word.names = ()
            if len(token) <= MEMO_CHUNK_CHARACTERS:
                self._words[token] = word
        return word

    def weight(self, name: str) -> complex:
        """Weight of one feature in this language."""
        return self._shared.get(name, 0j) + self._own.get(name, 0j)

    def __missing__(self, chunk: str) -> tuple[Word, ...]:
        words = tuple(map(self.word, split_chunk(chunk)))
        if _lasting(chunk):
            if len(self) >= MEMO_CHUNKS:
                self.clear()
                self._words.clear()
            self[chunk] = words
        return words


def _is_context(name: str) -> bool:
    return " " in name or name[0] == "~"


class Model:
    """Scores texts with fixed weights. Memory is bounded; the same text gives the same score."""

    def __init__(self, weights: Weights, digest: str) -> None:
        """Take verified ``weights`` and their digest, as ``weights.decode`` returns them."""
        self.weights = replace(weights, pairs={})  # kept once, below
        self.version = f"{weights.name}+{digest[:8]}"
        self._tables = {
            lang: {name: complex(*pair) for name, pair in pairs.items()}
            for lang, pairs in weights.pairs.items()
        }
        self._bias = complex(*weights.bias)
        self._votes = _Votes(weights)
        self._tongues: dict[str, Tongue] = {}
        self._scores: dict[tuple[str, str], Score] = {}

    def score(self, text: str, lang: str) -> Score:
        """Score one text. ``lang``: BCP 47 primary tag, ``und`` where unknown. Never raises."""
        key = (text, lang)
        known = self._scores.get(key)
        if known is not None:
            return known
        pieces = chunks(text)
        tongue = self._tongues.get(lang) or self.tongue(self.language(pieces, lang))
        words = list(chain.from_iterable(map(tongue.__getitem__, pieces)))
        names, count = context(words, text)
        table = tongue.context
        weight = sum([table[name] for name in names if name in table], 0j)
        for word in set(words):
            weight += word.weight
            count += word.count
        score = Score(
            *self.probabilities(weight, count, tongue),
            cues_in(words),
            tuple(dict.fromkeys([word.term for word in words if word.term]))[:MAX_TERMS],
        )
        if len(text) <= MEMO_TEXT_CHARACTERS:
            if len(self._scores) >= MEMO_TEXTS:
                self._scores.clear()
            self._scores[key] = score
        return score

    def probabilities(
        self, weight: complex, count: int, tongue: Tongue
    ) -> tuple[float, float, float]:
        """Calibrated p(negative), p(neutral), p(positive) from summed steps over ``count``."""
        calibration = tongue.calibration
        logit = (weight / sqrt(count) + self._bias) / (self.weights.steps * calibration.temperature)
        negative = exp(max(-_FAR, min(_FAR, logit.real + calibration.negative)))
        positive = exp(max(-_FAR, min(_FAR, logit.imag + calibration.positive)))
        total = 1 + negative + positive
        return negative / total, 1 / total, positive / total

    def language(self, pieces: list[str], lang: str) -> str:
        """The language to score in: the stated one if known to the model, a guess if unstated, else ``*``."""
        primary = lang.partition("-")[0].lower()
        if primary in UNSTATED:
            return self.weights.votes.winner(sum(map(self._votes.__getitem__, pieces))) or SHARED
        return primary if primary in self.weights.lexicons else SHARED

    def tongue(self, lang: str) -> Tongue:
        """What the model knows of a language; ``*`` for what all share."""
        tongue = self._tongues.get(lang)
        if tongue is None:
            tables = self._tables
            tongue = Tongue(lang, self.weights, tables[SHARED], tables.get(lang, {}))
            if lang:
                self._tongues[lang] = tongue
        return tongue


def load_model(data: bytes | None = None) -> Model:
    """Load the shipped weights, or those in ``data``, and verify them.

    Raises:
        WeightsError: the weights are altered, too large or made for another tokenizer.
    """
    return Model(*decode(shipped() if data is None else data))
