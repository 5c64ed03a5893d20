"""A table and a mapping → mentions."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from agents.ingest.formats.files.csv_rows import read_rows
from agents.ingest.formats.files.header import TableHeader, find_header
from agents.ingest.formats.files.lines import BadLine
from agents.ingest.formats.files.reading import FilesReading
from agents.ingest.formats.files.streams import FormatError, is_wide, open_bytes
from agents.ingest.formats.mapped.columns import csv_picker, place_of
from agents.ingest.formats.mapped.mapping import ColumnMapping
from agents.ingest.formats.mapped.rows import RowMapper
from pipeline.phrase import Phrase
from schemas.codec import UnreadableError
from schemas.mention import Mention

_LONGEST_NAME = 60
"""In characters; what is longer is a text, not the name of a column."""


def open_table(
    path: Path, mapping: ColumnMapping, reading: FilesReading
) -> Iterator[Mention | BadLine]:
    """The rows of a CSV file; raises ``FormatError`` and ``MappingFaultsError`` at once."""
    header = header_of(path, mapping)
    for note in (*header.told, *_told_twice(path, header.names, mapping)):
        reading.tell(note)
    to_mention = RowMapper(mapping, csv_picker(mapping, header.names, str(path)))

    def rows() -> Iterator[Mention | BadLine]:
        for row in read_rows(
            path,
            header.dialect,
            len(header.names),
            first_line=header.first_row,
            at=reading.at,
        ):
            if isinstance(row, BadLine):
                yield row
                continue
            try:
                yield to_mention(row.cells)
            except UnreadableError as error:
                yield BadLine.of(path, row.line, row.raw, error)

    return rows()


def _told_twice(path: Path, names: Sequence[str], mapping: ColumnMapping) -> Iterator[str]:
    """Say which of several columns of one name is taken."""
    for column in dict.fromkeys(column for column, _ in mapping.column_lines()):
        place = place_of(column, names)
        if place is not None and (several := names.count(names[place[0]])) > 1:
            yield Phrase(
                "{path}: {n} columns are called {name!r}; the first is taken",
                path=path,
                n=several,
                name=names[place[0]],
            )


def header_of(path: Path, mapping: ColumnMapping) -> TableHeader:
    """Where the names of the columns stand; raises ``FormatError`` where they do not."""
    dialect = mapping.dialect
    with open_bytes(path, dialect.encoding) as opened:
        if opened.encoding:
            wide = dialect.encoding if is_wide(dialect.encoding) else ""
            dialect = dialect._replace(encoding=opened.encoding, wide=wide)
    wanted = tuple(dict.fromkeys(column for column, _ in mapping.column_lines()))
    header = find_header(path, dialect, wanted=wanted, has=place_of_found, names=mapping.columns)
    if not mapping.columns and not any(place_of_found(one, header.names) for one in wanted):
        _refuse_without_header(path, header, wanted)
    return header


def place_of_found(column: str, names: Sequence[str]) -> bool:
    """Whether a header of these names has a column."""
    return place_of(column, names) is not None


def _refuse_without_header(path: Path, header: TableHeader, wanted: Sequence[str]) -> None:
    """Say what to do where the first row holds data, not names."""
    looks_like_data = any(name.isdigit() or len(name) > _LONGEST_NAME for name in header.names)
    is_close = any(difflib.get_close_matches(one, header.names, n=1) for one in wanted)
    if looks_like_data and not is_close:
        raise FormatError(
            Phrase(
                "{path}:{line}: the first row holds values, no names of columns; if there is no "
                "header row, name the {n} columns in the mapping: columns: [NAME, NAME, …]",
                path=path,
                line=header.line,
                n=len(header.names),
            )
        )
