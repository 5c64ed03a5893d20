"""Texts of our own with their classes: what every version of the model must go on to know."""

from importlib.resources import files
from typing import NamedTuple

from pipeline.learning.adapted import shift_of, table_of
from pipeline.learning.features import FeatureReader
from pipeline.sentiment.contract import SentimentModel
from pipeline.sentiment.corpus import LABELS
from pipeline.sentiment.evaluation import label_of
from pipeline.sentiment.online import LogOdds, Vector, log_odds, moved, probabilities
from schemas.model import Delta

ALLOWED_FLIPS = 2
"""A version that turns more of the golden texts is refused."""


class Golden(NamedTuple):
    """One text; ``label`` indexes ``LABELS``."""

    lang: str
    label: int
    text: str


def golden_texts() -> tuple[Golden, ...]:
    """Read the texts that come with Tocsin."""
    lines = (files("pipeline.learning") / "golden.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return tuple(Golden(lang, LABELS.index(label), text) for lang, label, text in rows)


class Question(NamedTuple):
    """A golden text as the shipped weights see it: class, log-odds and features."""

    label: int
    odds: LogOdds
    vector: Vector


def questions(warm: SentimentModel, reader: FeatureReader) -> tuple[Question, ...]:
    """Read the golden texts once, so that a delta can be examined without a model.

    Those that the shipped weights get wrong themselves are left out.
    """
    golden = golden_texts()
    scored = zip(golden, warm.score_many([(one.text, one.lang) for one in golden]), strict=True)
    return tuple(
        Question(each.label, log_odds(score), reader.read(each.text, each.lang))
        for each, score in scored
        if label_of(score) == each.label
    )


def flips(delta: Delta, asked: tuple[Question, ...]) -> int:
    """How many of the golden texts are taken for another class under the delta."""
    table = table_of(delta)
    return sum(
        label_of(probabilities(moved(each.odds, shift_of(table, each.vector)))) != each.label
        for each in asked
    )


class GoldenStance(NamedTuple):
    """One text, and whether it attacks the brand that it names."""

    lang: str
    attack: bool
    text: str


ALLOWED_STANCES_WRONG = 3
"""Weights that are wrong about more of the golden texts of stance are not written."""


def golden_stances() -> tuple[GoldenStance, ...]:
    """Read the texts of stance that come with Tocsin."""
    path = files("pipeline.learning") / "golden_stance.tsv"
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(GoldenStance(lang, of == "attack", text) for lang, of, text in rows)


def stances_wrong(model: SentimentModel) -> tuple[GoldenStance, ...]:
    """Those golden texts of stance that a model takes for what they are not."""
    golden = golden_stances()
    scores = model.score_many([(one.text, one.lang) for one in golden])
    return tuple(
        one
        for one, score in zip(golden, scores, strict=True)
        if (score.attack_logit > 0) != one.attack
    )
