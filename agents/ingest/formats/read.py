"""Files in, mentions in event-time order out, whatever format they are in."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from agents.ingest.formats import neutral, x_v1, x_v2
from agents.ingest.formats.columns import csv_picker, json_pick
from agents.ingest.formats.csv_rows import read_header, read_rows
from agents.ingest.formats.detect import FORMATS, detect_format
from agents.ingest.formats.lines import BadLine, FormatError, read_lines
from agents.ingest.formats.mapped import RowMapper
from agents.ingest.formats.mapping import ColumnMapping, read_mapping
from agents.ingest.formats.order import in_event_time
from agents.ingest.formats.reading import Reading
from schemas.codec import Decoder, UnreadableError
from schemas.mention import Mention

Parse = Callable[[bytes], list[Mention]]
"""From a line to its mentions; raises ``UnreadableError``."""

Items = Iterator[Mention | BadLine]

_PARSERS: dict[str, Parse] = {
    "neutral": neutral.parse,
    "x-v2": x_v2.parse,
    "x-v1": x_v1.parse,
}


def open_mentions(
    paths: Iterable[Path],
    *,
    input_format: str | None = None,
    mapping: Path | None = None,
    reading: Reading | None = None,
) -> Items:
    """Mentions of all files together by ``created_at``; a bad line as soon as it is met.

    ``input_format`` is one of ``neutral``, ``x-v2``, ``x-v1``, or, with a ``mapping`` file, ``csv``
    or ``jsonl``; it is told from the content where it is None. Files may be gzipped. ``reading``
    follows how far it is.

    Raises ``FormatError`` (file missing, format not to be told) or ``MappingFaultsError``, both
    ``ValueError``, at once and not on the first item. Sorting reads everything before the first
    mention; memory stays bounded, see ``order``.
    """
    columns = None if mapping is None else read_mapping(mapping)
    if input_format is not None and input_format not in FORMATS:
        msg = f"input format {input_format!r} is unknown; known are {', '.join(FORMATS)}"
        raise FormatError(msg)
    files = list(map(Path, paths))
    reading = reading or Reading.of(files)
    parts = [_open_one(path, input_format, columns, reading) for path in files]
    return in_event_time(reading.counted(parts))


def _open_one(
    path: Path, input_format: str | None, mapping: ColumnMapping | None, reading: Reading
) -> Items:
    declared = mapping.file_format if mapping else ""
    chosen = input_format or declared or detect_format(path, mapped=mapping is not None)
    if chosen in _PARSERS and mapping is not None:
        msg = f"{path}: format {chosen} takes no --mapping; leave one of them out"
        raise FormatError(msg)
    if chosen in _PARSERS:
        return _parsed_lines(path, _PARSERS[chosen], reading)
    if mapping is None:
        msg = f"{path}: format {chosen} needs a --mapping that says what its columns are"
        raise FormatError(msg)
    if chosen == "jsonl":
        return _parsed_lines(path, _json_parser(mapping), reading)
    return _mapped_csv(path, mapping, reading)


def _parsed_lines(path: Path, parse: Parse, reading: Reading) -> Items:
    """One JSON text a line; blank lines (keep-alives of a recorded stream) are nothing."""
    for line in read_lines(path, at=reading.at):
        if isinstance(line, BadLine):
            yield line
            continue
        number, raw = line
        if raw.isspace():
            continue
        try:
            yield from parse(raw)
        except UnreadableError as error:
            yield BadLine.of(path, number, raw, error)


def _json_parser(mapping: ColumnMapping) -> Parse:
    decode = Decoder(dict).decode
    to_mention = RowMapper(mapping, json_pick)
    return lambda raw: [to_mention(decode(raw))]


def _mapped_csv(path: Path, mapping: ColumnMapping, reading: Reading) -> Items:
    header, dialect = read_header(path, mapping.dialect)
    to_mention = RowMapper(mapping, csv_picker(mapping, header, str(path)))

    def rows() -> Items:
        for row in read_rows(path, dialect, len(header), at=reading.at):
            if isinstance(row, BadLine):
                yield row
                continue
            try:
                yield to_mention(row.cells)
            except UnreadableError as error:
                yield BadLine.of(path, row.line, row.raw, error)

    return rows()
