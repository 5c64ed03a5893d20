"""Labelled files by layout, and ``tocsin sentiment evaluate`` over them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli.main import main
from agents.labelled import read_labelled
from pipeline.sentiment.training.corpus import Columns, CorpusError, pairs, table


def evaluate(*args: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["sentiment", "evaluate", *map(str, args)], input=stdin)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


LAYOUTS = {
    "mine.txt": ("positive\tj'adore\n0\tquelle honte\n", "und"),
    "task.tsv": ("1\tpositive\tlove it\n2\tnegative\tworst ever\n", "en"),
    "rated.txt": ("1\t2.5\tlove it\n2\t-2.5\tworst ever\n", "en"),
    "some.csv": ('label,text\n2,"love, it"\n0,worst\n', "und"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_layout_is_told_by_the_file(tmp_path: Path, name: str) -> None:
    rows, lang = LAYOUTS[name]
    found = read_labelled(written(tmp_path, name, rows), None, "und", Columns())
    assert [(each.label, each.lang) for each in found] == [(2, lang), (0, lang)]


def test_an_xlm_t_file_has_the_language_of_its_directory(tmp_path: Path) -> None:
    texts = written(tmp_path, "french/val_text.txt", "bon\nbof\n")
    written(tmp_path, "french/val_labels.txt", "2\nneutral\n")
    found = read_labelled(texts, None, "und", Columns())
    assert [(each.lang, each.label) for each in found] == [("fr", 2), ("fr", 1)]


def test_columns_of_a_table_can_be_named() -> None:
    columns = Columns("said", "mood", "tongue")
    rows = "mood,tongue,said\nneutral,de,na ja\n1,,hm\n"
    found = list(table(rows, columns, lang="fr", source="s"))
    assert [(each.text, each.lang) for each in found] == [("na ja", "de"), ("hm", "fr")]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("label\n1\n", "s:1: no column text; there are label"),
        ("text,label\na,1\nb\n", "s:3: the row ends"),
        ("text,label\na,good\n", "s:2: label 'good'"),
        ("", "s:1: no column text, label; there are none"),
    ],
)
def test_a_faulty_table_is_named(rows: str, fault: str) -> None:
    with pytest.raises(CorpusError, match=fault):
        list(table(rows, Columns(), lang="en", source="s"))


def test_a_pair_without_a_tab_is_named() -> None:
    with pytest.raises(CorpusError, match="s:2: no tab"):
        list(pairs("1\ta\nb\n", lang="en", source="s"))


def test_figures_are_shown_per_language_and_over_all(tmp_path: Path) -> None:
    good = written(tmp_path, "task.tsv", "1\tpositive\tI love it, thanks!\n")
    bad = written(tmp_path, "mine.txt", "negative\tquelle honte, nul\n")
    report = json.loads(evaluate(good, bad, "--lang", "fr", "--json").stdout)
    assert list(report["languages"]) == ["en", "fr", "all"]
    assert report["languages"]["all"]["texts"] == 2
    assert report["languages"]["all"]["accuracy"] == 1.0
    shown = evaluate(good, bad, "--lang", "fr").stdout
    for part in ("macro-F1", "macro-recall", "F1 negative", "calibration error", "fr"):
        assert part in shown


def test_pairs_come_from_standard_input_too() -> None:
    result = evaluate("-", "--lang", "en", "--json", stdin=b"positive\tlove it\n")
    assert json.loads(result.stdout)["languages"]["en"]["texts"] == 1


@pytest.mark.parametrize("args", [(), ("--format", "xlm-t")])
def test_what_is_not_labelled_is_refused(tmp_path: Path, args: tuple[str, ...]) -> None:
    result = evaluate(written(tmp_path, "plain.txt", "just a text\n"), *args)
    assert result.exit_code == 1
    assert "plain.txt" in result.output


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_bytes(b"1\t\xff\n")
    result = evaluate(path)
    assert result.exit_code == 1
    assert "not UTF-8 at byte 2" in result.output
