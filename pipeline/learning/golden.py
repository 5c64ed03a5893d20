"""Texts of our own with their classes: what every version of the model must go on to know."""

from importlib.resources import files
from typing import NamedTuple

from pipeline.learning.adapted import shift_of, table_of
from pipeline.learning.aspects import ATTACK, TONE, Aspect
from pipeline.learning.online import LogOdds, Vector, moved
from pipeline.sentiment.api import LABELS, Adaptable, Scorer
from schemas.model import Delta

ALLOWED_FLIPS = 2
"""A version that turns more of the golden texts, of the tone and of stance together, is refused."""


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
    """A golden text as the shipped weights see it: what is asked, class, log-odds and features."""

    aspect: Aspect
    label: int
    odds: LogOdds
    vector: Vector


def questions(warm: Adaptable) -> tuple[Question, ...]:
    """Read the golden texts once, so that a delta can be examined without a model.

    Those that the shipped weights get wrong themselves are left out.
    """
    golden = [(TONE, one.label, one.text, one.lang) for one in golden_texts()]
    golden += [(ATTACK, int(one.attack), one.text, one.lang) for one in golden_stances()]
    scores = warm.score_many([(text, lang) for _, _, text, lang in golden])
    return tuple(
        Question(aspect, label, aspect.odds(score), warm.features(text, lang))
        for (aspect, label, text, lang), score in zip(golden, scores, strict=True)
        if aspect.guess(aspect.odds(score)) == label
    )


def flips(delta: Delta, asked: tuple[Question, ...]) -> int:
    """How many of the golden texts are taken for another class under the delta."""
    tables = {
        TONE.name: table_of(delta.nudges, delta.steps),
        ATTACK.name: table_of(delta.attack, delta.steps),
    }
    flipped = 0
    for one in asked:
        shift = shift_of(tables[one.aspect.name], one.vector)[: len(one.odds)]
        flipped += one.aspect.guess(moved(one.odds, shift)) != one.label
    return flipped


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


def stances_wrong(model: Scorer) -> tuple[GoldenStance, ...]:
    """Those golden texts of stance that a model takes for what they are not."""
    golden = golden_stances()
    scores = model.score_many([(one.text, one.lang) for one in golden])
    return tuple(
        one
        for one, score in zip(golden, scores, strict=True)
        if (score.signals.attack_logit > 0) != one.attack
    )
