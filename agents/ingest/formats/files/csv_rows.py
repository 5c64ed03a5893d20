"""CSV → rows that know their lines and bytes; one bad record never swallows the ones after it.

Quoted fields may span lines. Where a record that spans lines turns out to be bad (a stray quote
swallows what follows), only its first line is given up and reading resumes at the second.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from agents.ingest.formats.files.lines import BadLine, Numbered, read_lines
from pipeline.phrase import Phrase
from schemas.codec import UnreadableError

_CONTROL = bytes(code for code in range(0x20) if code not in b"\t\n\r")


class Dialect(NamedTuple):
    """How the file is written. An empty ``delimiter`` is told from the header.

    ``encoding`` is that of its lines; ``wide`` is told to ``open_bytes``, which then makes them
    UTF-8.
    """

    encoding: str = "utf-8"
    delimiter: str = ""
    quote: str = '"'
    escape: str = ""
    wide: str = ""


class CsvRow(NamedTuple):
    """The cells of a record, the line where it begins and its bytes."""

    line: int
    raw: bytes
    cells: list[str]


class _Feed:
    """Hands decoded lines to the CSV reader and remembers those of the record under way."""

    def __init__(
        self, path: Path, dialect: Dialect, first_line: int, at: Callable[[int], None]
    ) -> None:
        self._lines = read_lines(path, encoding=dialect.wide, at=at)
        while first_line > 1 and (line := next(self._lines, None)) is not None:
            if _number(line) >= first_line - 1:
                break
        self._again: deque[Numbered] = deque()
        self._encoding = dialect.encoding
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
            detail = Phrase(
                "{undecodable}; say 'encoding' in the mapping if the file is not UTF-8",
                undecodable=undecodable,
            )
            return UnreadableError("not_utf8", detail)
        code = next(code for code in raw if code in _CONTROL)
        return UnreadableError(
            "control_characters", Phrase("control character U+{code:04X}", code=code)
        )


def _number(line: Numbered | BadLine) -> int:
    return line.line if isinstance(line, BadLine) else line[0]


def csv_reader(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """The records in ``lines``; raises ``csv.Error`` for what is none."""
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
    path: Path, dialect: Dialect, columns: int, *, first_line: int, at: Callable[[int], None]
) -> Iterator[CsvRow | BadLine]:
    """Yield the records from ``first_line`` on, each of ``columns`` cells, and what is none.

    Empty cells beyond the last column are let go. ``at`` is told how far the file is read, as
    ``read_lines`` tells it.
    """
    feed = _Feed(path, dialect, first_line, at)
    reader = csv_reader(feed, dialect)
    while True:
        fault: str = ""
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells, fault = [], f"no CSV record: {error}"
        if feed.bad:
            yield from feed.bad
            feed.bad.clear()
        if cells is None:
            return
        if cells and len(cells) > columns and not any(cells[columns:]):
            del cells[columns:]
        if cells and len(cells) != columns:
            fault = Phrase("{n} cells, the header has {columns}", n=len(cells), columns=columns)
        if fault:
            number, raw = feed.give_up_first_line()
            yield BadLine.of(path, number, raw, UnreadableError("invalid", fault))
            reader = csv_reader(feed, dialect)
            continue
        number, raw = feed.whole_record()
        if feed.undecodable or len(raw.translate(None, _CONTROL)) != len(raw):
            yield BadLine.of(path, number, raw, feed.unreadable(raw))
        elif cells:
            yield CsvRow(number, raw, cells)
