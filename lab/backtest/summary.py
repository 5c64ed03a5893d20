"""From buckets and transitions of one brand to its part of the report."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from lab.revised import NewestOf
from schemas.bucket import Bucket
from schemas.incident import Transition
from schemas.report import (
    BrandReport,
    ReportedIncident,
    Step,
    SweptBrand,
    SweptIncident,
)

HOUR_S = 3600
DAY_S = 86_400
BIN_S = 600
"""Width of the bins that pictures are drawn from."""
WEEK_S = 7 * 86_400
QUARTER_S = 365.25 / 4 * 86_400

_SUMS = (
    "mentions",
    "own",
    "negative",
    "neutral",
    "positive",
)
_sums_of = attrgetter(*_SUMS)


class Bin(NamedTuple):
    """Mentions of ten minutes."""

    mentions: int = 0
    negative: int = 0
    positive: int = 0


class BrandTally:
    """Sums, ten-minute bins and transitions of one brand."""

    def __init__(self, brand: str) -> None:
        self.brand = brand
        self.sums = dict.fromkeys(_SUMS, 0)
        self.read = 0
        self.reader = ""
        self.bins: dict[int, Bin] = {}
        self.transitions: list[Transition] = []
        self._first: Bucket | None = None
        self._last: Bucket | None = None
        self._newest = NewestOf()

    def add(self, bucket: Bucket) -> None:
        """Count one closed bucket; a revision instead of what was counted of it before."""
        before = self._newest.instead_of(bucket)
        self._count(bucket, 1)
        if before is not None:
            self._count(before, -1)
        if self._first is None or bucket.start < self._first.start:
            self._first = bucket
        if self._last is None or bucket.start >= self._last.start:
            self._last = bucket

    def _count(self, bucket: Bucket, times: int) -> None:
        for name, count in zip(_SUMS, _sums_of(bucket), strict=True):
            if count:
                self.sums[name] += times * count
        if bucket.reading is not None:
            self.read += times * (bucket.reading.read + len(bucket.reading.roots))
            self.reader = bucket.reading.reader or self.reader
        start_s = int(bucket.start.timestamp()) // BIN_S * BIN_S
        known = self.bins.get(start_s, Bin())
        self.bins[start_s] = Bin(
            known.mentions + times * bucket.mentions,
            known.negative + times * bucket.negative,
            known.positive + times * bucket.positive,
        )

    def came(self, from_s: int, length_s: int) -> int | None:
        """Mentions of ``length_s`` from ``from_s`` on; None if the recording ends before.

        The bins at both ends count for the part of them that lies inside.
        """
        until_s = from_s + length_s
        if self._last is None or self._last.watermark.timestamp() < until_s:
            return None
        total = 0.0
        for start_s in range(from_s - from_s % BIN_S, until_s, BIN_S):
            inside_s = min(start_s + BIN_S, until_s) - max(start_s, from_s)
            total += self.bins.get(start_s, Bin()).mentions * inside_s / BIN_S
        return round(total)

    @property
    def first(self) -> Bucket | None:
        """The first bucket, if there is one."""
        return self._first

    @property
    def last(self) -> Bucket | None:
        """The last bucket, if there is one."""
        return self._last


def brand_report(tally: BrandTally, dropped: Mapping[str, int]) -> BrandReport:
    """The part of the report that speaks of one brand; ``dropped``: posts not counted, and why."""
    histories = _histories(tally.transitions)
    return BrandReport(
        brand=tally.brand,
        **tally.sums,
        **dropped,
        bad=0,
        read=tally.read,
        first=tally.first.start if tally.first else None,
        last=tally.last.watermark if tally.last else None,
        incidents=tuple(_incident(history, tally) for history in histories),
    )


def swept_brand(tally: BrandTally, transitions: Sequence[Transition]) -> SweptBrand:
    """What one setting made of the brand whose counts are in ``tally``."""
    histories = _histories(transitions)
    incidents = [_incident(history, tally) for history in histories]
    length_s = 0.0
    if tally.first and tally.last:
        length_s = (tally.last.watermark - tally.first.start).total_seconds()
    rang = sum(one.level == "ring" for one in incidents)
    return SweptBrand(
        brand=tally.brand,
        incidents=tuple(
            SweptIncident(
                **{
                    name: getattr(one, name)
                    for name in SweptIncident.__struct_fields__
                    if name != "reason"
                },
                reason=one.steps[-1].reason,
            )
            for one in incidents
        ),
        rang_per_quarter=round(rang * QUARTER_S / length_s, 4) if length_s else 0.0,
        heads_ups_per_week=round(len(incidents) * WEEK_S / length_s, 4) if length_s else 0.0,
    )


def _histories(transitions: Sequence[Transition]) -> list[list[Transition]]:
    histories: dict[str, list[Transition]] = {}
    for transition in transitions:
        histories.setdefault(transition.incident, []).append(transition)
    return list(histories.values())


def _incident(history: Sequence[Transition], tally: BrandTally) -> ReportedIncident:
    last = history[-1]
    # What was known when it rang is what woke somebody up: reasons and drivers are those.
    told = next((one for one in history if one.level == "ring"), last)
    told_s = int((told.rung_at or told.at).timestamp())
    return ReportedIncident(
        incident=told.incident,
        onset=told.onset,
        level=last.level,
        heads_up_at=last.heads_up_at,
        rung_at=last.rung_at,
        rings=last.rings,
        peak=last.peak or last.at,
        ended_at=last.at if last.state in {"resolved", "dismissed"} else None,
        severity=max(one.severity for one in history),
        pattern=told.pattern,
        evidence=told.evidence,
        confidence=told.confidence,
        mentions=max(one.volume.since_onset for one in history),
        reasons=told.reasons,
        nearest=told.nearest,
        drivers=told.drivers,
        steps=tuple(
            Step(
                at=one.at,
                state=one.state,
                level=one.level,
                reason=one.reason,
                severity=one.severity,
            )
            for one in history
        ),
        nature=told.nature,
        automation=told.automation,
        reply=last.reply,
        projection=told.projection,
        came_next_hour=tally.came(told_s, HOUR_S),
        came_next_day=tally.came(told_s, DAY_S),
        sighting=told.sighting,
        stories=last.stories,
    )
