"""CSV → rows that know their lines and bytes; one bad record never swallows the ones after it.

Quoted fields may span lines. Where a record that spans lines turns out to be bad (a stray quote
swallows what follows), only its first line is given up and reading resumes at the second.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from agents.ingest.formats.lines import BadLine, FormatError, read_lines
from schemas.codec import UnreadableError

DELIMITERS = ",;\t|"

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Dialect(NamedTuple):
    """How the file is written. An empty ``delimiter`` is told from the header."""

    encoding: str = "utf-8"
    delimiter: str = ""
    quote: str = '"'
    escape: str = ""


class Row(NamedTuple):
    """The cells of a record, the line where it begins and its bytes."""

    line: int
    raw: bytes
    cells: list[str]


class _Feed:
    """Hands decoded lines to the CSV reader and remembers those of the record under way."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._lines = read_lines(path)
        self._again: deque[tuple[int, bytes]] = deque()
        self._encoding = encoding
        self.taken: list[tuple[int, bytes]] = []
        self.bad: list[BadLine] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.taken.append(self._again.popleft() if self._again else self._fresh())
        return self.taken[-1][1].decode(self._encoding)

    def _fresh(self) -> tuple[int, bytes]:
        for line in self._lines:
            if not isinstance(line, BadLine):
                return line
            self.bad.append(line)
        raise StopIteration

    def give_up_first_line(self) -> tuple[int, bytes]:
        """Keep the first line of the record as bad; the others are read again."""
        first, *rest = self.taken
        self._again.extendleft(reversed(rest))
        self.taken = []
        return first


def read_header(path: Path, dialect: Dialect) -> tuple[list[str], Dialect]:
    """Column names, and the dialect with its delimiter. Raises ``FormatError``."""
    first = next(iter(read_lines(path)), None)
    if first is None or isinstance(first, BadLine):
        msg = f"{path} has no header line to take column names from"
        raise FormatError(msg)
    try:
        text = first[1].decode(dialect.encoding)
        quoted = re.escape(dialect.quote)
        plain = re.sub(f"{quoted}[^{quoted}]*{quoted}", "", text) if quoted else text
        delimiter = dialect.delimiter or max(DELIMITERS, key=plain.count)
        dialect = dialect._replace(delimiter=delimiter)
        header = next(_reader([text], dialect), [])
    except (UnicodeDecodeError, csv.Error) as error:
        msg = f"{path}: the header cannot be read: {error}; check encoding and quote"
        raise FormatError(msg) from error
    return [name.strip() for name in header], dialect


def _reader(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
        doublequote=not dialect.escape,
        strict=True,
    )


def read_rows(path: Path, dialect: Dialect, columns: int) -> Iterator[Row | BadLine]:
    """Yield the records below the header, each of ``columns`` cells, and what is none."""
    feed = _Feed(path, dialect.encoding)
    reader = _reader(feed, dialect)
    header_seen = False
    while True:
        try:
            cells = next(reader)
            raw = feed.taken[0][1] if len(feed.taken) == 1 else b"".join(r for _, r in feed.taken)
            if cells:
                _check(cells, columns, raw)
        except StopIteration:
            break
        except UnicodeDecodeError as error:
            number, raw = feed.give_up_first_line()
            detail = f"{error}; say 'encoding' in the mapping if the file is not UTF-8"
            yield BadLine.of(path, number, raw, UnreadableError("not_utf8", detail))
        except (csv.Error, UnreadableError) as error:
            number, raw = feed.give_up_first_line()
            reason = error if isinstance(error, UnreadableError) else _csv_error(error)
            yield BadLine.of(path, number, raw, reason)
        else:
            if header_seen and cells:
                yield Row(feed.taken[0][0], raw, cells)
            header_seen = header_seen or bool(cells)
            feed.taken.clear()
        if feed.bad:
            yield from feed.bad
            feed.bad.clear()
    yield from feed.bad


def _check(cells: list[str], columns: int, raw: bytes) -> None:
    if len(cells) != columns:
        raise UnreadableError("invalid", f"{len(cells)} cells, the header has {columns}")
    if found := _CONTROL.search(raw):
        detail = f"control character {found.group()!r} at byte {found.start()}"
        raise UnreadableError("control_characters", detail)


def _csv_error(error: csv.Error) -> UnreadableError:
    return UnreadableError("invalid", f"no CSV record: {error}")
