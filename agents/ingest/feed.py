"""From items in event-time order to the publisher: what ``replay`` and ``simulate`` share."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from time import monotonic

from agents.ingest.formats import BadLine
from agents.ingest.pacing import Tick
from agents.ingest.publisher import Publisher
from agents.ingest.telemetry import Telemetry
from schemas.base import LATEST
from schemas.dead_letter import DeadLetter, letter
from schemas.mention import Mention

_APART_S = 0.1


class Feed:
    """Publishes each mention once per brand it is about, and a heartbeat every ``heartbeat_s``.

    ``route`` gives the brands of a mention. ``now`` dates dead letters. Heartbeats follow event
    time: where the input is silent for longer, one heartbeat covers the silence. They keep 0.1 s
    of real time (``clock_s``) apart, for each of them closes all batches and costs one record a
    partition. The counters speak of input: ``items`` read, ``mentions`` among them, ``bad``
    lines, ``ahead`` mentions dated in the future, and ``unmatched`` ones that are about no brand.
    """

    def __init__(
        self,
        publisher: Publisher,
        route: Callable[[Mention], tuple[str, ...]],
        *,
        telemetry: Telemetry,
        now: Callable[[], datetime],
        heartbeat_s: float,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.items = 0
        self.mentions = 0
        self.bad = 0
        self.ahead = 0
        self.unmatched = 0
        self.first: datetime | None = None
        self.reached: datetime | None = None
        self._publisher = publisher
        self._route = route
        self._telemetry = telemetry
        self._now = now
        self._heartbeat = timedelta(seconds=heartbeat_s)
        self._clock_s = clock_s
        self._beaten: datetime | None = None
        self._beaten_s = clock_s()

    def run(self, items: Iterable[Mention | BadLine | Tick]) -> Iterator[None]:
        """Publish item by item; pause after each, so that the caller may look or stop."""
        for item in items:
            if isinstance(item, Tick):
                self._reach(item.at)
                self._publisher.tick()
            elif isinstance(item, BadLine):
                self._received()
                self.bad += 1
                self._telemetry.bad(item.reason)
                self._publisher.dead_letter(self._letter(item))
            else:
                self._received()
                self._mention(item)
            yield

    def finish(self, tail_s: float) -> None:
        """Say that nothing was said for another ``tail_s``, so that the last buckets close."""
        if self.reached:
            # No batch can state a later watermark, whatever a post at the end of time says.
            until = min(self.reached + timedelta(seconds=tail_s), LATEST)
            self._publisher.heartbeat(until)

    def _received(self) -> None:
        self.items += 1
        self._telemetry.received()

    def _mention(self, mention: Mention) -> None:
        self.mentions += 1
        if self._publisher.refuses(mention):
            self.ahead += 1
            return
        self._reach(mention.created_at)
        brands = self._route(mention)
        for brand in brands:
            self._publisher.publish(brand, mention)
        if not brands:
            self.unmatched += 1
            self._telemetry.unmatched()

    def _reach(self, at: datetime) -> None:
        if self.reached is None or self._beaten is None:
            self.first = self.reached = self._beaten = at
        self.reached = max(self.reached, at)
        self._publisher.reach(self.reached)
        if self.reached - self._beaten < self._heartbeat:
            return
        now_s = self._clock_s()
        if now_s - self._beaten_s >= _APART_S:
            self._publisher.heartbeat(self.reached)
            self._beaten, self._beaten_s = self.reached, now_s

    def _letter(self, line: BadLine) -> DeadLetter:
        return letter(
            line.raw,
            at=self._now(),
            origin=f"{line.file}:{line.line}",
            reason=line.reason,
            detail=line.detail,
        )
