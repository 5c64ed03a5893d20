"""Labelled texts: the layouts in which they are handed out. Pure: text in, examples out."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import NamedTuple

from pipeline.phrase import Phrase
from pipeline.sentiment.api import LABELS

_VADER_NEUTRAL = 0.5
_RATED_FIELDS = 3


class LabelledText(NamedTuple):
    """One labelled text. ``label`` indexes ``LABELS``; ``lang`` is a BCP 47 primary tag."""

    text: str
    lang: str
    label: int
    source: str


class CorpusError(ValueError):
    """A labelled file is not what it should be; names file and line."""


def parallel(texts: str, labels: str, *, lang: str, source: str) -> Iterator[LabelledText]:
    r"""XLM-T and TweetEval: one text a line; its label on the same line of another file.

    A label is 0, 1 or 2 (negative, neutral, positive), or that word.

    >>> [e.label for e in parallel("bon\nbof\n", "2\n1\n", lang="fr", source="mine")]
    [2, 1]
    """
    lines, marks = _lines(texts), _lines(labels)
    if len(lines) != len(marks):
        raise CorpusError(
            Phrase(
                "{source}: {n} texts but {n2} labels", source=source, n=len(lines), n2=len(marks)
            )
        )
    for number, (text, mark) in enumerate(zip(lines, marks, strict=True), 1):
        yield LabelledText(text, lang, _label(mark, f"{source}:{number}"), source)


def pairs(rows: str, *, lang: str, source: str) -> Iterator[LabelledText]:
    r"""Plain pairs: ``label<TAB>text``, a line each.

    >>> [e.label for e in pairs("positive\tbon\n1\tbof\n", lang="fr", source="mine")]
    [2, 1]
    """
    for number, line in enumerate(_lines(rows), 1):
        mark, tab, text = line.partition("\t")
        if not tab:
            raise CorpusError(
                Phrase(
                    "{source}:{number}: no tab between label and text", source=source, number=number
                )
            )
        yield LabelledText(text, lang, _label(mark, f"{source}:{number}"), source)


class Columns(NamedTuple):
    """Names of a CSV file's columns; ``lang`` is empty where no column states the language."""

    text: str = "text"
    label: str = "label"
    lang: str = ""


def table(rows: str, columns: Columns, *, lang: str, source: str) -> Iterator[LabelledText]:
    r"""CSV with a header, such as Twitter US Airline Sentiment.

    >>> columns = Columns(label="airline_sentiment")
    >>> [e.text for e in table("airline_sentiment,text\n0,late\n", columns, lang="en", source="s")]
    ['late']
    """
    reader = csv.DictReader(StringIO(rows, newline=""))
    missing = [name for name in columns if name and name not in (reader.fieldnames or ())]
    if missing:
        there = ", ".join(reader.fieldnames or ()) or "none"
        raise CorpusError(
            Phrase(
                "{source}:1: no column {names}; there are {there}",
                source=source,
                names=", ".join(missing),
                there=there,
            )
        )
    for row in reader:
        place = f"{source}:{reader.line_num}"
        if row[columns.text] is None or row[columns.label] is None:
            raise CorpusError(Phrase("{place}: the row ends before text and label", place=place))
        stated = (row[columns.lang] or lang) if columns.lang else lang
        yield LabelledText(row[columns.text], stated, _label(row[columns.label], place), source)


def semeval(rows: str, *, source: str) -> Iterator[LabelledText]:
    """SemEval task 4 (2013 to 2017), English: ``id<TAB>negative|neutral|positive<TAB>text``."""
    for number, line in enumerate(_lines(rows), 1):
        fields = line.rstrip("\t").split("\t")
        if len(fields) < _RATED_FIELDS or fields[1] not in LABELS:
            raise CorpusError(
                Phrase(
                    "{source}:{number}: not id, label and text with tabs between",
                    source=source,
                    number=number,
                )
            )
        text = fields[2]
        if text[:1] == text[-1:] == '"':
            text = text[1:-1].replace('""', '"')
        yield LabelledText(text, "en", LABELS.index(fields[1]), source)


def vader(rows: str, *, source: str) -> Iterator[LabelledText]:
    """VADER's ground truth, English: ``id<TAB>mean rating<TAB>text``; neutral within ±0.5 of 4."""
    for number, line in enumerate(_lines(rows), 1):
        _, _, rest = line.partition("\t")
        rating, _, text = rest.partition("\t")
        try:
            mean = float(rating)
        except ValueError:
            raise CorpusError(
                Phrase("{source}:{number}: no mean rating in field 2", source=source, number=number)
            ) from None
        label = 1 + (mean > _VADER_NEUTRAL) - (mean < -_VADER_NEUTRAL)
        yield LabelledText(text, "en", label, source)


def _label(mark: str, place: str) -> int:
    """Index of a label that stands at ``place``."""
    plain = mark.strip().lower()
    if plain in LABELS:
        return LABELS.index(plain)
    if plain not in {"0", "1", "2"}:
        raise CorpusError(
            Phrase(
                "{place}: label {mark!r} is not 0, 1 or 2, nor {names}",
                place=place,
                mark=mark,
                names=", ".join(LABELS),
            )
        )
    return int(plain)


def _lines(text: str) -> list[str]:
    """Lines by line feed alone: tweets hold other separators that Python would split at."""
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
