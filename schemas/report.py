"""The JSON report of ``tocsin backtest``."""

from typing import Annotated

from msgspec import Meta, Struct

from schemas.base import Record, UtcTime
from schemas.bucket import Stories
from schemas.incident import (
    Automation,
    Drivers,
    Nature,
    Projection,
    Reason,
    Reply,
    Resemblance,
    Ring,
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
    ``reply`` is the last that was said of the brand's own posts, ``stories`` the last that was said
    of those that carry it. ``rings``: every moment at which people are woken, ``rung_at`` the first
    of them; ``heads_up_at``: the quiet line before.
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
    heads_up_at: UtcTime | None = None
    rings: tuple[Ring, ...] = ()
    stories: Stories = ()


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


class SweptIncident(Struct, frozen=True, kw_only=True):
    """What rang under one setting, in short."""

    incident: str
    onset: UtcTime
    rung_at: UtcTime
    peak: UtcTime
    resolved_at: UtcTime | None
    severity: int
    pattern: str
    mentions: Count


class SweptDismissal(Struct, frozen=True, kw_only=True):
    """What was noticed under one setting and judged harmless."""

    incident: str
    onset: UtcTime
    pattern: str
    reason: str


class SweptBrand(Struct, frozen=True, kw_only=True):
    """One brand under one setting. ``rang_per_week``: over the time from its first bucket on."""

    brand: str
    rang: tuple[SweptIncident, ...]
    dismissed: tuple[SweptDismissal, ...]
    rang_per_week: float


class SweptSetting(Struct, frozen=True, kw_only=True):
    """All brands judged under one setting; a field that is null stands as in the brands file."""

    label: str
    false_alarms_per_week: float | None
    minimum_mentions: int | None
    evidence: float | None
    brands: tuple[SweptBrand, ...]


class BacktestReport(Record, frozen=True, kw_only=True):
    """Everything one backtest found. ``bad`` counts input lines that belong to no brand.

    ``sweep``: the settings that were compared, the brands file's own first; empty if none were.
    """

    tocsin: str
    model: str
    files: tuple[str, ...]
    lines: Count
    bad: Count
    unmatched: Count
    brands: tuple[BrandReport, ...]
    sweep: tuple[SweptSetting, ...] = ()
