"""The scorer: weights, and memory of what was already looked up.

A word's own features weigh the same in every text, so their sum is kept with the word; only what
depends on neighbours is looked up anew. Sums run over whole steps, as complex numbers: one addition
moves the negative (real) and the positive (imaginary) side at once, exactly, in any order.
"""

from itertools import chain
from math import exp, sqrt

from msgspec.structs import replace

from pipeline.sentiment.contract import Score
from pipeline.sentiment.tokens import chunks
from pipeline.sentiment.tongue import Ballot, Room, Tongue, nest
from pipeline.sentiment.weights import SHARED, Weights, decode, shipped

MEMO_TEXTS = 8_192
"""Texts remembered: a repost is scored once."""

MEMO_TEXT_CHARACTERS = 600
MAX_TERMS = 8
UNSTATED = frozenset(("", "und", "zxx", "mul", "mis", "qam", "qct", "qht", "qme", "qst"))
"""Tags by which sources, X among them, say that they could not tell the language."""

_FAR = 30.0


class Model:
    """Scores texts with fixed weights. Memory is bounded; the same text gives the same score."""

    def __init__(self, weights: Weights, digest: str) -> None:
        """Take verified ``weights`` and their digest, as ``weights.decode`` returns them."""
        self.weights = replace(weights, pairs={})  # kept once, below
        self.version = f"{weights.name}+{digest[:8]}"
        self._tables = {lang: nest(pairs) for lang, pairs in weights.pairs.items()}
        self._bias = complex(*weights.bias)
        self._ballot = Ballot(weights)
        self._room = Room()
        self._tongues = self._room.tongues
        self._scores: dict[tuple[str, str], Score] = {}

    def score(self, text: str, lang: str) -> Score:
        """Score one text. ``lang``: BCP 47 primary tag, ``und`` where unknown. Never raises."""
        key = (text, lang)
        known = self._scores.get(key)
        if known is not None:
            return known
        pieces = chunks(text)
        tongue = self._tongues.get(lang) or self._tongue(self.language(pieces, lang))
        words = list(chain.from_iterable(map(tongue.__getitem__, pieces)))
        weight, count, cues = tongue.read(words, text)
        logit = (weight / sqrt(count) + self._bias) / tongue.scale
        negative = exp(logit.real) if -_FAR < logit.real < _FAR else _clipped(logit.real)
        positive = exp(logit.imag) if -_FAR < logit.imag < _FAR else _clipped(logit.imag)
        total = 1.0 + negative + positive
        terms = tuple(dict.fromkeys([term for word in words if (term := word.term)]))[:MAX_TERMS]
        # Past the generated __new__, which would take a fortieth of all the time.
        score = tuple.__new__(Score, (negative / total, 1.0 / total, positive / total, cues, terms))
        if len(text) <= MEMO_TEXT_CHARACTERS:
            if len(self._scores) >= MEMO_TEXTS:
                self._scores.clear()
            self._scores[key] = score
        return score

    def log_odds(self, text: str, lang: str) -> tuple[float, float]:
        """Log-odds of negative and of positive against neutral, before calibration."""
        tongue = self._tongue(self.language([], lang))
        words = list(chain.from_iterable(map(tongue.__getitem__, chunks(text))))
        weight, count, _ = tongue.read(words, text)
        logit = (weight / sqrt(count) + self._bias) / self.weights.steps
        return logit.real, logit.imag

    def forget_texts(self) -> None:
        """Drop the memory of whole texts alone."""
        self._scores.clear()

    def forget(self) -> None:
        """Drop all memory of texts and words; scores stay the same."""
        self._scores.clear()
        self._ballot.clear()
        self._room.empty()

    def guess(self, text: str) -> str:
        """Language that the words of ``text`` speak for, or ``*``."""
        return self.language(chunks(text), "")

    def language(self, pieces: list[str], lang: str) -> str:
        """The language to score in: the stated one if known to the model, else a guess or ``*``."""
        primary = lang.partition("-")[0].lower()
        if primary in UNSTATED:
            return self.weights.votes.winner(sum(map(self._ballot.__getitem__, pieces))) or SHARED
        return primary if primary in self.weights.lexicons else SHARED

    def _tongue(self, lang: str) -> Tongue:
        """What the model knows of a language; ``*`` for what all share."""
        tongue = self._tongues.get(lang)
        if tongue is None:
            tongue = Tongue(lang, self.weights, self._tables, self._room)
            self._tongues[lang] = tongue
        return tongue


def _clipped(logit: float) -> float:
    """Odds that hold up: weights from elsewhere may be extreme."""
    return exp(max(-_FAR, min(_FAR, logit)))


def load_model(data: bytes | None = None) -> Model:
    """Load the shipped weights, or those in ``data``, and verify them.

    Raises:
        WeightsError: the weights are altered, too large or made for another tokenizer.
    """
    return Model(*decode(shipped() if data is None else data))
