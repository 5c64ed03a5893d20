"""Labelled files: three layouts, and their faults by name."""

import pytest

from pipeline.sentiment.training.corpus import CorpusError, parallel, semeval, vader


def test_lines_end_at_line_feeds_only() -> None:
    found = list(parallel("one\u2028still one\ntwo\n", "0\n2\n", lang="fr", source="s"))
    assert [(each.text, each.label) for each in found] == [("one\u2028still one", 0), ("two", 2)]


def test_texts_and_labels_must_match() -> None:
    with pytest.raises(CorpusError, match="s: 2 texts but 1 labels"):
        list(parallel("a\nb", "0", lang="fr", source="s"))


def test_a_wrong_label_is_named() -> None:
    with pytest.raises(CorpusError, match="s:2: label '7'"):
        list(parallel("a\nb", "0\n7", lang="fr", source="s"))


def test_semeval_rows_may_be_quoted_and_end_in_a_tab() -> None:
    rows = '1\tpositive\t"He said ""yes"" today"\t\n2\tneutral\tplain\n'
    assert [(each.text, each.label) for each in semeval(rows, source="s")] == [
        ('He said "yes" today', 2),
        ("plain", 1),
    ]


def test_a_short_semeval_row_is_named() -> None:
    with pytest.raises(CorpusError, match="s:1: not id, label and text"):
        list(semeval("1\tgood", source="s"))


def test_vader_ratings_become_labels() -> None:
    rows = "1\t2.1\tup\n2\t-0.4\tflat\n3\t-0.6\tdown\n"
    assert [each.label for each in vader(rows, source="s")] == [2, 1, 0]


def test_a_row_without_a_rating_is_named() -> None:
    with pytest.raises(CorpusError, match="s:1: no mean rating"):
        list(vader("1\tbad\ttext", source="s"))
