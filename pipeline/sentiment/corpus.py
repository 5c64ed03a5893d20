"""Labelled texts: three layouts in which research hands them out. Pure: text in, examples out."""

from collections.abc import Iterator
from typing import NamedTuple

LABELS = ("negative", "neutral", "positive")
"""Order of the classes everywhere: 0, 1, 2."""

_VADER_NEUTRAL = 0.5
_RATED_FIELDS = 3


class Example(NamedTuple):
    """One labelled text. ``label`` indexes ``LABELS``; ``lang`` is a BCP 47 primary tag."""

    text: str
    lang: str
    label: int
    source: str


class CorpusError(ValueError):
    """A labelled file is not what it should be; names file and line."""


def parallel(texts: str, labels: str, *, lang: str, source: str) -> Iterator[Example]:
    r"""XLM-T and TweetEval: one text a line; a label 0, 1 or 2 on the same line of another file.

    >>> [e.label for e in parallel("bon\nbof\n", "2\n1\n", lang="fr", source="mine")]
    [2, 1]
    """
    lines, marks = _lines(texts), _lines(labels)
    if len(lines) != len(marks):
        raise CorpusError(f"{source}: {len(lines)} texts but {len(marks)} labels")
    for number, (text, mark) in enumerate(zip(lines, marks, strict=True), 1):
        if mark.strip() not in {"0", "1", "2"}:
            raise CorpusError(f"{source}:{number}: label {mark!r} is not 0, 1 or 2")
        yield Example(text, lang, int(mark), source)


def semeval(rows: str, *, source: str) -> Iterator[Example]:
    """SemEval task 4 (2013 to 2017), English: ``id<TAB>negative|neutral|positive<TAB>text``."""
    for number, line in enumerate(_lines(rows), 1):
        fields = line.rstrip("\t").split("\t")
        if len(fields) < _RATED_FIELDS or fields[1] not in LABELS:
            raise CorpusError(f"{source}:{number}: not id, label and text with tabs between")
        text = fields[2]
        if text[:1] == text[-1:] == '"':
            text = text[1:-1].replace('""', '"')
        yield Example(text, "en", LABELS.index(fields[1]), source)


def vader(rows: str, *, source: str) -> Iterator[Example]:
    """VADER's ground truth, English: ``id<TAB>mean rating<TAB>text``; neutral within ±0.5 of 4."""
    for number, line in enumerate(_lines(rows), 1):
        _, _, rest = line.partition("\t")
        rating, _, text = rest.partition("\t")
        try:
            mean = float(rating)
        except ValueError:
            raise CorpusError(f"{source}:{number}: no mean rating in field 2") from None
        label = 1 + (mean > _VADER_NEUTRAL) - (mean < -_VADER_NEUTRAL)
        yield Example(text, "en", label, source)


def _lines(text: str) -> list[str]:
    """Lines by line feed alone: tweets hold other separators that Python would split at."""
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
