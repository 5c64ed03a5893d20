"""JSON files → JSON objects with the lines where they begin, however the file is laid out.

One object a line is the rule, and read line by line. Arrays, pages that are written over many
lines, and objects one behind another are read as what they are: each object on its own.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from agents.ingest.formats.files.lenient import whole
from agents.ingest.formats.files.lines import LINE_LIMIT_BYTES, BadLine, Numbered, read_lines
from agents.ingest.formats.files.streams import DamagedFileError, open_bytes
from pipeline.phrase import Phrase
from schemas.codec import UnreadableError

_READ_BYTES = 1 << 18
_BETWEEN = b" \t\r\n,[]"

# A string, whole or cut where the buffer ends, or a brace outside of strings.
_TOKEN = re.compile(rb'"(?:[^"\\]+|\\.)*(")?|[{}]', re.DOTALL)

_QUOTE, _OPEN = b'"{'

Texts = Iterator[Numbered | BadLine]


def read_json(path: Path, *, at: Callable[[int], None] = lambda _: None) -> Texts:
    """Yield ``(line from 1, bytes of one JSON object)``; what is none is a ``BadLine`` or bytes.

    Lines are handed out as they are, for whoever decodes them to judge. ``at``: as in
    ``read_lines``.
    """
    return read_values(path, at=at) if _is_spread(path) else read_lines(path, at=at)


def json_object(raw: bytes) -> dict[str, Any] | None:
    """The object in ``raw``; None if it is none."""
    if not raw.lstrip().startswith(b"{"):
        return None
    try:
        decoded = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        try:
            decoded = whole(json.loads(raw))
        except (ValueError, RecursionError):
            return None
    except (UnicodeDecodeError, RecursionError):
        return None
    return decoded if isinstance(decoded, dict) else None


def _is_spread(path: Path) -> bool:
    """Whether objects lie in arrays or over several lines, told from the beginning."""
    first = next((line for line in read_lines(path) if _says_something(line)), None)
    if first is None:
        return False
    if isinstance(first, BadLine):
        begins = first.raw.lstrip()[:1]
        return begins == b"["
    number, raw = first
    begins = raw.lstrip()[:1]
    if begins != b"{":
        return begins == b"["
    if raw.rstrip().endswith(b"}"):
        return json_object(raw) is None and b"}{" in raw.replace(b" ", b"")
    value = next(read_values(path), None)
    return (
        value is not None
        and not isinstance(value, BadLine)
        and value[0] == number
        and json_object(value[1]) is not None
    )


def _says_something(line: Numbered | BadLine) -> bool:
    return isinstance(line, BadLine) or not line[1].isspace()


class _Scan:
    """Finds whole objects in bytes that come in pieces, in memory bounded by one object."""

    def __init__(self, path: Path) -> None:
        self.line = 1
        self._path = path
        self._buffer = b""
        self._done = 0
        """Up to here all is handed out; ``line`` is the line there."""
        self._scanned = 0
        self._start = 0
        self._depth = 0

    def feed(self, piece: bytes) -> Texts:
        """Yield the objects that ``piece`` completes; an empty piece is the end."""
        self._trim()
        self._buffer += piece
        while True:
            while (end := self._next_end(final=not piece)) is not None:
                yield from self._object(end)
            too_large = len(self._buffer) - self._start > LINE_LIMIT_BYTES
            if not self._depth or (piece and not too_large):
                break
            detail = Phrase("the JSON object that begins here is cut off")
            if piece:
                detail = Phrase(
                    "the JSON object that begins here has more than {most} bytes",
                    most=LINE_LIMIT_BYTES,
                )
            yield from self._before()
            yield self._bad(self._next_alike(), detail)
        if not piece and self._buffer[self._done :].strip(_BETWEEN):
            yield self._bad(len(self._buffer), Phrase("no JSON object"))

    def _trim(self) -> None:
        self._buffer = self._buffer[self._done :]
        self._scanned -= self._done
        self._start -= self._done
        self._done = 0

    def _next_end(self, *, final: bool) -> int | None:
        """Where the object under way, or the next one, ends; None if that is yet to come."""
        for token in _TOKEN.finditer(self._buffer, self._scanned):
            sign = self._buffer[token.start()]
            if sign == _QUOTE:
                if token.group(1) is None and not final:
                    self._scanned = token.start()
                    return None
            elif sign == _OPEN:
                if not self._depth:
                    self._start = token.start()
                self._depth += 1
            elif self._depth:
                self._depth -= 1
                if not self._depth:
                    self._scanned = token.end()
                    return token.end()
        self._scanned = len(self._buffer)
        return None

    def _object(self, end: int) -> Texts:
        yield from self._before()
        raw = self._buffer[self._start : end]
        if b"\n" in raw and json_object(raw) is None and (alike := self._next_alike()) < end:
            # It closed by chance, with the braces of what follows it.
            yield self._bad(alike, Phrase("the JSON object that begins here is broken"))
            return
        yield self.line, raw
        self._pass(end)

    def _before(self) -> Texts:
        """Go to the object; what lies before it is no object, if it is anything."""
        if self._buffer[self._done : self._start].strip(_BETWEEN):
            yield self._bad(self._start, Phrase("no JSON object"), go_on=False)
        else:
            self._pass(self._start)

    def _next_alike(self) -> int:
        """Where the next line begins that is indented as the object under way is."""
        before = self._buffer[self._buffer.rfind(b"\n", 0, self._start) + 1 : self._start]
        indent = len(before) - len(before.lstrip(b" \t"))
        alike = re.compile(rb"\n[ \t]{%d}\{" % indent).search(self._buffer, self._start)
        return len(self._buffer) if alike is None else alike.start() + 1

    def _bad(self, end: int, detail: str, *, go_on: bool = True) -> BadLine:
        raw = self._buffer[self._done : end].strip(_BETWEEN)
        bad = BadLine.of(self._path, self.line, raw, UnreadableError("malformed_json", detail))
        self._pass(end)
        if go_on:
            self._scanned = end
            self._depth = 0
        return bad

    def _pass(self, end: int) -> None:
        self.line += self._buffer.count(b"\n", self._done, end)
        self._done = end


def read_values(path: Path, *, at: Callable[[int], None] = lambda _: None) -> Texts:
    """Yield every JSON object that does not lie within another; arrays are looked into.

    What is broken costs itself: reading goes on at the next line that begins as it did.
    """
    scan = _Scan(path)
    with open_bytes(path) as opened:
        try:
            while piece := opened.stream.read(_READ_BYTES):
                yield from scan.feed(piece)
                at(opened.file.tell())
        except DamagedFileError as error:
            yield from scan.feed(b"")
            detail = Phrase("the compressed file is damaged from here on: {error}", error=error)
            yield BadLine.of(path, scan.line, b"", UnreadableError("invalid", detail))
        else:
            yield from scan.feed(b"")
        at(opened.file.tell())
