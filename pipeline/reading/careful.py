"""A scorer whose attack, complaint and harm are read carefully, text by text."""

from collections.abc import Sequence
from math import log
from typing import Final

from pipeline.reading.contract import Wanted, outputs_of
from pipeline.reading.encoder import EncoderReader
from pipeline.sentiment.api import Score, Scorer, TextInLanguage, TextSignals

_LEAST: Final = 1e-9


class CarefulScorer:
    """Scores of ``scorer``, and what ``reader`` says in place of its stance.

    Slow: some hundred texts a second. For figures and for files, not for the stream.
    """

    def __init__(self, scorer: Scorer, reader: EncoderReader) -> None:
        self._scorer = scorer
        self._reader = reader
        self.version = f"{scorer.version} {reader.version}"

    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        """Score texts in order."""
        return [score for score, _ in self.read_many(texts)]

    def read_many(self, texts: Sequence[TextInLanguage]) -> list[tuple[Score, list[float]]]:
        """The same with the probabilities of each class."""
        scores = self._scorer.score_many(texts)
        wanted = [
            Wanted(text, lang, (score.signals.attack, score.signals.complaint, score.signals.harm))
            for (text, lang), score in zip(texts, scores, strict=True)
        ]
        read = self._reader.probabilities(wanted)
        return [
            (_with_stance(score, classes), classes)
            for score, classes in zip(scores, read, strict=True)
        ]


def _with_stance(score: Score, classes: Sequence[float]) -> Score:
    attack, complaint, harm = (
        log(max(share, _LEAST) / max(1 - share, _LEAST)) for share in outputs_of(classes)
    )
    return Score(
        score.sentiment,
        TextSignals(score.signals.cues, score.signals.terms, attack, complaint, harm),
    )
