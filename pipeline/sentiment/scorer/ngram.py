"""The shipped scorer: weights, and memory of what was already looked up.

Many texts are scored together (``batch_scorer``), a few one by one (``single_scorer``). Sums run
over whole steps, so they are exact in any order, and a score depends on its text alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import exp, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from pipeline.sentiment.api import (
    LOG_ODDS_LIMIT,
    Score,
    Sentiment,
    Shift,
    TextInLanguage,
    TextSignals,
)
from pipeline.sentiment.features.forms import Ints
from pipeline.sentiment.features.tokens import chunks
from pipeline.sentiment.lexicon.word_lists import SHARED
from pipeline.sentiment.scorer import batch_scorer, single_scorer
from pipeline.sentiment.scorer.batch_scorer import CuesAndTerms, TokenBatch
from pipeline.sentiment.scorer.feature_reader import FeatureReader
from pipeline.sentiment.scorer.language_votes import LanguageVoteCache
from pipeline.sentiment.scorer.learned_weights import LearnedWeights
from pipeline.sentiment.scorer.single_scorer import ParsedText
from pipeline.sentiment.scorer.stance_weights import reading_of
from pipeline.sentiment.scorer.tables import Places, Tables, halves, pack_stance, unpack
from pipeline.sentiment.scorer.vocabulary import LanguageVocabulary, Vocabulary, calibration_of
from pipeline.sentiment.scorer.weights import Pair, Weights

MEMO_TEXTS = 8_192
"""Texts remembered: a repost is scored once."""

MEMO_TEXT_CHARACTERS = 600
"""Longer texts are not remembered."""

UNSTATED = frozenset(("", "und", "zxx", "mul", "mis", "qam", "qct", "qht", "qme", "qst"))
"""Tags by which sources, X among them, say that they could not tell the language."""

MAX_BATCH_TEXTS = 256
"""Texts scored together, at most, so that memory stays bounded whatever is asked for."""

MAX_BATCH_CHARACTERS = 65_536
"""Characters of texts scored together, at most, for the same reason."""

MIN_BATCH_TEXTS = 6
"""Fewer texts are scored one by one: that is faster, and gives the same scores to the last bit."""

Floats = npt.NDArray[np.float64]


class NgramScorer:
    """Scores texts with fixed weights. Memory is bounded; the same text gives the same score.

    An ``api.Adaptable``: learned weights may lie over its own.
    """

    def __init__(self, weights: Weights, digest: str) -> None:
        """Take verified ``weights`` and their digest, as ``weights.decode`` returns them.

        Raises:
            WeightsError: a weight is too large.
        """
        # What is kept once, below, is left out.
        self.weights = replace(
            weights,
            pairs={},
            votes=replace(weights.votes, votes={}),
            stance=replace(weights.stance, names={}),
        )
        self.digest = digest
        self.version = f"{weights.name}+{digest[:8]}"
        # Every language that has words has a number.
        pairs: dict[str, dict[str, Pair]] = {lang: {} for lang in weights.lexicons}
        pairs |= weights.pairs
        self._tables = Tables(pairs, pack_stance(weights.stance.names))
        self._stance = reading_of(weights.stance)
        calibrated = [calibration_of(weights, lang) for lang in self._tables.langs]
        self._scales = np.array([scale for scale, _ in calibrated])
        self._offsets = np.array([offset for _, offset in calibrated]).T.copy()
        self._vocabulary = Vocabulary()
        self._votes = LanguageVoteCache(weights.votes, self._vocabulary.split)
        self._features = FeatureReader(weights.lexicons)
        self._scores: dict[TextInLanguage, Score] = {}

    @property
    def languages(self) -> Collection[str]:
        """Languages that have a word list; ``*`` is among them, for what all share."""
        return self.weights.lexicons

    def score(self, text: str, lang: str) -> Score:
        """Score one text. ``lang``: BCP 47 primary tag, ``und`` where unknown. Never raises."""
        known = self._scores.get((text, lang))
        if known is None:
            known = self._score_one(text, lang)
            self._remember({(text, lang): known})
        return known

    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        """Score texts, each with its language, in order: the scores that ``score`` gives.

        Many together cost a small part of what they cost one by one. Equal ones are scored once.
        """
        scores = list(map(self._scores.get, texts))
        new = dict.fromkeys(
            [each for each, score in zip(texts, scores, strict=True) if score is None]
        )
        if not new:
            return scores  # type: ignore[return-value]
        found: dict[TextInLanguage, Score] = {}
        for part in _parts(list(new)):
            fresh = dict(zip(part, self._score_part(part), strict=True))
            self._remember(fresh)
            found |= fresh
        if len(found) == len(texts):  # all are new, and no two are the same
            return list(found.values())
        return [score or found[each] for each, score in zip(texts, scores, strict=True)]

    def _remember(self, scores: dict[TextInLanguage, Score]) -> None:
        known = self._scores
        if len(known) + len(scores) > MEMO_TEXTS:
            known.clear()
        for text, score in scores.items():
            if len(text[0]) <= MEMO_TEXT_CHARACTERS:
                known[text] = score

    def log_odds_many(self, texts: Sequence[TextInLanguage]) -> list[tuple[float, float]]:
        """Log-odds of negative and of positive against neutral, before calibration."""
        steps = self.weights.steps
        odds: list[tuple[float, float]] = []
        for part in _parts(texts):
            languages, batch, _ = self._read(part)
            low, high, *_ = self._odds(np.array([language.lang for language in languages]), batch)
            odds += zip((low / steps).tolist(), (high / steps).tolist(), strict=True)
        return odds

    def features(self, text: str, lang: str) -> dict[str, float]:
        """Return the features of a text that the weights were trained on, by name."""
        return self._features.read(text, self.language(text, lang))

    def overlay(
        self, weights: Mapping[str, Pair], attack: Mapping[str, int] | None = None
    ) -> "NgramOverlay":
        """Lay learned weights, in steps by name of feature, over this scorer's own.

        Raises:
            WeightsError: as the scorer's own weights.
        """
        return NgramOverlay(self, LearnedWeights(self._vocabulary, weights, attack or {}))

    def score_under(
        self, texts: Sequence[TextInLanguage], learned: LearnedWeights
    ) -> list[tuple[Score, Shift]]:
        """Scores of texts, and what learned weights would add to their log-odds, in their steps.

        Both come of one reading; nothing is remembered of a text.
        """
        found: list[tuple[Score, Shift]] = []
        for part in _parts(texts):
            if len(part) < MIN_BATCH_TEXTS:
                found += [self._score_one_under(*each, learned) for each in part]
                continue
            languages, batch, signals = self._read(part)
            root = np.sqrt(batch.features)
            tone, against = learned.weigh(batch)
            sides = [(side / root).tolist() for side in (*unpack(tone), against)]
            shifts = zip(*sides, strict=True)
            found += zip(self._scores_of(languages, batch, signals), shifts, strict=True)
        return found

    def _score_one_under(
        self, text: str, lang: str, learned: LearnedWeights
    ) -> tuple[Score, Shift]:
        language, line = self._line(text, lang)
        parsed = single_scorer.read(self._vocabulary.columns, line, text)
        tone, against = learned.weigh_one(parsed)
        negative, positive = halves(tone)
        root = sqrt(parsed.features)
        shift = negative / root, positive / root, against / root
        return self._score_of(language, parsed), shift

    def forget_texts(self) -> None:
        """Drop the memory of whole texts alone."""
        self._scores.clear()

    def forget(self) -> None:
        """Drop all memory of texts and words; scores stay the same."""
        self._scores.clear()
        self._votes.clear()
        # Memory has two halves: the second call drops what the first one kept.
        self._vocabulary.forget()
        self._vocabulary.forget()

    def language(self, text: str, lang: str) -> str:
        """The language to score in: the stated one if it is known, else a guess, or ``*``.

        ``lang``: ``""`` or ``und`` where nothing is stated.
        """
        return self._languages([lang], [chunks(text)])[0]

    def _languages(self, stated: Sequence[str], texts: Sequence[list[str]]) -> list[str]:
        """What ``language`` says, for many texts in chunks."""
        known = self.weights.lexicons
        primaries = [lang.partition("-")[0].lower() for lang in stated]
        found = [primary if primary in known else SHARED for primary in primaries]
        unstated = [at for at, primary in enumerate(primaries) if primary in UNSTATED]
        if unstated:
            for at, winner in zip(
                unstated, self._votes.winners([texts[at] for at in unstated]), strict=True
            ):
                found[at] = winner or SHARED
        return found

    def _vocabularies(
        self, stated: Sequence[str], texts: Sequence[list[str]]
    ) -> list[LanguageVocabulary]:
        """Vocabularies to read texts with, by their chunks."""
        known = self._vocabulary.languages
        found = [known.get(lang) for lang in stated]
        left = [at for at, language in enumerate(found) if language is None]
        if left:
            langs = self._languages([stated[at] for at in left], [texts[at] for at in left])
            for at, lang in zip(left, langs, strict=True):
                found[at] = known.get(lang) or self._language_vocabulary(lang)
        return [language for language in found if language is not None]

    def _read(
        self, texts: Sequence[TextInLanguage]
    ) -> tuple[list[LanguageVocabulary], TokenBatch, CuesAndTerms]:
        """Read a few texts."""
        self._vocabulary.tidy()
        bare = [text for text, _ in texts]
        pieced = list(map(chunks, bare))
        languages = self._vocabularies([lang for _, lang in texts], pieced)
        line: list[bytes] = []
        for language, pieces in zip(languages, pieced, strict=True):
            line.append(language.first)
            line.extend(map(language.__getitem__, pieces))
            line.append(language.last)
        return languages, *batch_scorer.read(self._vocabulary.columns, b"".join(line), bare)

    def _odds(self, langs: Ints, batch: TokenBatch) -> tuple[Floats, Floats, Floats, Places]:
        """Log-odds in steps, for negative and for positive; roots of features, places of pairs."""
        columns, tables = self._vocabulary.columns, self._tables
        number = columns.number.take(batch.rows).astype(np.int64)
        pairs = batch_scorer.pairs_of(batch, number, tables)
        weights = batch_scorer.tone_weights(columns, batch)
        packed = batch_scorer.weigh(batch, weights, pairs, tables.tone, langs)
        root = np.sqrt(batch.features)
        low, high = (side / root for side in unpack(packed))
        return low + self.weights.bias[0], high + self.weights.bias[1], root, pairs

    def _line(self, text: str, lang: str) -> tuple[LanguageVocabulary, bytes]:
        """Vocabulary of one text, and rows of its words."""
        self._vocabulary.tidy()
        pieces = chunks(text)
        language = self._vocabulary.languages.get(lang)
        if language is None:
            language = self._language_vocabulary(self._languages([lang], [pieces])[0])
        return language, b"".join(
            [language.first, *map(language.__getitem__, pieces), language.last]
        )

    def _score_one(self, text: str, lang: str) -> Score:
        """Score one text: what ``_scores_of`` gives, rounded alike."""
        language, line = self._line(text, lang)
        return self._score_of(language, single_scorer.read(self._vocabulary.columns, line, text))

    def _score_of(self, language: LanguageVocabulary, parsed: ParsedText) -> Score:
        columns, tables = self._vocabulary.columns, self._tables
        pairs = single_scorer.pairs_of(parsed, columns.cells.number, tables)
        tone_view = single_scorer.tone_view(columns, tables)
        weight = single_scorer.weigh(parsed, tone_view, pairs, language.lang)
        stance_view = single_scorer.stance_view(columns, tables)
        stance = single_scorer.weigh(parsed, stance_view, pairs, 0)
        root, scale, bias = sqrt(parsed.features), language.scale, self.weights.bias
        negative, positive = halves(weight)
        against = self._stance.log_odds(stance, root, language.offset)
        low = exp(max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, (negative / root + bias[0]) / scale)))
        high = exp(max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, (positive / root + bias[1]) / scale)))
        total = 1.0 + low + high
        return Score(
            Sentiment(low / total, 1.0 / total, high / total),
            TextSignals(parsed.cues, parsed.terms, *against),
        )

    def _score_part(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        if len(texts) < MIN_BATCH_TEXTS:
            return [self._score_one(*each) for each in texts]
        return self._scores_of(*self._read(texts))

    def _scores_of(
        self, languages: list[LanguageVocabulary], batch: TokenBatch, signals: CuesAndTerms
    ) -> list[Score]:
        langs = np.array([language.lang for language in languages])
        low, high, root, pairs = self._odds(langs, batch)
        columns, column = self._vocabulary.columns, self._tables.stance
        weights = batch_scorer.stance_weights(columns, batch)
        against = self._stance.log_odds_many(
            batch_scorer.weigh(batch, weights, pairs, column, None),
            root,
            self._offsets.take(langs, axis=1),
        )
        scale = self._scales.take(langs)
        low, high = (
            (side / scale).clip(-LOG_ODDS_LIMIT, LOG_ODDS_LIMIT).tolist() for side in (low, high)
        )
        # Python's exp, not numpy's, which may differ between processors in the last bit.
        low, high = np.array(list(map(exp, low))), np.array(list(map(exp, high)))
        total = 1.0 + low + high
        shares = ((side / total).tolist() for side in (low, 1.0, high))
        return list(
            map(
                Score,
                map(Sentiment, *shares),
                map(TextSignals, signals.cues, signals.terms, *against.tolist()),
            )
        )

    def _language_vocabulary(self, lang: str) -> LanguageVocabulary:
        """What the scorer knows of a language; ``*`` for what all share."""
        known = self._vocabulary.languages.get(lang)
        if known is None:
            known = LanguageVocabulary(lang, self.weights, self._tables, self._vocabulary)
            self._vocabulary.languages[lang] = known
        return known


class NgramOverlay(NamedTuple):
    """Learned weights on top of an ``NgramScorer``: an ``api.Overlay``."""

    scorer: NgramScorer
    learned: LearnedWeights

    def scores_and_shifts(self, texts: Sequence[TextInLanguage]) -> list[tuple[Score, Shift]]:
        """Scores of texts, and what the learned weights would add to their log-odds."""
        return self.scorer.score_under(texts, self.learned)


def _parts(texts: Sequence[TextInLanguage]) -> Iterator[Sequence[TextInLanguage]]:
    """Parts of a sequence that are small enough to be scored in one batch."""
    first = characters = 0
    for at, (text, _) in enumerate(texts):
        characters += len(text)
        if at - first >= MAX_BATCH_TEXTS or (characters > MAX_BATCH_CHARACTERS and at > first):
            yield texts[first:at]
            first, characters = at, len(text)
    if first < len(texts):
        yield texts[first:]
