"""``tocsin sentiment`` and ``tocsin train`` as a user calls them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli import main
from pipeline.sentiment import Model, load_model
from pipeline.sentiment.corpus import LABELS, Example


def run(*args: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, [str(each) for each in args], input=stdin)


def test_one_line_out_for_each_line_in() -> None:
    lines = ["J'adore !", "", "   ", "worst service ever", "मुझे", "x\x00y\x0cz\u2028w", "last"]
    result = run("sentiment", "score", "-", stdin="\n".join(lines).encode())
    rows = [row.split("\t") for row in result.stdout.split("\n")]
    assert rows.pop() == [""]
    assert len(rows) == len(lines)
    for label, *probabilities in rows:
        assert label in LABELS
        assert sum(map(float, probabilities)) == pytest.approx(1, abs=3e-6)
    assert rows[0][0] == "positive"
    assert rows[3][0] == "negative"


def test_an_empty_file_gives_nothing() -> None:
    result = run("sentiment", "score", "-", stdin=b"")
    assert (result.exit_code, result.stdout) == (0, "")


def test_bytes_that_are_no_text_are_scored_all_the_same() -> None:
    result = run("sentiment", "score", "-", stdin=b"\xff\xfe bad \x80\nfine\r\n\xc3")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 3


def test_a_huge_line_is_one_line() -> None:
    result = run("sentiment", "score", "-", stdin=b"good " * 200_000 + b"\nbad\n")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 2


def test_the_language_can_be_stated(model: Model) -> None:
    text = "quelle honte"
    stated = run("sentiment", "score", "-", "--lang", "fr", stdin=text.encode()).stdout
    assert f"{model.score(text, 'fr').p_negative:.6f}" in stated


def test_weights_that_are_none_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "weights.json"
    weights.write_text("{}")
    result = run("sentiment", "score", "-", "--weights", weights, stdin=b"x")
    assert result.exit_code != 0
    assert "not a weights file" in result.output


def lay_out(folder: Path, examples: list[Example]) -> None:
    for name, lang in (("french", "fr"), ("english", "en")):
        chosen = [each for each in examples if each.lang == lang]
        (folder / name).mkdir(parents=True)
        texts, labels = (folder / name / f"train_{part}.txt" for part in ("text", "labels"))
        texts.write_text("".join(f"{each.text}\n" for each in chosen))
        labels.write_text("".join(f"{each.label}\n" for each in chosen))


def test_training_writes_weights_and_card_the_same_each_time(
    tmp_path: Path, invented: list[Example]
) -> None:
    lay_out(tmp_path / "data", invented)
    written = []
    for number in range(2):
        out, card = tmp_path / f"{number}.json", tmp_path / f"{number}.md"
        result = run(
            "train",
            tmp_path / "data",
            "--out",
            out,
            "--card",
            card,
            "--folds",
            "2",
            "--passes",
            "2",
        )
        assert result.exit_code == 0, result.output
        written.append((out.read_bytes(), card.read_text()))
    assert written[0] == written[1]
    weights, card_text = written[0]
    assert load_model(weights).score("merci bravo", "fr").p_positive > 0.5
    for part in ("- french", "- english", "VADER", "| french | 180 |"):
        assert part in card_text


def test_a_directory_without_labelled_files_is_named(tmp_path: Path) -> None:
    result = run("train", tmp_path, "--out", tmp_path / "w.json")
    assert result.exit_code != 0
    assert "no *_text.txt" in result.output


def test_a_faulty_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "semeval").mkdir()
    (tmp_path / "semeval" / "a.tsv").write_text("1\tpositive\n")
    result = run("train", tmp_path, "--out", tmp_path / "w.json")
    assert result.exit_code != 0
    assert "a.tsv" in result.output
    assert "semeval:1" in result.output
