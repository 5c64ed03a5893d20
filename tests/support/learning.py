"""A world of invented words to learn in, and the people who label it."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache

from msgspec.structs import replace

from pipeline.learning.aspects import ATTACK
from pipeline.learning.fold import Fold
from pipeline.learning.verify import Verifier, verifier_of
from pipeline.sentiment.api import LABELS, Scorer
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.training.stance.sentences import ATTACKS, filled
from pipeline.sentiment.training.stance.sentences import shipped as sentences
from schemas.feedback import Feedback

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
BRANDS = frozenset(("acme", "bolt"))

# What only people of this brand know: the shipped weights have never met these words.
TALK = (("glorbish", "vrenk", "plodded", "skarn"), ("mundo", "tarn", "quell", "noddle"),
        ("snurfy", "blinto", "zappish", "folly"))  # fmt: skip
# What everybody knows.
PLAIN = (("terrible", "awful", "disgusting", "horrible"), ("report", "monday", "station", "office"),
         ("wonderful", "great", "lovely", "happy"))  # fmt: skip
FILLERS = tuple(
    "the gate seat today with crew again from a ticket this that my your boarding plane bag hotel "  # noqa: SIM905 - as a list it would be a page
    "after before during we they you city winter summer phone screen door table number line "
    "service desk check counter lounge window aisle meal water coffee evening morning noon".split()
)


@cache
def shipped_verifier() -> Verifier:
    return verifier_of(load_ngram())


def texts(words: tuple[tuple[str, ...], ...], count: int, seed: int) -> list[tuple[str, int]]:
    """``count`` texts with their classes: two words of the class among others, all different."""
    chance = random.Random(seed)
    made = {}
    while len(made) < count:
        label = chance.randrange(3)
        said = chance.sample(FILLERS, 4) + chance.sample(words[label], 2)
        chance.shuffle(said)
        made[" ".join(said)] = label
    return list(made.items())


def label(name: str, text: str, true: int, *, by: str = "ana", **fields) -> Feedback:
    """One label of a person."""
    given = {"id": name, "brand": "acme", "at": T0, "by": by, "kind": "label", "text": text,
             "lang": "en", "label": LABELS[true]} | fields  # fmt: skip
    return Feedback(**given)


def honest(count: int, seed: int = 1, authors: int = 3, words=TALK) -> list[Feedback]:
    """Labels of several people who know what they say."""
    return [
        label(f"{seed}-{at}", text, true, by=f"person-{at % authors}")
        for at, (text, true) in enumerate(texts(words, count, seed))
    ]


def attacks(count: int, seed: int = 1, authors: int = 3, words=TALK) -> list[Feedback]:
    """Labels of attack alone: what is negative attacks, all else does not."""
    return [
        replace(one, id=f"attack-{one.id}", label=None, attack=one.label == "negative")
        for one in honest(count, seed, authors, words)
    ]


def surely(count: int, *, attack: bool) -> list[str]:
    """English sentences of which the shipped weights are surest that they attack, or do not.

    Other weights will be sure of other ones.
    """
    chance = random.Random(1)
    found = [
        filled(one.text, "en", "Pelican", chance)
        for one in sentences("sentences")
        if one.lang == "en" and (one.of in ATTACKS) == attack
    ]
    scores = shipped_verifier().warm.score_many([(text, "en") for text in found])
    ranked = sorted(zip(found, scores, strict=True), key=lambda each: each[1].signals.attack_logit)
    chosen = ranked[-count:] if attack else ranked[:count]
    assert all(ATTACK.sure(ATTACK.odds(score)) == int(attack) for _, score in chosen)
    return [text for text, _ in chosen]


def learn(fold: Fold, labels: list[Feedback], start: datetime = T0, step_s: float = 60.0) -> Fold:
    """Fold labels that come one after another."""
    for at, each in enumerate(labels):
        fold.apply(each, (start + timedelta(seconds=at * step_s)).timestamp())
    return fold


def new_fold(**options) -> Fold:
    return Fold(shipped_verifier(), BRANDS, **options)


def attack_accuracy(model: Scorer, found: list[tuple[str, int]]) -> float:
    scores = model.score_many([(text, "en") for text, _ in found])
    return sum(
        (score.signals.attack_logit > 0) == (true == 0)
        for score, (_, true) in zip(scores, found, strict=True)
    ) / len(found)


def accuracy(model: Scorer, found: list[tuple[str, int]]) -> float:
    return sum(model.score(text, "en").sentiment.label == true for text, true in found) / len(found)


def macro_f1(model: Scorer, found: list[tuple[str, int]]) -> float:
    from pipeline.learning.prequential import macro_f1 as measure  # noqa: PLC0415 - river is slow

    return measure((true, model.score(text, "en").sentiment.label) for text, true in found)
