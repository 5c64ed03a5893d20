"""Where the names of a table's columns stand, and what separates them.

Exports of the trade put a preamble above the header, Excel a line ``sep=;``. The header is the
first record that has all columns which are asked for.
"""

import csv
from collections.abc import Callable, Collection, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from agents.ingest.formats.files.csv_rows import Dialect, csv_reader
from agents.ingest.formats.files.lines import BadLine, read_lines
from agents.ingest.formats.files.streams import FormatError
from pipeline.phrase import Phrase

DELIMITERS = ",;\t|"
SEARCHED_LINES = 100
_RECORD_LINES = 20
"""A header may have line ends within quotes; this many lines are one record at most."""


class TableHeader(NamedTuple):
    """Names of the columns, the dialect with its delimiter, and the lines of header and data."""

    names: list[str]
    dialect: Dialect
    line: int
    first_row: int
    told: tuple[str, ...] = ()
    """What was told from the file, for people."""


class _Candidate(NamedTuple):
    score: float
    names: list[str]
    delimiter: str
    place: int
    lines: int


def find_header(
    path: Path,
    dialect: Dialect,
    *,
    wanted: Collection[str] = (),
    has: Callable[[str, Sequence[str]], object] = lambda column, names: column in names,
    names: Sequence[str] = (),
) -> TableHeader:
    """The header that has all columns ``wanted``, or, where none has, the likeliest.

    ``has(column, names)`` says whether a header of these names has a column. Where ``names`` are
    given there is no header to be found, only rows of as many cells. Raises ``FormatError``.
    """
    numbered = _beginning(path, dialect)
    told = []
    if numbered and (separator := _separator(numbered[0][1])):
        told.append(
            Phrase(
                "{path}: cells are separated by {separator!r}, as its first line says",
                path=path,
                separator=separator,
            )
        )
        dialect = dialect if dialect.delimiter else dialect._replace(delimiter=separator)
        del numbered[0]
    if not numbered:
        raise FormatError(Phrase("{path} has no header line to take column names from", path=path))
    texts = [text for _, text in numbered]

    def score(found: Sequence[str]) -> float:
        if names:
            return float(len(found) == len(names))
        return sum(1.0 for column in wanted if has(column, found))

    best = _best(texts, dialect, score, enough=1.0 if names else float(len(wanted)))
    if best is None:
        raise FormatError(
            Phrase(
                "{path}: the header cannot be read in {encoding}; check 'encoding' and 'quote' of "
                "the mapping",
                path=path,
                encoding=dialect.encoding,
            )
        )
    dialect = dialect._replace(delimiter=best.delimiter)
    line = numbered[best.place][0]
    if names:
        return TableHeader(list(names), dialect, 0, numbered[0][0], tuple(told))
    if best.place and best.score:
        told.append(
            Phrase(
                "{path}: line {line} names the columns; what stands above it is no post",
                path=path,
                line=line,
            )
        )
    return TableHeader(best.names, dialect, line, line + best.lines, tuple(told))


def _beginning(path: Path, dialect: Dialect) -> list[tuple[int, str]]:
    """The first lines that say something, with their numbers."""
    found: list[tuple[int, str]] = []
    for line in islice(read_lines(path, encoding=dialect.wide), SEARCHED_LINES):
        if isinstance(line, BadLine):
            break
        number, raw = line
        try:
            text = raw.decode(dialect.encoding)
        except UnicodeDecodeError as error:
            if not found:
                raise FormatError(
                    Phrase(
                        "{path}: the header cannot be read: {error}; say 'encoding' in the "
                        "mapping, such as cp1252",
                        path=path,
                        error=error,
                    )
                ) from error
            text = raw.decode(dialect.encoding, "replace")
        if text.strip():
            found.append((number, text))
    return found


def _separator(line: str) -> str:
    """What Excel's ``sep=;`` says; empty if the line is none."""
    written = line.strip("\r\n\"' ")
    if written[:4].lower() != "sep=" or len(written) > len("sep=;"):
        return ""
    return written[4:] or "\t"


def _best(
    texts: Sequence[str],
    dialect: Dialect,
    score: Callable[[Sequence[str]], float],
    *,
    enough: float,
) -> _Candidate | None:
    """The first candidate with a score of ``enough``, or the best of all."""
    best: _Candidate | None = None
    for place in range(len(texts)):
        tried = [
            found
            for delimiter in dialect.delimiter or DELIMITERS
            if (found := _candidate(texts, place, dialect, delimiter, score)) is not None
        ]
        if not tried:
            continue
        # Of delimiters that do as well, the one that makes most cells.
        one = max(tried, key=lambda each: (each.score, len(each.names)))
        if best is None or one.score > best.score:
            best = one
        if best.score >= enough:
            break
    return best


def _candidate(
    texts: Sequence[str],
    place: int,
    dialect: Dialect,
    delimiter: str,
    score: Callable[[Sequence[str]], float],
) -> _Candidate | None:
    dialect = dialect._replace(delimiter=delimiter)
    reader = csv_reader(texts[place : place + _RECORD_LINES], dialect)
    try:
        names = [name.strip() for name in next(reader, [])]
    except csv.Error:
        return None
    lines = getattr(reader, "line_num", 1)
    return _Candidate(score(names), names, delimiter, place, lines)
