"""What the API answers: plain values of what the pages show."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO

from msgspec import Struct

from agents.web.store.courses import Slot, UsualDay
from agents.web.store.posts import PostRow
from agents.web.tasks import Task
from agents.web.views.calls import called_at, decides, who_is_next
from agents.web.views.desk import OVER, Desk
from pipeline.detection.incident.merge import Incident
from schemas.incident import Transition
from schemas.notification import Notification

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BrandState(Struct, frozen=True, kw_only=True):
    """How a brand stands. ``until``: up to when it is complete; ``since``: from when it is not.

    ``mentions`` and ``negative_share`` are of the hour before ``until``, ``usual_mentions`` of one;
    of more than 300 brands it is told only of those with an open incident.
    """

    id: str
    name: str
    heard: str
    until: datetime | None
    since: datetime | None
    mentions: int
    usual_mentions: float | None
    negative_share: float | None
    open_incidents: tuple[str, ...]


class Point(Struct, frozen=True, kw_only=True):
    """One stretch of a brand's course. Shares are None where there is nothing to divide by."""

    start: datetime
    seconds: int
    mentions: int
    originals: int
    negative: int
    own: int
    attack_share: float | None
    usual_per_hour: float | None


class ChannelCall(Struct, frozen=True, kw_only=True):
    """What one channel was told of an incident. ``at``: when it was called last, or told.

    ``calls``: how often people were called since it was last in nobody's hands; 0 where they were
    told quietly.
    """

    channel: str
    at: datetime
    calls: int


class CallToCome(Struct, frozen=True, kw_only=True):
    """Who is called, and when, where nobody has it by then.

    ``overdue``: that was a minute ago or earlier, and no call is known.
    """

    receiver: str
    at: datetime
    overdue: bool


class IncidentLine(Struct, frozen=True, kw_only=True):
    """One incident or heads-up in short.

    ``called``: each channel that was told, in order of time. ``next``: who is called next, in order
    of time; empty where somebody has it, it is over, or it does not ring. ``decides``: who decides,
    as the routes name them. Known of what stands on tocsin.notifications.
    """

    id: str
    brand: str
    level: str
    state: str
    severity: int
    worst: int
    onset: datetime
    rung_at: datetime | None
    updated: datetime
    reason: str
    pattern: str
    acknowledged_by: str
    called: tuple[ChannelCall, ...]
    next: tuple[CallToCome, ...]
    decides: str


class StepLine(Struct, frozen=True, kw_only=True):
    """One line of its trail."""

    seq: int
    at: datetime
    state: str
    reason: str
    severity: int
    by: str
    note: str


class TaskLine(Struct, frozen=True, kw_only=True):
    """One task. ``holder``: who has it; names are empty where there is nobody.

    ``done_at``: None while it is to be done. ``added_at``: of the first step that is kept.
    """

    id: str
    what: str
    until: datetime | None
    added_by: str
    added_at: datetime
    holder: str
    done_by: str
    done_at: datetime | None


class IncidentWhole(Struct, frozen=True, kw_only=True):
    """An incident in full: in short, its trail, its tasks, and the newest record as Kafka holds it.

    ``tasks``: those to be done first, the most urgent before all others.
    """

    incident: IncidentLine
    trail: tuple[StepLine, ...]
    tasks: tuple[TaskLine, ...]
    newest: Transition


def brand_states(desk: Desk) -> list[BrandState]:
    """How all brands stand."""
    open_: dict[str, list[str]] = {}
    for one in desk.incidents:
        if one.newest.state not in OVER:
            open_.setdefault(one.newest.brand, []).append(one.newest.incident)
    return [
        _state(desk, brand, hour, usual, open_.get(brand, ()))
        for brand, (hour, usual) in desk.hours(open_).items()
    ]


