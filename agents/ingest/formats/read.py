"""Files in, mentions in event-time order out, whatever format they are in."""

from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from agents.ingest.formats import neutral
from agents.ingest.formats.detect import FORMATS, detect_format
from agents.ingest.formats.files.documents import json_object, read_json
from agents.ingest.formats.files.lenient import loaded
from agents.ingest.formats.files.lines import BadLine
from agents.ingest.formats.files.reading import FilesReading
from agents.ingest.formats.files.streams import FormatError
from agents.ingest.formats.items import NotPost, RecordedMessage
from agents.ingest.formats.mapped.columns import json_pick
from agents.ingest.formats.mapped.mapping import ColumnMapping, read_mapping
from agents.ingest.formats.mapped.presence import check_fields
from agents.ingest.formats.mapped.rows import RowMapper
from agents.ingest.formats.mapped.table import open_table
from agents.ingest.formats.order import Item, in_event_time
from agents.ingest.formats.x import v1 as x_v1
from agents.ingest.formats.x.includes import Recording
from agents.ingest.formats.x.messages import message_in
from agents.ingest.formats.x.missed import MissedByX
from pipeline.phrase import Phrase
from schemas.codec import Decoder, UnreadableError
from schemas.mention import Mention

Parse = Callable[[int, bytes], Iterable[Mention | UnreadableError | BadLine]]
"""From a line and its number to its mentions; raises ``UnreadableError`` if it has no post."""

Items = Iterator[Item]


def open_mentions(
    paths: Iterable[Path],
    *,
    input_format: str | None = None,
    mapping: Path | ColumnMapping | None = None,
    brands: Container[str] | None = None,
    reading: FilesReading | None = None,
) -> Items:
    """Mentions of all files together by ``created_at``; a bad line as soon as it is met.

    ``input_format`` is one of ``neutral``, ``x-v2``, ``x-v1``, or, with a ``mapping`` file, ``csv``
    or ``jsonl``; it is told from the content where it is None. Files may be compressed. ``brands``
    are the ids that a rule's tag may name; without it every tag is taken for a brand. ``reading``
    follows how far it is, and what was told from the files.

    Every item is one line, or one post of a line with several: a mention, a bad line, or a line
    that is no post, so that they add up.

    Raises ``FormatError`` (file missing, format not to be told) or ``MappingFaultsError``, both
    ``ValueError``, at once and not on the first item. Sorting reads everything before the first
    mention; memory stays bounded, see ``order``.
    """
    columns = read_mapping(mapping) if isinstance(mapping, Path) else mapping
    if input_format is not None and input_format not in FORMATS:
        msg = Phrase(
            "input format {name!r} is unknown; known are {known}",
            name=input_format,
            known=", ".join(FORMATS),
        )
        raise FormatError(msg)
    files = list(map(Path, paths))
    reading = reading or FilesReading.of(files)
    parts = [_open_one(path, input_format, columns, brands, reading) for path in files]
    return in_event_time(reading.counted(parts))


def _open_one(
    path: Path,
    input_format: str | None,
    mapping: ColumnMapping | None,
    brands: Container[str] | None,
    reading: FilesReading,
) -> Items:
    declared = mapping.file_format if mapping else ""
    chosen = input_format or declared or detect_format(path, mapped=mapping is not None)
    if chosen not in ("csv", "jsonl"):
        if mapping is not None:
            msg = Phrase(
                "{path}: format {chosen} takes no --mapping; leave one of them out",
                path=path,
                chosen=chosen,
            )
            raise FormatError(msg)
        reading.tell(Phrase("{path}: read as {chosen}", path=path, chosen=chosen))
        return _of_known_format(path, chosen, brands, reading)
    if mapping is None:
        msg = Phrase(
            "{path}: format {chosen} needs a --mapping that says what its columns are",
            path=path,
            chosen=chosen,
        )
        raise FormatError(msg)
    if chosen == "csv":
        return open_table(path, mapping, reading)
    check_fields(path, mapping, reading)
    return _items(path, _mapped(mapping), reading, may_say=lambda _: None)


def _of_known_format(
    path: Path, chosen: str, brands: Container[str] | None, reading: FilesReading
) -> Items:
    if chosen == "x-v2":
        recording = Recording(path, brands)
        return _items(path, recording.read, reading, rest=recording.rest)
    if chosen == "x-v1":
        return _items(path, lambda _, raw: x_v1.read(raw), reading)
    return _items(path, lambda _, raw: neutral.parse(raw), reading)


def _mapped(mapping: ColumnMapping) -> Parse:
    decode = Decoder(dict).decode
    to_mention = RowMapper(mapping, json_pick)

    def parse(_: int, raw: bytes) -> list[Mention]:
        try:
            row = decode(raw)
        except UnreadableError as error:
            row = loaded(raw, error)
            if not isinstance(row, dict):
                raise
        return [to_mention(row)]

    return parse


def _nothing() -> Iterable[Mention | BadLine]:
    return ()


def _items(
    path: Path,
    parse: Parse,
    reading: FilesReading,
    *,
    rest: Callable[[], Iterable[Mention | BadLine]] = _nothing,
    may_say: Callable[[dict[str, Any]], RecordedMessage | None] = message_in,
) -> Items:
    """The items of JSON; blank lines (keep-alives of a recorded stream) are nothing.

    ``rest`` gives what ``parse`` had put off until the end. ``may_say`` tells the messages of a
    stream from what is no post for another reason.
    """
    missed = MissedByX(path)
    last: Mention | None = None
    for line in read_json(path, at=reading.at):
        if isinstance(line, BadLine):
            yield line
            continue
        number, raw = line
        if raw.isspace():
            continue
        try:
            for found in parse(number, raw):
                if isinstance(found, Mention):
                    last = found
                    if missed.open:
                        yield from missed.closed(found.created_at)
                    yield found
                elif isinstance(found, BadLine):
                    yield found
                else:
                    yield BadLine.of(path, number, raw, found)
        except UnreadableError as error:
            said = json_object(raw)
            message = None if said is None else may_say(said)
            yield from _aside(BadLine.of(path, number, raw, error), message, missed, last)
    yield from rest()
    yield from missed.closed()


def _aside(
    bad: BadLine, message: RecordedMessage | None, missed: MissedByX, last: Mention | None
) -> Iterator[BadLine | NotPost]:
    """A line without posts: a message of the stream, or a bad line."""
    if message is None:
        yield bad
        return
    if last is not None:
        missed.post(last.created_at)
    if (told := missed.message(bad.line, message)) is not None:
        yield told
