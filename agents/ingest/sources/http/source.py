"""The source ``http``: posts in signed requests, answered once they are safe on the disk."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Event
from time import monotonic
from typing import Final

import msgspec
from msgspec import Struct

from agents.ingest.formats import BadLine, Item, NotPost, Portions
from agents.ingest.recorded import LiveItems
from agents.ingest.signs_of_life import SignsOfLife
from agents.ingest.source import Idle, Keep, Lost, Missed, Reached, SourceEvent, decode_position
from agents.ingest.sources.http.desk import Bounds, HttpAnswer, HttpDesk, PostedRequest
from agents.ingest.steady_clock import utc_now
from agents.monitoring.health import Cause
from agents.standard_webhooks import TOLERANCE_S
from schemas.mention import Gap

_TURN_S: Final = 0.05
_NAMED: Final = 5
"""Faults that a sender is told of."""

REMEMBERED_S: Final = 2 * TOLERANCE_S
"""A message that is older is refused for its time stamp, so its id need not be known."""
MOST: Final = 20_000


class HttpPosition(Struct, kw_only=True):
    """``reached``: up to when it listened. ``known``: messages that were taken, and when."""

    reached: datetime | None = None
    known: dict[str, float] = {}


class HttpSource:
    """Says the posts of requests that ``desk`` takes; each message id once.

    A request counts as taken, and is answered 202, once its posts are on the disk; one without a
    readable post is refused (422). ``silence_s``: after so long without a request the place is
    not heard any more; never with 0. ``delay_s``: how old a post may be when it is brought.
    """

    live = True

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        key: Callable[[], bytes],
        portions: Callable[[str], Portions],
        *,
        delay_s: float = 60.0,
        silence_s: float = 0.0,
        bounds: Bounds = Bounds(),  # noqa: B008 - immutable
        now: Callable[[], datetime] = utc_now,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self.items = LiveItems(name, now)
        self.copies = 0
        self.desk = HttpDesk(host, port, key, now=now, bounds=bounds)
        self._portions = portions
        self._delay = timedelta(seconds=delay_s)
        self._silence_s = silence_s
        self._now = now
        self._clock_s = clock_s
        self._signs = SignsOfLife(name, unheard_after_s=silence_s, clock_s=clock_s)
        self._heard_s = clock_s()
        self._known: OrderedDict[str, float] = OrderedDict()
        self._reached: datetime | None = None
        self._gap_from: datetime | None = None

    def open(self, resume: bytes | None) -> None:
        """Begin to listen; messages that an earlier run had taken are known.

        Raises ``OSError`` where the port is taken.
        """
        if resume is not None:
            kept = decode_position(resume, HttpPosition, advice="delete it")
            self._known.update(kept.known)
            self._gap_from = kept.reached
        self.desk.open()

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Yield what is brought, until ``stop``."""
        yield from self._reach()
        while not stop.is_set():
            waiting = self.desk.take(_TURN_S)
            if waiting:
                self._heard_s = self._clock_s()
                self._signs.heard()
                yield from self._taken(waiting)
            yield from self._reach()
            yield Idle()

    def position(self) -> bytes:
        """Return up to when it listened, and what was taken lately."""
        return msgspec.json.encode(HttpPosition(reached=self._reached, known=dict(self._known)))

    def health(self) -> Cause | None:
        """Return for how long nothing was brought, where that is told."""
        return self._signs.cause() if self._silence_s else None

    def close(self) -> None:
        """Listen no more."""
        self.desk.close()

    def _taken(self, waiting: list[PostedRequest]) -> Iterator[SourceEvent]:
        """Say what is new in all that waits, and answer once it is safe."""
        self._forget()
        answers: list[tuple[PostedRequest, HttpAnswer]] = []
        fresh: list[str] = []
        for delivery in waiting:
            digest = sha256(delivery.id.encode()).hexdigest()[:32]
            if digest in self._known:
                self.copies += 1
                answers.append((delivery, HttpAnswer(202, {"posts": 0, "known": True})))
                continue
            items, answer = self._read(delivery)
            if answer.status == 202:  # noqa: PLR2004 - HTTP's number
                self._known[digest] = self._now().timestamp()
                fresh.append(digest)
                for item in items:
                    yield from self.items.events(item)
            answers.append((delivery, answer))
        kept: list[bool] = []
        if fresh:
            yield Keep(kept.append)
            if not any(kept):
                for digest in fresh:
                    del self._known[digest]
        for delivery, answer in answers:
            lost = fresh and not any(kept) and answer.status == 202  # noqa: PLR2004
            delivery.answer(_NO_ROOM if lost else answer)

    def _read(self, delivery: PostedRequest) -> tuple[list[Item], HttpAnswer]:
        try:
            items = self._portions(f"{self.name}:{delivery.id}").read(delivery.body, first_line=1)
        except ValueError as error:  # a mapping that fits no table such as this
            return [], HttpAnswer(422, {"error": str(error)})
        bad = [one for one in items if isinstance(one, BadLine)]
        posts = sum(not isinstance(one, BadLine | NotPost) for one in items)
        faults = [f"line {one.line}: {one.reason}: {one.detail}" for one in bad[:_NAMED]]
        if not posts and bad:
            return [], HttpAnswer(422, {"error": "no post can be read", "faults": faults})
        said: dict[str, object] = {"posts": posts, "unreadable": len(bad)}
        return items, HttpAnswer(202, {**said, "faults": faults} if faults else said)

    def _reach(self) -> Iterator[SourceEvent]:
        silent_s = self._clock_s() - self._heard_s
        if self._silence_s and silent_s > self._silence_s:
            self._signs.lost("no request came")
            yield Lost()
            return
        reached = self._now() - self._delay
        start, self._gap_from = self._gap_from, None
        if start is not None and start < reached:
            yield Missed(Gap(start=start, end=reached, cause="restart"))
        self._reached = reached
        yield Reached(reached)

    def _forget(self) -> None:
        before_s = self._now().timestamp() - REMEMBERED_S
        while self._known:
            digest, taken_s = next(iter(self._known.items()))
            if taken_s >= before_s and len(self._known) <= MOST:
                return
            del self._known[digest]


_NO_ROOM: Final = HttpAnswer(503, {"error": "there is no room for it now; send it again"})