def _state(
    desk: Desk, brand: str, hour: Slot, usual: UsualDay, incidents: Sequence[str]
) -> BrandState:
    status = desk.statuses.get(brand)
    band = usual.at(hour.start_s + hour.width_s / 2)
    return BrandState(
        id=brand,
        name=desk.name(brand),
        heard=status.state if status else "unread",
        until=status.until if status else None,
        since=status.since if status else None,
        mentions=hour.mentions,
        usual_mentions=band.middle if band else None,
        negative_share=hour.negative_share,
        open_incidents=tuple(incidents),
    )


def point(slot: Slot, usual: UsualDay, start: datetime) -> Point:
    """One stretch."""
    band = usual.at(slot.start_s)
    return Point(
        start=start,
        seconds=slot.width_s,
        mentions=slot.mentions,
        originals=slot.originals,
        negative=slot.negative,
        own=slot.own,
        attack_share=slot.attack_share,
        usual_per_hour=band.middle if band else None,
    )


def incident_line(
    incident: Incident, notified: Sequence[Notification], now: datetime
) -> IncidentLine:
    """An incident in short. ``notified``: what each channel was told of it, in order of time."""
    told = incident.newest
    found = who_is_next(incident, notified, now)
    ahead = [(one, True) for one in found.overdue] + [(one, False) for one in found.due]
    return IncidentLine(
        id=told.incident,
        brand=told.brand,
        level=told.level,
        state=told.state,
        severity=told.severity,
        worst=incident.worst,
        onset=incident.onset,
        rung_at=incident.rung_at,
        updated=told.at,
        reason=told.reason,
        pattern=told.pattern,
        acknowledged_by=told.handling.acknowledged_by,
        called=tuple(
            ChannelCall(
                channel=one.sink,
                at=called_at(one),
                calls=one.calls.done if one.calls is not None else 0,
            )
            for one in found.told
        ),
        next=tuple(
            CallToCome(receiver=one.receiver, at=one.at, overdue=late) for one, late in ahead
        ),
        decides=decides(found.told),
    )


def incident_whole(
    incident: Incident, notified: Sequence[Notification], tasks: Iterable[Task], now: datetime
) -> IncidentWhole:
    """An incident in full."""
    steps = (
        StepLine(
            seq=step.seq,
            at=step.at,
            state=step.state,
            reason=step.reason,
            severity=step.severity,
            by=step.by,
            note=step.note,
        )
        for step in incident.trail
    )
    return IncidentWhole(
        incident=incident_line(incident, notified, now),
        trail=tuple(steps),
        tasks=tuple(map(_task, tasks)),
        newest=incident.newest,
    )


def _task(one: Task) -> TaskLine:
    return TaskLine(
        id=one.id,
        what=one.what,
        until=one.until,
        added_by=one.added_by,
        added_at=one.added_at,
        holder=one.holder,
        done_by=one.done_by,
        done_at=one.done_at,
    )


def posts_csv(posts: Iterable[PostRow]) -> str:
    """Posts as a table of data."""
    head = ("id", "at", "handle", "followers", "kind", "lang", "p_negative", "text")
    rows = (
        (
            one.id,
            _stamp(one.at),
            one.handle,
            one.followers,
            one.kind,
            one.lang,
            round(one.p_negative, 3),
            one.text,
        )
        for one in posts
    )
    return table(head, rows)


def course_csv(points: Iterable[Point]) -> str:
    """A course as a table of data."""
    head = (
        "start",
        "seconds",
        "mentions",
        "originals",
        "negative",
        "own",
        "attack_share",
        "usual_per_hour",
    )
    rows = (
        (
            _stamp(one.start),
            one.seconds,
            one.mentions,
            one.originals,
            one.negative,
            one.own,
            one.attack_share,
            one.usual_per_hour,
        )
        for one in points
    )
    return table(head, rows)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write CSV as RFC 4180 has it. What a spreadsheet would take for a formula is made text.

    >>> table(("text", "n"), [("=HYPERLINK(1)", 3), ("a", None)]).splitlines()
    ['text,n', "'=HYPERLINK(1),3", 'a,']
    """
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return written.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
