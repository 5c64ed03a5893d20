"""From buckets and transitions of one brand to its part of the report."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.bucket import Bucket
from schemas.incident import Transition
from schemas.report import (
    BrandReport,
    Dismissed,
    ReportedIncident,
    Step,
    SweptBrand,
    SweptDismissal,
    SweptIncident,
)

HOUR_S = 3600
DAY_S = 86_400
BIN_S = 600
"""Width of the bins that pictures are drawn from."""
WEEK_S = 7 * 86_400

_SUMS = (
    "mentions",
    "duplicates",
    "edited",
    "late",
    "future",
    "own",
    "negative",
    "neutral",
    "positive",
)


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
        self.bins: dict[int, Bin] = {}
        self.transitions: list[Transition] = []
        self._first: Bucket | None = None
        self._last: Bucket | None = None

    def add(self, bucket: Bucket) -> None:
        """Count one closed bucket."""
        for name in _SUMS:
            self.sums[name] += getattr(bucket, name)
        start_s = int(bucket.start.timestamp()) // BIN_S * BIN_S
        known = self.bins.get(start_s, Bin())
        self.bins[start_s] = Bin(
            known.mentions + bucket.mentions,
            known.negative + bucket.negative,
            known.positive + bucket.positive,
        )
        if self._first is None:
            self._first = bucket
        self._last = bucket

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


def brand_report(tally: BrandTally) -> BrandReport:
    """The part of the report that speaks of one brand."""
    histories = _histories(tally.transitions)
    return BrandReport(
        brand=tally.brand,
        **tally.sums,
        bad=0,
        first=tally.first.start if tally.first else None,
        last=tally.last.watermark if tally.last else None,
        incidents=tuple(_rung(history, tally) for history in histories if _did_ring(history)),
        dismissed=tuple(_dismissed(history) for history in histories if not _did_ring(history)),
    )


def swept_brand(tally: BrandTally, transitions: Sequence[Transition]) -> SweptBrand:
    """What one setting made of the brand whose counts are in ``tally``."""
    histories = _histories(transitions)
    rang = [_rung(history, tally) for history in histories if _did_ring(history)]
    calm = [history[-1] for history in histories if not _did_ring(history)]
    weeks = 0.0
    if tally.first and tally.last:
        weeks = (tally.last.watermark - tally.first.start).total_seconds() / WEEK_S
    return SweptBrand(
        brand=tally.brand,
        rang=tuple(
            SweptIncident(**{name: getattr(one, name) for name in SweptIncident.__struct_fields__})
            for one in rang
        ),
        dismissed=tuple(
            SweptDismissal(
                incident=one.incident, onset=one.onset, pattern=one.pattern, reason=one.reason
            )
            for one in calm
        ),
        rang_per_week=round(len(rang) / weeks, 4) if weeks else 0.0,
    )


def _histories(transitions: Sequence[Transition]) -> list[list[Transition]]:
    histories: dict[str, list[Transition]] = {}
    for transition in transitions:
        histories.setdefault(transition.incident, []).append(transition)
    return list(histories.values())


def _did_ring(history: Sequence[Transition]) -> bool:
    return any(one.state != "dismissed" for one in history)


def _rung(history: Sequence[Transition], tally: BrandTally) -> ReportedIncident:
    first, last = history[0], history[-1]
    rung_s = int((first.rung_at or first.at).timestamp())
    # What was known when it rang is what woke somebody up: reasons and drivers are those.
    return ReportedIncident(
        incident=first.incident,
        onset=first.onset,
        rung_at=first.rung_at or first.at,
        peak=last.peak or last.at,
        resolved_at=last.at if last.state == "resolved" else None,
        severity=max(one.severity for one in history),
        pattern=first.pattern,
        evidence=first.evidence,
        confidence=first.confidence,
        mentions=max(one.volume.since_onset for one in history),
        reasons=first.reasons,
        nearest=first.nearest,
        drivers=first.drivers,
        steps=tuple(
            Step(at=one.at, state=one.state, reason=one.reason, severity=one.severity)
            for one in history
        ),
        nature=first.nature,
        automation=first.automation,
        reply=last.reply,
        projection=first.projection,
        came_next_hour=tally.came(rung_s, HOUR_S),
        came_next_day=tally.came(rung_s, DAY_S),
        heads_up_at=first.heads_up_at,
        rings=last.rings,
        stories=last.stories,
    )


def _dismissed(history: Sequence[Transition]) -> Dismissed:
    last = history[-1]
    return Dismissed(
        incident=last.incident,
        onset=last.onset,
        dismissed_at=last.at,
        peak=last.peak or last.at,
        mentions=last.volume.since_onset,
        pattern=last.pattern,
        evidence=last.evidence,
        reason=last.reason,
        reasons=last.reasons,
    )
