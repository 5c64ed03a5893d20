"""CSV → rows that know their lines and bytes; one bad record never swallows the ones after it.

Quoted fields may span lines. Where a record that spans lines turns out to be bad (a stray quote
swallows what follows), only its first line is given up and reading resumes at the second.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from agents.ingest.formats.lines import BadLine, FormatError, Numbered, read_lines
from schemas.codec import UnreadableError

DELIMITERS = ",;\t|"

_CONTROL = bytes(code for code in range(0x20) if code not in b"\t\n\r")


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

    def __init__(self, path: Path, encoding: str, at: Callable[[int], None]) -> None:
        self._lines = read_lines(path, at=at)
        self._again: deque[Numbered] = deque()
        self._encoding = encoding
        self.taken: list[Numbered] = []
        self.bad: list[BadLine] = []
        self.undecodable: UnicodeDecodeError | None = None

    def __iter__(self) -> Iterator[str]:
        encoding, again, taken = self._encoding, self._again, self.taken
        while True:
            line = again.popleft() if again else next(self._lines, None)
            if line is None:
                return
            if isinstance(line, BadLine):
                self.bad.append(line)
                continue
            taken.append(line)
            try:
                yield line[1].decode(encoding)
            except UnicodeDecodeError as error:
                self.undecodable = error
                yield line[1].decode(encoding, "replace")

    def give_up_first_line(self) -> Numbered:
        """Keep the first line of the record as bad; the others are read again."""
        first, *rest = self.taken
        self._again.extendleft(reversed(rest))
        self.taken.clear()
        self.undecodable = None
        return first

    def whole_record(self) -> Numbered:
        """Number of the first line of the record, and the bytes of all its lines."""
        number, raw = self.taken[0]
        if len(self.taken) > 1:
            raw = b"".join([line for _, line in self.taken])
        self.taken.clear()
        return number, raw

    def unreadable(self, raw: bytes) -> UnreadableError:
        """Why the record is not to be read; the next one starts with a clean slate."""
        undecodable, self.undecodable = self.undecodable, None
        if undecodable:
            detail = f"{undecodable}; say 'encoding' in the mapping if the file is not UTF-8"
            return UnreadableError("not_utf8", detail)
        code = next(code for code in raw if code in _CONTROL)
        return UnreadableError("control_characters", f"control character U+{code:04X}")


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


def read_rows(
    path: Path, dialect: Dialect, columns: int, *, at: Callable[[int], None]
) -> Iterator[Row | BadLine]:
    """Yield the records below the header, each of ``columns`` cells, and what is none.

    ``at`` is told how far the file is read, as ``read_lines`` tells it.
    """
    feed = _Feed(path, dialect.encoding, at)
    reader = _reader(feed, dialect)
    header_seen = False
    while True:
        fault = ""
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells, fault = [], f"no CSV record: {error}"
        if feed.bad:
            yield from feed.bad
            feed.bad.clear()
        if cells is None:
            return
        if cells and len(cells) != columns:
            fault = f"{len(cells)} cells, the header has {columns}"
        if fault:
            number, raw = feed.give_up_first_line()
            yield BadLine.of(path, number, raw, UnreadableError("invalid", fault))
            reader = _reader(feed, dialect)
            continue
        number, raw = feed.whole_record()
        if feed.undecodable or len(raw.translate(None, _CONTROL)) != len(raw):
            yield BadLine.of(path, number, raw, feed.unreadable(raw))
        elif header_seen and cells:
            yield Row(number, raw, cells)
        header_seen = header_seen or bool(cells)
