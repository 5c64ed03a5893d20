"""Scorers by their names: the shipped one, one of a user's own, and everything that is none."""

from pathlib import Path

import pytest

from pipeline.sentiment.api import (
    SHIPPED_SCORER,
    Adaptable,
    Cue,
    ScorerError,
    missing_for_learning,
)
from pipeline.sentiment.load import load_scorer
from support.two_words import TwoWords

GUIDE = Path(__file__).parents[3] / "docs" / "develop" / "swapping-the-scorer.md"


def test_the_shipped_scorer_can_be_adapted() -> None:
    scorer = load_scorer(SHIPPED_SCORER)
    assert isinstance(scorer, Adaptable)
    assert missing_for_learning(scorer) == ()
    assert scorer.digest[:8] in scorer.version


def test_a_scorer_of_ones_own_is_found_by_its_factory() -> None:
    scorer = load_scorer("support.two_words:make")
    awful, lovely = scorer.score_many([("an awful day", "en"), ("Lovely", "und")])
    assert scorer.version == "two-words-1"
    assert (awful.sentiment.label, lovely.sentiment.label) == (0, 2)


def test_what_is_missing_for_learning_is_named() -> None:
    scorer = TwoWords()
    assert not isinstance(scorer, Adaptable)
    assert set(missing_for_learning(scorer)) == {
        "digest", "languages", "score", "features", "overlay",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("vader", "neither ngram nor package.module:factory"),
        ("nowhere.at_all:make", "no module 'nowhere' to import"),
        ("support.nothing:make", "no module 'support.nothing' to import"),
        ("support.two_words:mak", "module support.two_words has no 'mak'"),
        ("support.two_words:no_factory", "can't be called"),
        ("support.two_words:failing", "fails: OSError.*weights.bin"),
        ("support.two_words:Nameless", "lacks a version"),
        ("support.two_words:Silent", "lacks the method score_many"),
        ("support.two_words:Raising", "score_many raises KeyError"),
        ("support.two_words:Short", "no list of 2 scores for 2 texts"),
        ("support.two_words:Bare", "0.5, which is no Score"),
        ("support.two_words:Overconfident", "do not sum to 1"),
    ],
)
def test_what_is_no_scorer_is_refused_and_says_why(name: str, fault: str) -> None:
    with pytest.raises(ScorerError, match=fault):
        load_scorer(name)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "import tensors_of_nowhere",
            "broken needs a module that is not there: tensors_of_nowhere",
        ),
        ("1 / 0", "broken fails when it is imported: ZeroDivisionError"),
    ],
)
def test_a_module_that_fails_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str
) -> None:
    (tmp_path / "broken.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ScorerError, match=fault):
        load_scorer("broken:make")


def test_the_example_of_the_guide_is_a_scorer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [code] = [
        block.removeprefix("python\n")
        for block in GUIDE.read_text(encoding="utf-8").split("```")
        if block.startswith("python\n")
    ]
    (tmp_path / "acme_scorer").mkdir()
    (tmp_path / "acme_scorer" / "__init__.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    scorer = load_scorer("acme_scorer:make")
    [score] = scorer.score_many([("Awful service, awful people", "en")])
    assert scorer.version == "acme-two-words-1"
    assert score.sentiment.label == 0
    assert score.signals.cues == Cue.OUTRAGE
    assert score.signals.terms == ("awful", "service,", "people")
