"""A sentiment model whose attack, complaint and harm are read carefully, text by text."""

from collections.abc import Sequence
from math import log
from typing import Final

from pipeline.reading.contract import Wanted, outputs_of
from pipeline.reading.encoder import EncoderReader
from pipeline.sentiment.api import Said, Score, SentimentModel

_LEAST: Final = 1e-9


class CarefulModel:
    """Scores of ``model``, and what ``reader`` says in place of its stance.

    Slow: some hundred texts a second. For figures and for files, not for the stream.
    """

    def __init__(self, model: SentimentModel, reader: EncoderReader) -> None:
        self._model = model
        self._reader = reader
        self.version = f"{model.version} {reader.version}"

    def score_many(self, said: Sequence[Said]) -> list[Score]:
        """Score texts in order."""
        return [score for score, _ in self.read_many(said)]

    def read_many(self, said: Sequence[Said]) -> list[tuple[Score, list[float]]]:
        """The same with the probabilities of each class."""
        scores = self._model.score_many(said)
        wanted = [
            Wanted(text, lang, (score.attack, score.complaint, score.harm))
            for (text, lang), score in zip(said, scores, strict=True)
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
    return score._replace(attack_logit=attack, complaint_logit=complaint, harm_logit=harm)
