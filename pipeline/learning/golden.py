"""Texts of our own with their classes: what every version of the model must go on to know."""

from importlib.resources import files
from typing import NamedTuple

from pipeline.sentiment.contract import SentimentModel
from pipeline.sentiment.corpus import LABELS
from pipeline.sentiment.evaluation import label_of

ALLOWED_FLIPS = 2
"""A version that gets more of the golden texts wrong is refused."""


class Golden(NamedTuple):
    """One text; ``label`` indexes ``LABELS``."""

    lang: str
    label: int
    text: str


def golden_texts() -> tuple[Golden, ...]:
    """Read the texts that come with Tocsin. The shipped weights get all of them right."""
    lines = (files("pipeline.learning") / "golden.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return tuple(Golden(lang, LABELS.index(label), text) for lang, label, text in rows)


def flips(model: SentimentModel, texts: tuple[Golden, ...]) -> int:
    """How many of the texts the model gets wrong."""
    return sum(label_of(model.score(each.text, each.lang)) != each.label for each in texts)
