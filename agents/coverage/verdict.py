"""From what Kafka holds to one word a brand: is it heard, and judged, and up to when? Pure.

Two clocks meet here. A tick has an *event time*, up to which its partition is complete, and the
time at which Kafka got it. A recording of 2010 that is replayed now has ticks of 2010 written now:
it is not blind, and not quiet today either, but a recording.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

SLACK: Final = timedelta(seconds=60)
"""Beyond two buckets: how late the newest tick may be, and the last minute that was judged."""

RECORDED_AFTER: Final = timedelta(days=8)
"""Mentions are kept for seven days: what is older when it is counted did not wait for a worker."""

RECORDINGS: Final = ("replay", "simulate")
"""How sources of recorded or made-up posts are named, here and in Prometheus' rules."""

State = Literal["heard", "recorded", "behind", "blind", "unheard", "unjudged", "unread"]
"""``heard``: complete and judged up to a moment ago. ``recorded``: so, but of another time.
``behind``: judged, but late. ``blind``: a source of it is silent, or its clock is not believed.
``unheard``: all of them are silent.
``unjudged``: something waits and no worker takes it. ``unread``: whoever looks cannot tell."""

WORST_FIRST: Final[tuple[State, ...]] = (
    "unread",
    "unjudged",
    "unheard",
    "blind",
    "behind",
    "recorded",
    "heard",
)
PROVEN: Final = frozenset[State]({"heard", "recorded"})
"""Only of these may anybody say that nothing rings."""


class PartitionClock(NamedTuple):
    """A partition's clock: complete up to ``watermark``, as was written at ``written``."""

    offset: int
    watermark: datetime
    written: datetime
    width_s: int = 10
    sources: tuple[str, ...] = ()


class BrandOnKafka(NamedTuple):
    """What Kafka holds of one brand.

    ``judged``: the newest tick that the judge has taken. ``newest``: the newest at all.
    ``waiting``: whether mentions wait that no worker has taken. ``blind``: the brand's sources that
    are silent or not believed, ``blind_since`` since when the longest of them is.
    """

    judged: PartitionClock | None = None
    newest: PartitionClock | None = None
    waiting: bool = False
    blind: tuple[str, ...] = ()
    blind_since: datetime | None = None


Why = Literal["silent", "never_heard", "refused", "unpaid", "stopped", "no_word"]
"""``no_word``: its process does not run, or cannot reach Kafka. The others are what it says."""


class Trouble(NamedTuple):
    """Why one source is not heard, since when, and what its place said; that is from outside."""

    source: str
    why: Why
    since: datetime | None
    because: str = ""


class Status(NamedTuple):
    """``until``: complete and judged up to then. ``since``: from when on it is not.

    ``sources``: those that are not heard; ``troubles``: why, also of one that was stopped.
    """

    state: State
    until: datetime | None = None
    since: datetime | None = None
    sources: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()


def status_of(seen: BrandOnKafka, now: datetime) -> Status:
    """Judge one brand at ``now``, the wall clock.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 29, 12, tzinfo=UTC)
    >>> upto, written = noon - timedelta(seconds=20), noon - timedelta(seconds=8)
    >>> clock = PartitionClock(7, upto, written, 10, ("x",))
    >>> status_of(BrandOnKafka(judged=clock, newest=clock), noon).state
    'heard'
    >>> status_of(BrandOnKafka(judged=clock, newest=clock), noon + timedelta(minutes=5)).state
    'unheard'
    """
    until = seen.judged.watermark if seen.judged else None
    newest = seen.newest
    if newest is None:
        return Status("unjudged" if seen.waiting else "unheard", until)
    slack = SLACK + timedelta(seconds=2 * newest.width_s)
    if now - newest.written > slack:
        return _silent(seen, newest, until)
    return _speaking(seen, newest, slack, now)


def _silent(seen: BrandOnKafka, newest: PartitionClock, until: datetime | None) -> Status:
    """No tick comes any more: who does not speak?"""
    if seen.waiting:
        return Status("unjudged", until, newest.written)
    if seen.judged != newest:
        return Status("unjudged", until, until)
    return Status("recorded" if _is_recording(newest) else "unheard", until, newest.watermark)


def _speaking(
    seen: BrandOnKafka, newest: PartitionClock, slack: timedelta, now: datetime
) -> Status:
    """Ticks come: of which time, and is anybody missing?"""
    if seen.judged is None:
        return Status("behind")
    until = seen.judged.watermark
    if newest.written - seen.judged.written > slack:
        return Status("behind", until, until)
    if seen.blind:
        return Status("blind", until, seen.blind_since, seen.blind)
    if now - until <= slack:
        return Status("heard", until)
    return Status("recorded" if _is_recording(newest) else "behind", until, until)


def worst_first(statuses: Iterable[tuple[str, Status]]) -> list[tuple[Status, list[str]]]:
    """Group brands of one status, to the minute; the worst status comes first."""
    groups: dict[Status, list[str]] = {}
    for brand, status in statuses:
        alike = status._replace(until=_minute(status.until), since=_minute(status.since))
        groups.setdefault(alike, []).append(brand)
    return sorted(groups.items(), key=lambda group: WORST_FIRST.index(group[0].state))


def _is_recording(tick: PartitionClock) -> bool:
    named = bool(tick.sources) and all(name.startswith(RECORDINGS) for name in tick.sources)
    return named or tick.written - tick.watermark > RECORDED_AFTER


def heard_facts(statuses: Mapping[str, Status]) -> dict[str, object]:
    """How many brands stand in each state, and since when something is not heard: for machines.

    >>> heard_facts({"a": Status("heard"), "b": Status("blind", since=datetime(2026, 11, 29))})
    ... # doctest: +NORMALIZE_WHITESPACE
    {'brands': {'blind': 1, 'heard': 1}, 'all_heard': False,
     'not_heard_since': '2026-11-29T00:00:00'}
    """
    states = Counter(status.state for status in statuses.values())
    lost = [one.since for one in statuses.values() if one.state not in PROVEN and one.since]
    return {
        "brands": {state: states[state] for state in WORST_FIRST if states[state]},
        "all_heard": set(states) <= PROVEN,
        "not_heard_since": min(lost).isoformat() if lost else None,
    }


def _minute(at: datetime | None) -> datetime | None:
    return at and at.replace(second=0, microsecond=0)
