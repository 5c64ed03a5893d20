"""Scorers of a user's own, as ``TOCSIN_SCORER`` names them: a good one and faulty ones."""

from collections.abc import Sequence

from pipeline.sentiment.api import Score, Sentiment, TextInLanguage


class TwoWords:
    """Counts *awful* and *lovely*; it can only score."""

    version = "two-words-1"

    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        return [_score(text.lower().split()) for text, _ in texts]


def _score(words: list[str]) -> Score:
    awful, lovely = words.count("awful"), words.count("lovely")
    total = 0.5 + awful + lovely
    return Score(Sentiment(awful / total, 0.5 / total, lovely / total))


def make() -> TwoWords:
    return TwoWords()


class Nameless(TwoWords):
    version = ""


class Silent:
    version = "silent-1"


class Raising(TwoWords):
    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        raise KeyError(texts[0][0])


class Short(TwoWords):
    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        return super().score_many(texts)[1:]


class Bare(TwoWords):
    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        return [0.5 for _ in texts]  # type: ignore[misc]


class Overconfident(TwoWords):
    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        return [Score(Sentiment(0.9, 0.9, 0.9)) for _ in texts]


def failing() -> TwoWords:
    raise OSError("no such file: weights.bin")


no_factory = "a text"
