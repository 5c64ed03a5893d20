"""Brings a digest to one receiver, once: what the notification log knows is not sent again."""

from datetime import datetime

from agents.alerting.log import NotificationLog
from agents.alerting.message.model import HeadsUp
from agents.alerting.policy import NotifyReason
from agents.alerting.routing.digests import DigestSchedule
from agents.alerting.sinks.base import (
    Notice,
    Search,
    Searchable,
    Sink,
    Subject,
    UnsearchableError,
)
from schemas.brand import Brand
from schemas.notification import Notification, Snapshot

PARTITION = 0
"""Of the notification log in which digests stand."""


def is_sent(
    schedule: DigestSchedule, due: datetime, sink: Sink, log: NotificationLog, brand: Brand
) -> bool:
    """Whether the receiver has it: the log knows, or its channel does.

    A process that ended between the two knows only from the channel.
    """
    key = schedule.key(due)
    if log.of(key) is not None:
        return True
    if not isinstance(sink, Searchable):
        return False
    try:
        return sink.find(Search(incident=key, brand=brand, since_s=due.timestamp())) is not None
    except UnsearchableError:
        return False


def send(notice: Notice, sink: Sink, log: NotificationLog, now: datetime) -> None:
    """Deliver it, and note that.

    Raises:
        SinkError: the receiver or the log does not take it now; it is sent again at the next run.
    """
    delivered = sink.deliver(notice)
    log.keep(
        PARTITION,
        Notification(
            sink=sink.name,
            incident=notice.incident,
            brand=notice.brand.id,
            at=now,
            reason=notice.reason.value,
            ref=delivered.ref,
            told=notice.told,
        ),
    )


def notice_of(key: str, told: HeadsUp, brand: Brand, due: datetime) -> Notice:
    """Return the notice of a digest, which calls nobody and stays as it is."""
    return Notice(
        incident=key,
        seq=0,
        brand=brand,
        reason=NotifyReason.DIGEST,
        loud=False,
        message=told,
        told=Snapshot(seq=0, state="dismissed", severity=1, last_hour=0.0, negative_share=0.0),
        subject=Subject(at=due, onset=due, level="heads_up", pattern=""),
    )
