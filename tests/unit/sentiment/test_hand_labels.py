"""Posts that we read: known by a digest, for good."""

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.sentiment.features.extraction import WordCache, features
from pipeline.sentiment.lexicon.vader import all_lexicons
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.stance import hand_labels as module
from pipeline.sentiment.training.stance import trainer
from pipeline.sentiment.training.stance.hand_labels import (
    HandLabel,
    HandLabelError,
    digest_of,
    hand_labels,
    parse,
)
from pipeline.sentiment.training.stance.names import companies
from pipeline.sentiment.training.stance.regression import Floats
from pipeline.sentiment.training.stance.sentences import ATTACKS, shipped
from pipeline.sentiment.training.stance.trainer import StanceRecipe, train_stance


def test_a_copy_has_the_digest_of_its_post() -> None:
    post = digest_of("Shame on @brand, what a mess! https://t.co/a")
    assert digest_of("shame on @other  what a MESS") == post
    assert digest_of("Shame on\\u002c @user what a mess &amp; http://x.y") == post
    assert digest_of("Shame on @brand, what a success") != post


@pytest.mark.parametrize(
    "row", ["use\tpraise\t0123456789ab", "learn\trage\t0123456789ab", "learn\tpraise\t0123"]
)
def test_a_faulty_line_is_named(row: str) -> None:
    with pytest.raises(HandLabelError, match=r"hand_labels\.tsv:2"):
        parse(f"judge\tsad\tba9876543210\n{row}\n")


def test_a_post_has_one_class() -> None:
    with pytest.raises(HandLabelError, match="twice"):
        parse("learn\tpraise\t0123456789ab\njudge\tsad\t0123456789ab\n")


def test_attacks_are_both_learned_and_judged() -> None:
    found = Counter((each.use, each.of in ATTACKS) for each in hand_labels().values())
    assert set(found) == {(use, yes) for use in ("learn", "judge", "hard") for yes in (True, False)}


def _encode(texts: Sequence[str]) -> Floats:
    return np.ones((len(texts), 2))


def _seen(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every text that is learned from, once stance is learned."""
    seen: set[str] = set()

    def spied(text: str, cache: WordCache) -> dict[str, float]:
        seen.add(text)
        return features(text, cache)

    monkeypatch.setattr(trainer, "features", spied)
    return seen


@pytest.mark.parametrize("use", [module.JUDGE, module.HARD])
def test_what_judges_is_never_learned_from(monkeypatch: pytest.MonkeyPatch, use: str) -> None:
    judged = LabelledText("@nobody zebra stripes are a scandal", "en", 0, "mine")
    learned = LabelledText("@somebody giraffes are a scandal", "en", 0, "mine")
    known = {
        digest_of(judged.text): HandLabel(use, "accusation"),
        digest_of(learned.text): HandLabel(module.LEARN, "accusation"),
    }
    monkeypatch.setattr(module, "hand_labels", lambda: known)
    seen = _seen(monkeypatch)
    chance = random.Random(3)
    words = ["rain", "tea", "bus", "sun", "film"]
    everyday = [
        LabelledText(" ".join(chance.choices(words, k=6)), "en", n % 3, "mine") for n in range(60)
    ]
    texts = [judged, learned, *everyday]
    train_stance(
        shipped("sentences")[::200], texts, all_lexicons(), _encode, recipe=StanceRecipe(draws=1)
    )
    assert "@somebody giraffes are a scandal" in seen
    assert not [text for text in seen if "zebra" in text]


def test_a_company_is_learned_of_under_other_names_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    posts = [
        LabelledText("Monsanto zebra stripes are a scandal", "en", 0, "mine"),
        LabelledText("Oracle giraffes are a scandal", "en", 0, "mine"),
        LabelledText("my Oracle giraffe has arrived", "en", 1, "mine"),
        LabelledText("my Monsanto zebra has arrived", "en", 1, "mine"),
    ]
    known = {digest_of(each.text): HandLabel(module.LEARN, "accusation") for each in posts[:2]}
    monkeypatch.setattr(module, "hand_labels", lambda: known)
    seen = _seen(monkeypatch)
    weather = [LabelledText(f"rain on day {'x' * n} again", "en", n % 3, "mine") for n in range(60)]
    train_stance(
        shipped("sentences")[::200],
        [*posts, *weather],
        all_lexicons(),
        _encode,
        recipe=StanceRecipe(draws=1),
        without=frozenset(companies("Monsanto")),
    )
    told = [text for text in seen if "giraffe" in text]
    assert len(told) > 1
    assert not [text for text in told if "Oracle" in text]
    assert not [text for text in seen if "zebra" in text]
