"""A file of past counts: CSV with ``timestamp,value``, or saved answers of X's counts endpoint."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from pipeline.detection.past import SHOWN_FAULTS, HistoryError, PastCounts, PastRow, past_of
from pipeline.phrase import Phrase, phrases

COLUMNS: Final = ("timestamp", "value")
LARGEST_BYTES: Final = 100_000_000


class _Count(Struct):
    """One element of ``data`` in an answer of ``/2/tweets/counts/…``."""

    start: datetime
    end: datetime
    tweet_count: int


class _Counts(Struct):
    data: list[_Count]


_counts = msgspec.json.Decoder(_Counts).decode


def read_history(path: Path, *, width_s: int) -> PastCounts:
    """Read counts of the past for buckets of ``width_s`` seconds.

    CSV has the header ``timestamp,value``; timestamps are ISO 8601 (UTC unless they say otherwise)
    or seconds since the epoch, each the start of a row. JSON is one answer of X's counts endpoint,
    or one a line (its pages), in any order.

    Raises:
        HistoryError: naming file, row and what is wrong, many faults at once.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise HistoryError(
                Phrase(
                    "{path}: more than {largest_bytes:,} bytes are no table of counts",
                    path=path,
                    largest_bytes=LARGEST_BYTES,
                )
            )
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise HistoryError(f"{path}: {error}") from error
    rows = _from_x(text, path) if text.lstrip().startswith("{") else list(_from_csv(text, path))
    try:
        return past_of(rows, width_s=width_s)
    except HistoryError as error:
        if str(error).startswith(str(path)):
            raise
        raise HistoryError(f"{path}: {error}") from error


def past_from_x(answers: Iterable[bytes], place: str, *, width_s: int) -> PastCounts:
    """Return the counts in answers of X, one for each query about the same thing: their sum.

    Raises:
        HistoryError: naming ``place`` and what is wrong.
    """
    sums: dict[tuple[datetime, datetime], int] = {}
    for answer in answers:
        for one in _page(answer.decode(errors="replace"), place).data:
            span = (_aware(one.start), _aware(one.end))
            sums[span] = sums.get(span, 0) + one.tweet_count
    rows = [
        PastRow(f"{place} ({span[0].isoformat()})", span[0], sums[span], span[1])
        for span in sorted(sums)
    ]
    return past_of(rows, width_s=width_s)


def time_of(written: str) -> datetime:
    """A time in ISO 8601, in UTC unless it says otherwise, or in seconds since the epoch.

    >>> time_of("0") == time_of("1970-01-01 00:00:00") == time_of("1970-01-01T01:00:00+01:00")
    True
    """
    try:
        at = datetime.fromisoformat(written.strip())
    except ValueError:
        pass
    else:
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(float(written), UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            Phrase(
                "timestamp {written!r} is neither ISO 8601 nor seconds since the epoch",
                written=written,
            )
        ) from None


def _from_csv(text: str, path: Path) -> Iterator[PastRow]:
    lines = csv.reader(StringIO(text))
    header = next(lines, [])
    if tuple(column.strip().lower() for column in header) != COLUMNS:
        raise HistoryError(
            Phrase(
                "{path}:1: expected the header timestamp,value, got {names!r}",
                path=path,
                names=",".join(header),
            )
        )
    faults: list[str] = []
    for fields in lines:
        place = f"{path}:{lines.line_num}"
        if not fields:
            continue
        try:
            yield _row(fields, place)
        except ValueError as error:
            faults.append(Phrase("{place}: {why}", place=place, why=error))
            if len(faults) == SHOWN_FAULTS:
                faults.append(Phrase("and perhaps more"))
                break
    if faults:
        raise HistoryError(phrases("\n", faults))


def _row(fields: list[str], place: str) -> PastRow:
    if len(fields) != len(COLUMNS):
        raise ValueError(Phrase("expected timestamp,value, got {n} fields", n=len(fields)))
    timestamp, value = fields
    at = time_of(timestamp)
    try:
        return PastRow(place, at, float(value))
    except ValueError:
        raise ValueError(Phrase("value {value!r} is no number", value=value)) from None


def _from_x(text: str, path: Path) -> list[PastRow]:
    try:
        answers = [(1, _counts(text))]
    except msgspec.ValidationError as error:
        raise HistoryError(
            Phrase("{path}: no answer of X's counts endpoint: {why}", path=path, why=error)
        ) from error
    except msgspec.DecodeError:
        answers = [(n, _page(line, f"{path}:{n}")) for n, line in _numbered(text)]
    found = [(count, n) for n, answer in answers for count in answer.data]
    found.sort(key=lambda item: item[0].start)  # X pages from the newest to the oldest
    return [
        PastRow(f"{path}:{n} ({one.start.isoformat()})", _aware(one.start), one.tweet_count,
            _aware(one.end))
        for one, n in found
    ]  # fmt: skip


def _page(line: str, place: str) -> _Counts:
    try:
        return _counts(line)
    except msgspec.DecodeError as error:
        raise HistoryError(
            Phrase("{place}: no answer of X's counts endpoint: {why}", place=place, why=error)
        ) from error


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return ((n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip())


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
