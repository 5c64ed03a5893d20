"""A small world to learn from, in words of our own."""

import random

import pytest

from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.training.corpus import LabelledText

WORDS = {
    "fr": (
        ("honte", "déçu", "horrible", "panne", "arnaque"),
        ("gare", "mardi", "rapport", "usine", "bureau"),
        ("merci", "super", "ravi", "génial", "bravo"),
        ("le", "la", "dans", "avec", "pour", "c'est", "une", "très"),
    ),
    "en": (
        ("shame", "awful", "broken", "angry", "worst"),
        ("station", "tuesday", "report", "plant", "office"),
        ("thanks", "great", "happy", "lovely", "best"),
        ("the", "with", "for", "this", "is", "a", "so", "not"),
    ),
}


def invent(count: int, seed: int) -> list[LabelledText]:
    """Believable enough: two words of the class among function words, some shouting."""
    chance = random.Random(seed)
    examples = []
    for number in range(count):
        lang = ("fr", "en")[number % 2]
        label = number // 2 % 3
        words = chance.sample(WORDS[lang][label], 2) + chance.choices(WORDS[lang][3], k=5)
        chance.shuffle(words)
        words.append(chance.choice(("", "!", "!!", "?", ":)", "http://t.co/x", f"n{number}")))
        examples.append(LabelledText(" ".join(words), lang, label, f"invented-{lang}"))
    return examples


@pytest.fixture(scope="session")
def model() -> NgramScorer:
    return load_ngram()


@pytest.fixture(scope="session")
def invented() -> list[LabelledText]:
    return invent(360, seed=1)
