"""An explanation is exact: its shares add up to what the scorer says."""

from math import log
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from agents.cli.main import main
from pipeline.sentiment.scorer.explain import Explainer
from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.scorer.weights import decode, shipped

SAID = (
    "honte merci pas très never again love . ! ? BAD @you :) 😂 http://t.co/x #honte not good ~ ~+"
)
WORDS = st.lists(st.sampled_from(SAID.split()), max_size=20).map(" ".join)


@pytest.fixture(scope="module")
def explainer() -> Explainer:
    return Explainer(decode(shipped())[0])


@given(text=WORDS, lang=st.sampled_from(["fr", "en", "hi", "*"]))
def test_the_shares_add_up_to_the_log_odds(
    model: NgramScorer, explainer: Explainer, text: str, lang: str
) -> None:
    score = model.score(text, lang)
    expected = log(score.sentiment.p_positive / score.sentiment.p_negative)
    assert explainer.explain(text, lang).log_odds == pytest.approx(expected, abs=1e-9)


@given(text=WORDS, lang=st.sampled_from(["fr", "en", "hi"]), data=st.data())
def test_the_shares_of_what_was_learned_add_up_to_what_it_adds(
    model: NgramScorer, explainer: Explainer, text: str, lang: str, data: st.DataObject
) -> None:
    named = sorted(model.features(text, lang))
    weights = {name: data.draw(st.integers(-400, 400)) for name in named[::2]}
    [(_, (_, _, attack))] = model.overlay({}, weights).scores_and_shifts([(text, lang)])
    found = explainer.explain_learned(text, lang, weights)
    assert found.log_odds == pytest.approx(attack, abs=1e-6)
    assert found.start == 0


def test_what_was_learned_over_other_weights_cannot_be_shown(tmp_path: Path) -> None:
    other = tmp_path / "weights.json"
    other.write_bytes(b"{}")
    words = ["sentiment", "explain", "--brand", "acme", "--weights", str(other)]
    result = CliRunner().invoke(main, words, input="merci\n")
    assert result.exit_code == 2
    assert "give either --brand or --weights" in result.output


def test_bad_words_pull_down_and_good_words_up(explainer: Explainer) -> None:
    shares = dict(explainer.explain("merci pour la honte", "fr").tokens)
    assert shares["honte"] < 0 < shares["merci"]


def test_what_a_negator_turns_is_shown_as_turned(explainer: Explainer) -> None:
    shares = dict(explainer.explain("not good at all", "en").tokens)
    assert shares["not"] < 0
    assert shares["good"] < 0


def test_every_token_has_its_place(explainer: Explainer) -> None:
    found = explainer.explain("good, good :)", "en").tokens
    assert [token for token, _ in found] == ["good", ",", "good", ":)"]
    assert found[0] == found[2]


def test_the_command_shows_label_language_tokens_and_sum() -> None:
    result = CliRunner().invoke(main, ["sentiment", "explain"], input="merci pour la honte\n")
    assert result.exit_code == 0
    for part in ("honte -", "merci +", " fr ", "(form)", "= "):
        assert part in result.stdout
    assert "\x1b" not in result.stdout
