"""The one way from what any source says to its publisher."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from time import monotonic
from typing import NamedTuple
from uuid import uuid4

from agents.ingest.heartbeats import Heartbeats, HeartbeatsByClock, HeartbeatsByEventTime
from agents.ingest.ledger import Ledger
from agents.ingest.position import PendingPositions, PositionFile
from agents.ingest.publisher import Publisher, StoppedError
from agents.ingest.source import (
    Aside,
    Gone,
    Idle,
    Keep,
    Lost,
    Missed,
    PositionError,
    Post,
    Reached,
    Source,
    SourceEvent,
    SourceRefusedError,
    Unreadable,
)
from agents.ingest.status.reports import StatusReports
from agents.ingest.steady_clock import utc_now
from agents.ingest.telemetry import Telemetry
from schemas.base import LATEST
from schemas.dead_letter import DeadLetter
from schemas.deletion import Deletion
from schemas.mention import Mention

_LOOK_EVERY_S = 0.5


class RunResult(NamedTuple):
    """``ended``: the source came to its end. ``delivered``: Kafka has all that it said."""

    ended: bool
    delivered: bool
    took_s: float


class Router:
    """Publishes what one source says, sets aside what cannot be read, and keeps its position.

    ``match`` gives the brands of a mention, which is published once for each of them. ``now`` is
    UTC; it dates dead letters and paces the heartbeats of a live source, one every ``heartbeat_s``.
    For any other source ``heartbeat_s`` is event time, and ``clock_s`` is monotonic.

    The position of a live source is kept with each heartbeat, if all that it said is on the disk.
    That of any other is kept as far as Kafka has acknowledged what it said.

    The counters speak of what the source said: ``items`` posts and unreadable ones, ``mentions``
    among them, ``bad`` ones, ``gone`` that are to be forgotten, ``ahead`` mentions dated in the
    future, ``unmatched`` ones that are about no brand, and ``overrun`` posts that came too fast.
    ``published`` counts a mention of two brands twice. ``ledger``, where there is one, follows what
    became of each line of a recording, and ``reports`` say how the source itself stands.
    """

    def __init__(
        self,
        source: Source,
        publisher: Publisher,
        match: Callable[[Mention], tuple[str, ...]],
        *,
        telemetry: Telemetry,
        heartbeat_s: float,
        ledger: Ledger | None = None,
        reports: StatusReports | None = None,
        positions: PositionFile | None = None,
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.ledger = ledger
        self.items = 0
        self.mentions = 0
        self.bad = 0
        self.gone = 0
        self.ahead = 0
        self.unmatched = 0
        self.overrun = 0
        self.first: datetime | None = None
        self.reached: datetime | None = None
        self._source = source
        self._publisher = publisher
        self._match = match
        self._telemetry = telemetry
        self._reports = reports
        self._standing = reports.standing if reports else None
        self._positions = positions
        self._pending = PendingPositions()
        self._now = now
        self._clock_s = clock_s
        self._is_heard = False
        self._heartbeats: Heartbeats = (
            HeartbeatsByClock(heartbeat_s, now=now)
            if source.live
            else HeartbeatsByEventTime(heartbeat_s, clock_s=clock_s)
        )

    @property
    def published(self) -> int:
        """Mentions that were handed to the publisher."""
        return self._publisher.mentions

    def run(
        self,
        stop: Event,
        *,
        resume: bool = True,
        tail_s: float = 0.0,
        grace_s: float = 10.0,
        on_look: Callable[[int], None] = lambda _waiting_bytes: None,
    ) -> RunResult:
        """Open the source, publish all it says up to its end or to ``stop``, and close both.

        With ``resume`` the source goes on from the position kept by an earlier run. A recording
        that comes to its end is followed by a statement that nothing was said for ``tail_s``, and
        then Kafka is waited for as long as it takes. Once ``stop`` is set, what was read is sent
        within ``grace_s``. ``on_look`` is called twice a second, and told how much still waits for
        Kafka once everything is read, 0 before.

        Raises what the source and the publisher raise.
        """
        began_s = looked_s = self._clock_s()
        ended = delivered = False
        try:
            self._open(resume=resume)
            self._report()
            for event in self._source.events(stop):
                self.take(event)
                if self._clock_s() - looked_s < _LOOK_EVERY_S:
                    continue
                looked_s = self._clock_s()
                on_look(0)
                self._report()
                if not self._source.live:
                    self._keep()
            ended = not stop.is_set()
            if ended and not self._source.live:
                self._wait_until_past(tail_s, stop)
                self.finish(tail_s)
            self._keep()
            if self._reports:
                self._reports.end("")
            while not (self._source.live or stop.is_set() or self._publisher.flush(_LOOK_EVERY_S)):
                on_look(self._publisher.waiting_bytes)
        except StoppedError:
            # No room and no time: what Kafka lacks is behind the last position that was kept.
            ended = False
        except SourceRefusedError as error:
            if self._reports:
                self._reports.end(str(error))
            raise
        finally:
            self._source.close()
            delivered = self._publisher.close(grace_s)
        self._save_acknowledged()
        return RunResult(ended, delivered, self._clock_s() - began_s)

    def take(self, event: SourceEvent) -> None:
        """Act on one event."""
        # Not a match statement, which takes four times as long for what comes most.
        if isinstance(event, Post):
            self._post(event.mention)
        elif isinstance(event, Reached):
            self._reach(event.at)
        elif isinstance(event, Unreadable):
            self._set_aside(event)
        elif isinstance(event, Missed):
            self._miss(event)
        elif isinstance(event, Lost):
            self._lose()
        elif isinstance(event, Keep):
            event.told(self._keep())
        elif isinstance(event, Aside | Gone):
            self._besides(event)
        if self._source.live or isinstance(event, Idle):
            self._publisher.tick()
            self._beat()

    def finish(self, tail_s: float) -> None:
        """Say that nothing was said for another ``tail_s``, so that the last buckets close."""
        if self.reached:
            # No batch can state a later watermark, whatever a post at the end of time says.
            self._publisher.heartbeat(min(self.reached + timedelta(seconds=tail_s), LATEST))

    def _open(self, *, resume: bool) -> None:
        kept = self._positions.load() if self._positions and resume else None
        try:
            self._source.open(kept)
        except PositionError as error:
            where = f"{self._positions.path}: " if self._positions else ""
            raise PositionError(f"{where}{error}") from error

    def _report(self) -> None:
        if self._reports:
            self._reports.look()

    def _received(self) -> None:
        self.items += 1
        self._telemetry.received()

    def _post(self, mention: Mention) -> None:
        self._received()
        self.mentions += 1
        if self._standing:
            self._standing.posted(mention.created_at)
        if self._publisher.refuses(mention):
            self.ahead += 1
            if self.ledger:
                self.ledger.unreadable_line()
            return
        brands = self._match(mention)
        if self.ledger:
            self.ledger.post(mention, brands)
        for brand in brands:
            self._publisher.publish(brand, mention)
        if not brands:
            self.unmatched += 1
            self._telemetry.unmatched()

    def _reach(self, at: datetime) -> None:
        reached = at if self.reached is None else max(self.reached, at)
        if not self._publisher.reach(reached):
            return
        self._is_heard = True
        self.first = self.first or at
        self.reached = reached
        if self._standing:
            self._standing.reached(reached)
        if not self._source.live:
            self._beat()

    def _beat(self) -> None:
        """Send a heartbeat if it is time."""
        if not (self._is_heard and self.reached and self._heartbeats.due(self.reached)):
            return
        self._publisher.heartbeat(self.reached)
        if self._source.live:
            self._keep()

    def _lose(self) -> None:
        self._is_heard = False
        if self._standing:
            self._standing.lost()
        if self._source.live:
            self._keep()  # with why it is lost, should the process end meanwhile

    def _miss(self, missed: Missed) -> None:
        if missed.posts:
            self.overrun += missed.posts
            self._telemetry.overrun(missed.posts)
        if self._standing:
            self._standing.missed(missed.gap)
        self._publisher.gap(missed.gap)

    def _set_aside(self, found: Unreadable) -> None:
        self._received()
        self.bad += 1
        if self.ledger:
            self.ledger.unreadable_line()
        self._telemetry.bad(found.reason)
        raw, origin, reason, detail = found
        self._publisher.dead_letter(
            DeadLetter.of(raw, at=self._now(), origin=origin, reason=reason, detail=detail)
        )

    def _besides(self, event: Aside | Gone) -> None:
        self._received()
        if isinstance(event, Gone):
            self._forget(event)
        elif self.ledger:
            self.ledger.message(event.missed)

    def _forget(self, gone: Gone) -> None:
        self.gone += 1
        self._publisher.forget(
            Deletion(
                id=uuid4().hex,
                at=self._now(),
                kind=gone.kind,
                subject=gone.subject,
                handle=gone.handle,
                cause=gone.cause,
                by=self._source.name,
            )
        )

    def _keep(self) -> bool:
        """Keep where the source is, now or when what it said before is safe; whether it is now."""
        position = self._source.position()
        if self._positions is None or position is None:
            return False
        if not self._source.live:
            self._pending.add(position, behind=self._publisher.push())
            self._save_acknowledged()
            return False
        # What is not safe is stated as a gap by the next start, which begins where this ends.
        is_safe = self._publisher.is_safe()
        if is_safe:
            self._positions.save(position)
        return is_safe

    def _save_acknowledged(self) -> None:
        position = self._pending.take(self._publisher.acknowledged)
        if self._positions and position is not None:
            self._positions.save(position)

    def _wait_until_past(self, tail_s: float, stop: Event) -> None:
        """Wait for the end of the tail: silence cannot be stated before it has passed."""
        if self.reached is not None:
            left = self.reached + timedelta(seconds=tail_s) - self._now()
            stop.wait(max(left.total_seconds(), 0.0))
