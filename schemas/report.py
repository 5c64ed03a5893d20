"""The JSON report of ``tocsin backtest``."""

from typing import Annotated

from msgspec import Meta, Struct

from schemas.base import Record, UtcTime
from schemas.bucket import Stories
from schemas.incident import (
    Automation,
    Drivers,
    Level,
    Nature,
    Projection,
    Reason,
    Reply,
    Resemblance,
    Ring,
    Sighting,
    State,
)

Count = Annotated[int, Meta(ge=0)]


class Step(Struct, frozen=True, kw_only=True):
    """One transition of an incident, in short."""

    at: UtcTime
    state: State
    level: Level
    reason: str
    severity: int


class ReportedIncident(Struct, frozen=True, kw_only=True):
    """What was worth a quiet line, or woke people. Times are event time, UTC.

    ``level``: the highest it reached. ``heads_up_at``: when it was noticed. ``rung_at``: when it
    first rang, null if it never did; ``rings``: every moment at which people are woken.
    ``ended_at``: when it was resolved or dismissed, null if it was still under way.
    ``severity`` is the highest it reached. ``sighting``: the figures that made it ring, or those
    that came nearest. Pattern, evidence, reasons, ``projection``, ``nature`` and ``automation``
    are those said when it rang, or last if it never did; ``came_next_hour`` and ``came_next_day``
    are the mentions that came from then on, None beyond the recording's end. ``reply`` is the
    last that was said of the brand's own posts, ``stories`` the last that was said of those that
    carry it.
    """

    incident: str
    onset: UtcTime
    level: Level
    heads_up_at: UtcTime | None
    rung_at: UtcTime | None
    rings: tuple[Ring, ...]
    peak: UtcTime
    ended_at: UtcTime | None
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
    sighting: Sighting | None = None
    stories: Stories = ()


class BrandReport(Struct, frozen=True, kw_only=True):
    """One brand over the whole replay. ``read``: posts read carefully, a root at each step."""

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
    read: Count = 0


class SweptIncident(Struct, frozen=True, kw_only=True):
    """What was noticed under one setting, in short. ``reason``: of its last step."""

    incident: str
    onset: UtcTime
    level: Level
    heads_up_at: UtcTime | None
    rung_at: UtcTime | None
    rings: tuple[Ring, ...]
    peak: UtcTime
    ended_at: UtcTime | None
    severity: int
    pattern: str
    mentions: Count
    reason: str


class SweptBrand(Struct, frozen=True, kw_only=True):
    """One brand under one setting. Rates: over the time from its first bucket on."""

    brand: str
    incidents: tuple[SweptIncident, ...]
    rang_per_quarter: float
    heads_ups_per_week: float


class SweptSetting(Struct, frozen=True, kw_only=True):
    """All brands judged under one setting; a field that is null stands as in the brands file."""

    label: str
    false_rings_per_quarter: float | None
    heads_up_per_week: float | None
    brands: tuple[SweptBrand, ...]


class BacktestReport(Record, frozen=True, kw_only=True):
    """Everything one backtest found.

    ``lines = mentions + duplicates + own + bad + unmatched + not_posts``: each line of the input,
    or each post of a line that holds several, under one heading. ``bad`` could not be read,
    ``unmatched`` named no brand. ``missed``: posts that a recorded stream says it did not bring.
    ``sweep``: the settings that were compared, the brands file's own first; empty if none were.
    ``reader``: version of what read some posts carefully; empty where nothing was read.
    """

    tocsin: str
    model: str
    files: tuple[str, ...]
    lines: Count
    bad: Count
    unmatched: Count
    brands: tuple[BrandReport, ...]
    mentions: Count = 0
    duplicates: Count = 0
    own: Count = 0
    not_posts: Count = 0
    missed: Count = 0
    sweep: tuple[SweptSetting, ...] = ()
    reader: str = ""
