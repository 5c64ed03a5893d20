"""Sends how a source stands: at each change, and as a sign of life of its process."""

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Protocol

from agents.ingest.position import PositionFile
from agents.ingest.status.standing import SourceStanding
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Check
from schemas.codec import Decoder, UnreadableError, encode
from schemas.source_status import HEARTBEAT_S, SourceStatus

log = logging.getLogger(__name__)


class StatusPublisher(Protocol):
    """The part of a publisher that this needs."""

    @property
    def position(self) -> int:
        """Where the outbox ends."""
        ...

    @property
    def acknowledged(self) -> int:
        """Everything up to this position is safe in Kafka."""
        ...

    def status(self, status: SourceStatus) -> bool:
        """Hand a status over; return whether there was room for it."""
        ...


class StatusReports:
    """The status of one source, from ``standing`` and ``health``; used by the source's thread.

    A change is sent at once. What only says that the process lives is sent every ``HEARTBEAT_S``,
    and only if the one before has arrived: while Kafka is away, they do not heap up. The newest is
    kept in the file ``kept``, so that a later run knows since when the source is not heard.
    """

    def __init__(
        self,
        standing: SourceStanding,
        publisher: StatusPublisher,
        health: Check,
        *,
        kept: PositionFile | None = None,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.standing = standing
        self._publisher = publisher
        self._health = health
        self._kept = kept
        self._now = now
        self._clock_s = clock_s
        self._told: SourceStatus | None = None
        self._told_s = 0.0
        self._behind = 0

    def look(self) -> None:
        """Send the status if it is time."""
        status = self.standing.status(self._health(), self._now())
        if not self._is_news(status):
            early = self._clock_s() - self._told_s < HEARTBEAT_S
            if early or self._publisher.acknowledged < self._behind:
                return
        self._send(status)

    def end(self, because: str) -> None:
        """Say that the process comes to its end: the last word."""
        self._send(self.standing.stopped(because, self._now()))

    def _send(self, status: SourceStatus) -> None:
        if not self._publisher.status(status):
            return
        self._told, self._told_s = status, self._clock_s()
        self._behind = self._publisher.position
        if self._kept is not None:
            self._kept.save(encode(status))

    def _is_news(self, status: SourceStatus) -> bool:
        told = self._told
        return told is None or (
            (status.state, status.because, status.gaps) != (told.state, told.because, told.gaps)
        )


def status_before(kept: PositionFile) -> SourceStatus | None:
    """Return what an earlier run had said last; None where there is nothing, or nothing readable.

    It is worth less than a start: then the source is not heard since it was started.
    """
    raw = kept.load()
    if raw is None:
        return None
    try:
        return Decoder(SourceStatus).decode(raw)
    except UnreadableError as error:
        log.warning("%s is passed over: %s", kept.path, error)
        return None
