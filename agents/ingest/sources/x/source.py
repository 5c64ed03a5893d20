"""From what the reader of X heard to the publisher: the other half of the ``x`` agent."""

import logging
import queue
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Event

from agents.ingest.formats import x_v2
from agents.ingest.publisher import Publisher
from agents.ingest.sources.x.reader import Alive, Line, Lost, Opened, Overrun, Signal, XReader
from agents.ingest.sources.x.watch import Watch
from agents.ingest.telemetry import Telemetry
from schemas.codec import UnreadableError
from schemas.dead_letter import letter
from schemas.mention import Gap, Mention

log = logging.getLogger(__name__)

_TICK_S = 0.05


class XFeed:
    """Publishes what comes from the filtered stream, for one ``Watch`` over its completeness.

    ``route`` gives the brands of a mention. A line that is no post (a message of X, or no JSON)
    becomes a dead letter and the stream goes on. A heartbeat is sent every ``heartbeat_s`` while
    the connection stands, and whatever was missed is stated as a gap before the watermark passes
    it. ``keep`` is told, after each heartbeat, up to when everything is published and safe on disk.
    ``lines``, ``bad`` and ``overrun`` count.
    """

    def __init__(
        self,
        publisher: Publisher,
        route: Callable[[Mention], tuple[str, ...]],
        watch: Watch,
        *,
        source: str,
        telemetry: Telemetry,
        now: Callable[[], datetime],
        keep: Callable[[datetime], None] = lambda _complete_to: None,
        heartbeat_s: float = 5.0,
    ) -> None:
        self.lines = 0
        self.bad = 0
        self.overrun = 0
        self._publisher = publisher
        self._route = route
        self._watch = watch
        self._source = source
        self._telemetry = telemetry
        self._now = now
        self._keep = keep
        self._heartbeat = timedelta(seconds=heartbeat_s)
        self._beaten = now()

    def run(self, reader: XReader, stop: Event) -> None:
        """Take signals from ``reader`` until ``stop``, or raise what ended the reader."""
        while not stop.is_set():
            try:
                self.take(reader.signals.get(timeout=_TICK_S))
            except queue.Empty:
                if reader.error:
                    raise reader.error from None
            self.beat()
        # What was read before the stop is not thrown away.
        for _ in range(reader.signals.qsize()):
            self.take(reader.signals.get_nowait())

    def take(self, signal: Signal) -> None:
        """Act on one signal."""
        match signal:
            case Line(raw, at):
                self._watch.alive(at)
                self._telemetry.heard()
                self._reach()
                self._line(raw)
            case Alive(at):
                self._watch.alive(at)
                self._telemetry.heard()
            case Opened(at):
                self._telemetry.heard()
                if gap := self._watch.opened(at):
                    self._publisher.gap(gap)
                self._reach()
            case Lost(ended):
                self._telemetry.unheard(f"{ended.kind} {ended.status or ''}".rstrip())
                limited = ended.status == HTTPStatus.TOO_MANY_REQUESTS
                self._watch.lost("rate_limit" if limited else "disconnect", ended.detail)
            case Overrun(lines, first, last):
                self.overrun += lines
                self._telemetry.overrun(lines)
                self._publisher.gap(
                    Gap(
                        start=first - self._watch.delay,
                        end=last,
                        cause="overload",
                        detail=f"{lines} lines came faster than they could be published",
                    )
                )

    def beat(self) -> None:
        """Send what lingers, and a heartbeat if it is time."""
        self._publisher.tick()
        now = self._now()
        if now - self._beaten >= self._heartbeat and self._watch.watermark:
            self._publisher.heartbeat(self._watch.watermark)
            # What is not safe is stated as a gap by the next start, which begins where this ends.
            if self._publisher.is_safe():
                self._keep(self._watch.watermark)
            self._beaten = now

    def _reach(self) -> None:
        if self._watch.watermark:
            self._publisher.reach(self._watch.watermark)

    def _line(self, raw: bytes) -> None:
        self.lines += 1
        self._telemetry.received()
        try:
            mentions = x_v2.parse(raw)
        except UnreadableError as error:
            self._set_aside(raw, error)
            return
        for mention in mentions:
            brands = self._route(mention)
            for brand in brands:
                self._publisher.publish(brand, mention)
            if not brands:
                self._telemetry.unmatched()

    def _set_aside(self, raw: bytes, error: UnreadableError) -> None:
        self.bad += 1
        self._telemetry.bad(error.reason)
        log.warning("X sent no post: %s", error)
        self._publisher.dead_letter(
            letter(
                raw,
                at=self._now(),
                origin=f"{self._source}:{self.lines}",
                reason=error.reason,
                detail=error.detail,
            )
        )
