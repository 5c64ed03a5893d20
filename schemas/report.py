"""The JSON report of ``tocsin backtest``."""

from typing import Annotated

from msgspec import Meta, Struct

from schemas.base import Record, UtcTime
from schemas.incident import (
    Automation,
    Drivers,
    Nature,
    Projection,
    Reason,
    Reply,
    Resemblance,
    State,
)

Count = Annotated[int, Meta(ge=0)]


class Step(Struct, frozen=True, kw_only=True):
    """One transition of an incident, in short."""

    at: UtcTime
    state: State
    reason: str
    severity: int


class ReportedIncident(Struct, frozen=True, kw_only=True):
    """What rang. ``severity`` is the highest it reached; times are event time, UTC.

    ``projection``, ``nature`` and ``automation`` are those said when it rang; ``came_next_hour``
    and ``came_next_day`` are the mentions that came from then on, None beyond the recording's end.
    ``reply`` is the last that was said of the brand's own posts.
    """

    incident: str
    onset: UtcTime
    rung_at: UtcTime
    peak: UtcTime
    resolved_at: UtcTime | None
    severity: int
    pattern: str
    evidence: float
    confidence: float
    mentions: Count
    reasons: tuple[Reason, ...]
    nearest: tuple[Resemblance, ...]
    drivers: Drivers
    steps: tuple[Step, ...]
    nature: Nature = "unclear"
    automation: Automation | None = None
    reply: Reply | None = None
    projection: Projection | None = None
    came_next_hour: Count | None = None
    came_next_day: Count | None = None


class Dismissed(Struct, frozen=True, kw_only=True):
    """What was noticed and judged harmless, and why."""

    incident: str
    onset: UtcTime
    dismissed_at: UtcTime
    peak: UtcTime
    mentions: Count
    pattern: str
    evidence: float
    reason: str
    reasons: tuple[Reason, ...]


class BrandReport(Struct, frozen=True, kw_only=True):
    """One brand over the whole replay."""

    brand: str
    mentions: Count
    duplicates: Count
    edited: Count
    late: Count
    future: Count
    bad: Count
    own: Count
    negative: Count
    neutral: Count
    positive: Count
    first: UtcTime | None
    last: UtcTime | None
    incidents: tuple[ReportedIncident, ...]
    dismissed: tuple[Dismissed, ...]


class BacktestReport(Record, frozen=True, kw_only=True):
    """Everything one backtest found. ``bad`` counts input lines that belong to no brand."""

    tocsin: str
    model: str
    files: tuple[str, ...]
    lines: Count
    bad: Count
    unmatched: Count
    brands: tuple[BrandReport, ...]
