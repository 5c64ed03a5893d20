"""Posts that come in portions: of a file that grows, through a pipe, in the body of a request.

A portion is read as a file is, by way of a temporary one, so whatever a file may be, a portion may
be, too. What a file says once is said of all its portions: its format, and the header of a table.
"""

from collections.abc import Container
from pathlib import Path
from tempfile import NamedTemporaryFile

from msgspec.structs import replace

from agents.ingest.formats.detect import FORMATS, detect_format
from agents.ingest.formats.files.lines import KEPT_BYTES, BadLine
from agents.ingest.formats.files.streams import FormatError
from agents.ingest.formats.mapped.mapping import ColumnMapping, read_mapping
from agents.ingest.formats.mapped.table import header_of
from agents.ingest.formats.order import Item
from agents.ingest.formats.read import open_mentions
from pipeline.phrase import Phrase
from schemas.mention import Mention


class Portions:
    """Reads portions of whole lines of what is called ``name``, in their order.

    ``input_format``, ``mapping`` and ``brands`` are those of ``open_mentions``. Where the format is
    not given, the first portion that tells it decides.

    Raises ``FormatError`` or ``MappingFaultsError``, both ``ValueError``.

    >>> line = b'{"id":"7","created_at":"2010-03-17T09:00:00Z","text":"no","author":{"id":"a"}}'
    >>> portions = Portions("incoming.jsonl")
    >>> [item.id for item in portions.read(line, first_line=1)]
    ['7']
    >>> [(item.line, item.reason) for item in portions.read(b"{", first_line=2)]
    [(2, 'malformed_json')]
    """

    def __init__(
        self,
        name: str,
        *,
        input_format: str | None = None,
        mapping: Path | ColumnMapping | None = None,
        brands: Container[str] | None = None,
    ) -> None:
        if input_format is not None and input_format not in FORMATS:
            raise FormatError(Phrase("input format {name!r} is unknown", name=input_format))
        self._name = name
        self._mapping = read_mapping(mapping) if isinstance(mapping, Path) else mapping
        self._brands = brands
        declared = self._mapping.file_format if self._mapping else ""
        self._format = input_format or declared or None
        self._header = b""

    def learn(self, beginning: bytes) -> None:
        """Take format and header from the beginning of a file that was read before.

        Raises ``FormatError`` where the format cannot be told from it.
        """
        with _as_file(beginning) as path:
            try:
                chosen = self._format or detect_format(path, mapped=self._mapping is not None)
                if chosen == "csv" and self._mapping is not None:
                    header = header_of(path, self._mapping)
                    lines = beginning.splitlines(keepends=True)
                    self._header = b"".join(lines[: header.first_row - 1])
            except FormatError as error:
                raise FormatError(str(error).replace(str(path), self._name)) from error
        self._format = chosen

    def read(self, raw: bytes, *, first_line: int) -> list[Item]:
        """The items of a portion that begins at ``first_line``: mentions by their time.

        A portion whose format cannot be told is a bad line.
        """
        if not raw.strip():
            return []
        header = self._header
        with _as_file(header + raw) as path:
            try:
                if self._format is None or (self._format == "csv" and not header):
                    self.learn(raw)
                items = list(
                    open_mentions(
                        [path],
                        input_format=self._format,
                        mapping=self._mapping,
                        brands=self._brands,
                    )
                )
            except FormatError as error:
                detail = str(error).replace(str(path), self._name)
                return [self._bad(raw, first_line, detail)]
        before = first_line - 1 - header.count(b"\n")
        return [self._placed(item, before) for item in items]

    def _placed(self, item: Item, before: int) -> Item:
        if isinstance(item, Mention):
            return item
        return replace(item, file=self._name, line=item.line + before)

    def _bad(self, raw: bytes, line: int, detail: str) -> BadLine:
        return BadLine(
            file=self._name, line=line, reason="invalid", detail=detail, raw=raw[:KEPT_BYTES]
        )


class _as_file:  # noqa: N801 - a context manager
    """The bytes as a private file that is gone behind the block."""

    def __init__(self, raw: bytes) -> None:
        self._file = NamedTemporaryFile(prefix="tocsin-")  # noqa: SIM115 - closed in __exit__
        self._file.write(raw)
        self._file.flush()

    def __enter__(self) -> Path:
        return Path(self._file.name)

    def __exit__(self, *_: object) -> None:
        self._file.close()
