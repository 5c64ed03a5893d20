"""What sources say of themselves, joined to what is known of a brand. Pure.

Buckets name a source that fell silent, and no more: not why, and not one that never spoke. Both
stand in ``tocsin.sources``. What a source says counts for ``NO_WORD_AFTER_S``; who then is silent
there, too, does not run any more.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

from agents.coverage.verdict import Status, Trouble, Why
from schemas.mention import Recovery
from schemas.source_status import NO_WORD_AFTER_S, SourceState, SourceStatus

NO_WORD_AFTER: Final = timedelta(seconds=NO_WORD_AFTER_S)
FORGOTTEN_AFTER: Final = timedelta(days=7)
"""As long as Kafka keeps a status: who said nothing for so long is not waited for."""

_WHY: Final[Mapping[SourceState, Why]] = MappingProxyType(
    {
        "blind": "silent",
        "never_heard": "never_heard",
        "refused": "refused",
        "unpaid": "unpaid",
        "stopped": "stopped",
    }
)
_LASTING: Final = frozenset[SourceState]({"refused", "unpaid", "stopped"})
"""True also when nobody says it any more."""


class StatusSaid(NamedTuple):
    """The newest status of a source, and when Kafka took it."""

    status: SourceStatus
    written: datetime


def trouble_of(said: StatusSaid, now: datetime) -> Trouble | None:
    """Return why a source is not heard, by its own account; None where it is, or is a recording.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    >>> status = SourceStatus(source="x", live=True, state="listening", since=noon, at=noon)
    >>> trouble_of(StatusSaid(status, noon), noon + timedelta(seconds=20))
    >>> trouble_of(StatusSaid(status, noon), noon + timedelta(seconds=90)).why
    'no_word'
    """
    status = said.status
    if not status.live:
        return None
    if now - said.written > NO_WORD_AFTER and status.state not in _LASTING:
        since = min(status.reached or said.written, said.written)
        return Trouble(status.source, "no_word", since)
    why = _WHY.get(status.state)
    return why and Trouble(status.source, why, status.since, status.because)


def with_sources(status: Status, known: Iterable[StatusSaid], now: datetime) -> Status:
    """Return a brand's status with what ``known``, its sources, say of themselves.

    One that is in trouble makes the brand blind, be it that no bucket ever named it. One that was
    stopped in order is not waited for, but explains a silence.
    """
    if status.state in {"unread", "unjudged"}:
        return status
    own = {one.source: one for said in known if (one := trouble_of(said, now)) is not None}
    lost = {name: one for name, one in own.items() if one.why != "stopped"}
    if not lost and status.state not in {"blind", "unheard"}:
        return status
    names = sorted({*status.sources, *lost})
    troubles = [own.get(name) or Trouble(name, "silent", status.since) for name in names]
    since = min((one.since for one in troubles if one.since is not None), default=None)
    if status.state == "unheard":
        stopped = [one for name, one in sorted(own.items()) if name not in names]
        return status._replace(
            since=status.since or since, sources=tuple(names), troubles=(*troubles, *stopped)
        )
    return Status("blind", status.until, since, tuple(names), tuple(troubles))


def recovered(status: SourceStatus, since: datetime) -> Recovery:
    """Return what a source that is heard again has of the time from ``since`` on."""
    if status.complete_from is None or status.complete_from > since:
        return "none"
    left = {gap.recovered for gap in status.gaps if gap.end > since}
    return "none" if "none" in left else "originals_only" if "originals_only" in left else "full"
