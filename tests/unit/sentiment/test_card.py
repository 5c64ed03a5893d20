"""The model card says what is shipped, and what is shipped is as good as was asked."""

from pathlib import Path

import pytest

from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.scorer.weights import MAX_BYTES, decode, shipped
from pipeline.sentiment.training.stance.card import with_figures

CARD = (Path(__file__).parents[3] / "docs" / "model-card.md").read_text(encoding="utf-8")
LANGUAGES = 8


def rows() -> dict[str, dict[str, float]]:
    """Held-out figures of sentiment by source."""
    sentiment = CARD.partition("\n## Stance")[0]
    table = [line.strip("|").split("|") for line in sentiment.splitlines() if line.startswith("|")]
    head = [cell.strip() for cell in table[0]]
    wanted = ("macro-F1", "macro-recall", "calibration error")
    return {
        line[0].strip(): {name: float(line[head.index(name)]) for name in wanted}
        for line in table[2:]
    }


def xlm_t() -> list[float]:
    """Macro-F1 of the sources that are named after a language."""
    return [row["macro-F1"] for source, row in rows().items() if source.isalpha()]


def test_the_card_is_that_of_the_shipped_weights() -> None:
    data = shipped()
    weights, digest = decode(data)
    assert f"digest `{digest}`, {len(data):,} bytes" in CARD
    assert f"Tokenizer {weights.tokenizer}," in CARD
    assert len(data) <= MAX_BYTES
    assert not any("airline" in source or "vader" in source for source in weights.sources)


def test_the_card_has_the_figures_of_stance_in_the_shipped_weights() -> None:
    weights, digest = decode(shipped())
    model = NgramScorer(weights, digest)
    assert with_figures(CARD, weights, digest, len(shipped()), model) == CARD


@pytest.mark.parametrize("source", sorted(rows()))
def test_probabilities_come_true_as_often_as_they_say(source: str) -> None:
    assert rows()[source]["calibration error"] <= 0.05


def test_the_held_out_figures_are_those_that_were_asked_for() -> None:
    assert len(xlm_t()) == LANGUAGES
    assert sum(xlm_t()) / LANGUAGES >= 0.61
    assert rows()["french"]["macro-F1"] >= 0.645
