"""Counts of the past, from before the brand was listened to: rows, buckets, and taking them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice, pairwise
from typing import Final, NamedTuple

from pipeline.detection.baseline.loudness import LoudnessMonitor
from pipeline.detection.baseline.volume import warm_up
from pipeline.detection.baseline.volume.monitor import LARGEST_COUNT
from pipeline.detection.state import JudgeState
from pipeline.phrase import Phrase
from schemas.bucket import HISTORY, Bucket

SHOWN_FAULTS: Final = 20
MOST_ROWS: Final = 600_000
"""More than a year of minutes. What lies further back has long been forgotten."""
LONGEST_ROW_S: Final = 86_400
"""A longer row says nothing about the hours that the volume is judged by."""


class HistoryError(ValueError):
    """Counts of the past that cannot be used: what, where, what to do; one fault a line."""


class PastRow(NamedTuple):
    """One row as it was written. ``place``: what to call it in a fault. ``end``: if it says so."""

    place: str
    start: datetime
    mentions: float
    end: datetime | None = None


class PastCounts(NamedTuple):
    """Counts at a regular step; a row that is missing was not seen.

    ``rows``: ``(start_s, count)``. ``cut``: rows left out because they were cut short.
    """

    step_s: int
    rows: tuple[tuple[int, float], ...]
    cut: int = 0


def past_of(rows: Iterable[PastRow], *, width_s: int) -> PastCounts:
    """Check rows and find their step, which must be a multiple of a bucket's ``width_s``.

    Where rows state their end, the step is the length of the longest, and shorter ones (the first
    and the last of X's counts) are left out. Else it is the shortest distance of two rows, and all
    distances must be multiples of it.

    Raises:
        HistoryError: with up to ``SHOWN_FAULTS`` faults at once.

    >>> from datetime import timedelta
    >>> start = datetime(2026, 1, 5, tzinfo=UTC)
    >>> past_of((PastRow(str(i), start + timedelta(hours=i), i) for i in (0, 1, 4)), width_s=10)
    PastCounts(step_s=3600, rows=((1767571200, 0), (1767574800, 1), (1767585600, 4)), cut=0)
    """
    known = list(islice(rows, MOST_ROWS + 1))
    if len(known) > MOST_ROWS:
        raise HistoryError(
            Phrase(
                "more than {most_rows:,} rows: give longer rows, or fewer days", most_rows=MOST_ROWS
            )
        )
    _raise([fault for row in known if (fault := _fault(row))])
    pairs = list(pairwise(known))
    _raise(
        [
            f"{row.place}: {row.start.isoformat()} is not after the row before it"
            for before, row in pairs
            if row.start <= before.start
        ]
    )
    lengths_s = [_apart_s(row.start, row.end) for row in known if row.end is not None]
    distances_s = [_apart_s(before.start, row.start) for before, row in pairs]
    if not lengths_s and not distances_s:
        raise HistoryError(Phrase("at least two rows are needed to tell how long a row is"))
    step_s = max(lengths_s) if lengths_s else min(distances_s)
    if step_s % width_s or not 0 < step_s <= LONGEST_ROW_S:
        raise HistoryError(
            Phrase(
                "rows are {step_s} s long: it must be a multiple of a bucket of {width_s} s "
                "and a day at most",
                step_s=step_s,
                width_s=width_s,
            )
        )
    whole = [row for row in known if row.end is None or _apart_s(row.start, row.end) == step_s]
    _raise(
        [
            f"{row.place}: {distance_s} s after the row before it, at a step of {step_s} s"
            for before, row in pairwise(whole)
            if (distance_s := _apart_s(before.start, row.start)) % step_s
        ]
    )
    taken = tuple((int(row.start.timestamp()), row.mentions) for row in whole)
    return PastCounts(step_s, taken, len(known) - len(whole))


def _fault(row: PastRow) -> str:
    if not 0 <= row.mentions <= LARGEST_COUNT:
        return f"{row.place}: count {row.mentions!r} is not from 0 to {LARGEST_COUNT:g}"
    if row.start.timestamp() < 0:
        return f"{row.place}: {row.start.isoformat()} is before 1970"
    if row.end is not None and row.end <= row.start:
        return f"{row.place}: it ends at {row.end.isoformat()}, before it begins"
    return ""


def _apart_s(start: datetime, end: datetime) -> int:
    return round((end - start).total_seconds())


def history_buckets(brand: str, past: PastCounts, *, times: float = 1.0) -> Iterator[Bucket]:
    """The rows as buckets for the judge of ``brand``, each count ``times`` as large."""
    for start_s, count in past.rows:
        yield Bucket(
            brand=brand,
            start=datetime.fromtimestamp(start_s, UTC),
            width_s=past.step_s,
            watermark=datetime.fromtimestamp(start_s + past.step_s, UTC),
            weighted=count * times,
            sources=(HISTORY,),
        )


def recall(state: JudgeState, volume: LoudnessMonitor, bucket: Bucket) -> bool:
    """Teach ``volume`` one count of the past; False for a second copy, which changes nothing.

    Raises:
        HistoryError: if the brand is listened to already, or the bucket does not fit the monitor.
    """
    monitor = volume.every
    start_s = int(bucket.start.timestamp())
    start_s -= start_s % monitor.step_s
    if start_s < state.history_until_s:
        return False
    what = f"history of brand {bucket.brand!r} at {bucket.start.isoformat()}"
    if state.first_s >= 0:
        raise HistoryError(
            Phrase(
                "{what} came after the brand was listened to; it can only be told beforehand",
                what=what,
            )
        )
    if bucket.width_s > LONGEST_ROW_S:
        raise HistoryError(
            Phrase("{what} is {width_s} s long: a day at most", what=what, width_s=bucket.width_s)
        )
    try:
        warm_up(monitor, [(start_s, bucket.weighted)], width_s=bucket.width_s)
    except ValueError as error:
        raise HistoryError(f"{what}: {error}") from error
    state.history_until_s = start_s + bucket.width_s
    return True


def measure(state: JudgeState, volume: LoudnessMonitor, bucket: Bucket, *, frozen: bool) -> None:
    """Ask how rare the volume is now, unless history has told of this time already."""
    start_s = state.start_s
    if start_s < state.history_until_s:
        return
    if state.history_until_s and start_s == state.first_s:
        volume.every.pass_over(start_s)  # nobody listened since the history ended
    state.loudness = volume.update(bucket, start_s, frozen=frozen)


def _raise(faults: list[str]) -> None:
    if faults:
        shown = faults[:SHOWN_FAULTS]
        if more := len(faults) - len(shown):
            shown.append(f"and {more} more")
        raise HistoryError("\n".join(shown))
