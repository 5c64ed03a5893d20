"""Tells one receiver that a maintenance window begins, and that it is over; each once."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import Final, Literal

from agents.alerting.log import NotificationLog
from agents.alerting.message.brands import name_of, words_of
from agents.alerting.message.model import Line
from agents.alerting.message.neutral import outside
from agents.alerting.policy import NotifyReason
from agents.alerting.routing.model import Maintenance
from agents.alerting.sinks.base import Notice, Sink, SinkError, Subject
from schemas.brand import Brand
from schemas.notification import Notification, Snapshot

PARTITION: Final = 0
"""Whoever has the first partition of incidents tells; the log of the same one remembers."""
RETRY_S: Final = 60.0

log = logging.getLogger(__name__)


class Planned:
    """The windows that one receiver hears of. Used by one thread; ``now``: the wall clock.

    ``clock_s`` is monotonic, and says when one that could not be told is tried again.
    """

    def __init__(
        self,
        windows: tuple[Maintenance, ...],
        sink: Sink,
        notifications: NotificationLog,
        brands: Mapping[str, Brand],
        *,
        now: Callable[[], datetime],
        clock_s: Callable[[], float] = monotonic,
        errored: Callable[[str], object],
    ) -> None:
        self._windows = windows
        self._sink = sink
        self._log = notifications
        self._brands = brands
        self._now = now
        self._clock_s = clock_s
        self._errored = errored
        self._due_s = 0.0

    def turn(self, idle: Callable[[int], bool]) -> None:
        """Tell what has begun or ended since the log was written."""
        now = self._now()
        if not idle(PARTITION) or self._clock_s() < self._due_s:
            return
        for window in self._windows:
            standing = self._log.of(incident_of(window))
            if standing is None and window.start <= now < window.end:
                self._tell(window, "noticed", "", now)
            elif standing is not None and standing.last.told.seq == 0 and now >= window.end:
                self._tell(window, "dismissed", standing.last.ref, now)

    def _tell(
        self, window: Maintenance, state: Literal["noticed", "dismissed"], ref: str, now: datetime
    ) -> None:
        notice = notice_of(window, self._brands, over=state == "dismissed", ref=ref)
        try:
            self._log.settle(notice.incident)
            delivered = self._sink.deliver(notice)
            self._log.keep(
                PARTITION,
                Notification(
                    sink=self._sink.name,
                    incident=notice.incident,
                    brand=notice.brand.id,
                    at=now,
                    reason=notice.reason.value,
                    ref=delivered.ref,
                    told=notice.told,
                ),
            )
        except SinkError as error:
            log.warning("maintenance '%s' cannot be told now: %s", window.name, error)
            self._errored(error.code)
            self._due_s = self._clock_s() + RETRY_S


def incident_of(window: Maintenance) -> str:
    """Return under which name the log knows a window.

    >>> from datetime import UTC
    >>> start = datetime(2026, 12, 3, 6, tzinfo=UTC)
    >>> incident_of(Maintenance(name="Launch", start=start, end=start))
    'planned/Launch/2026-12-03T06:00:00+00:00'
    """
    return f"planned/{window.name[:100]}/{window.start.isoformat()}"


def notice_of(
    window: Maintenance, brands: Mapping[str, Brand], *, over: bool = False, ref: str = ""
) -> Notice:
    """Return what is told of a window, in the language of its first brand."""
    meant = [brand for brand in brands.values() if window.means(brand.id)]
    brand = meant[0] if meant else Brand(id="none", names=(window.name,))
    words = words_of(brand)
    names = ", ".join(map(name_of, meant)) if window.brands else words.texts["maintenance_all"]
    name = outside(window.name, 100)
    if over:
        line = Line(words.say("maintenance_ends", name=name, brands=names))
    else:
        line = Line(
            words.say(
                "maintenance_begins",
                name=name,
                brands=names,
                end=words.moment(window.end),
                severity=words.number(window.severity_from),
            )
        )
    return Notice(
        incident=incident_of(window),
        seq=int(over),
        brand=brand,
        reason=NotifyReason.PLANNED_OVER if over else NotifyReason.PLANNED,
        loud=False,
        message=line,
        update=line if over else None,
        ref=ref,
        told=Snapshot(
            seq=int(over),
            state="dismissed" if over else "noticed",
            severity=1,
            last_hour=0.0,
            negative_share=0.0,
        ),
        subject=Subject(at=window.start, onset=window.start, level="heads_up", pattern=""),
    )
