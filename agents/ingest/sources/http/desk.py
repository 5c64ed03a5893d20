"""The HTTP side: takes signed requests in a thread of its own, and answers when it is told how.

A request is bounded in size and time, and checked before it is looked into. What is in order waits
in a queue for the source, which says in the end what the sender is answered.
"""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Final, NamedTuple

from aiohttp import web

from agents.standard_webhooks import UnsignedError, verified_id
from agents.web.limits import Door, PageLimits, listen
from pipeline.phrase import Phrase, reason_of

_WAITING: Final = 64
_BUSY_S: Final = "5"
"""What a sender that has to wait is told in ``Retry-After``."""


class Bounds(NamedTuple):
    """``body_bytes`` of a request, ``body_s`` until it is there, ``answer_s`` until it is safe."""

    body_bytes: int = 5_000_000
    body_s: float = 10.0
    answer_s: float = 10.0


class HttpAnswer(NamedTuple):
    """What a sender is told; ``status`` as HTTP has it."""

    status: int
    said: dict[str, object]


class PostedRequest(NamedTuple):
    """A request that is in order, and where its answer goes."""

    id: str
    body: bytes
    future: "Future[HttpAnswer]"

    def answer(self, answer: HttpAnswer) -> None:
        """Tell the sender, if it still waits."""
        if not self.future.done() and self.future.set_running_or_notify_cancel():
            self.future.set_result(answer)


class HttpDesk:
    """Listens on ``host`` and ``port`` (0: a free one) from ``open`` to ``close``.

    ``key``: says with which key messages are signed now. ``now``: the wall clock, for their time
    stamps.
    """

    def __init__(
        self,
        host: str,
        port: int,
        key: Callable[[], bytes],
        *,
        now: Callable[[], datetime],
        bounds: Bounds,
    ) -> None:
        self.port = port
        self._host = host
        self._key = key
        self._now = now
        self._bounds = bounds
        self._waiting: Queue[PostedRequest] = Queue(_WAITING)
        self._unanswered: dict[Future[HttpAnswer], PostedRequest] = {}
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._failed: OSError | None = None

    def open(self) -> None:
        """Begin to listen. Raises ``OSError`` where that is not possible."""
        ready = Event()
        self._thread = Thread(
            target=lambda: asyncio.run(self._serve(ready)), name="webhook-desk", daemon=True
        )
        self._thread.start()
        ready.wait()
        if self._failed is not None:
            raise self._failed

    def take(self, wait_s: float) -> list[PostedRequest]:
        """All requests that are there, waiting at most ``wait_s`` for the first."""
        try:
            found = [self._waiting.get(timeout=wait_s)]
        except Empty:
            return []
        while True:
            try:
                found.append(self._waiting.get_nowait())
            except Empty:
                return found

    def close(self) -> None:
        """Answer what still waits that it was not taken, and listen no more."""
        for delivery in list(self._unanswered.values()):
            delivery.answer(HttpAnswer(503, {"error": "this receiver is being stopped"}))
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    async def _serve(self, ready: Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        application = web.Application(client_max_size=self._bounds.body_bytes)
        application.router.add_post("/", self._post)
        door = Door(PageLimits(head_bytes=self._bounds.body_bytes + 64_000), lambda _why: None)
        try:
            runner, server = await listen(application, self._host, self.port, door)
        except OSError as error:
            self._failed = OSError(
                error.errno,
                Phrase(
                    "cannot listen on {host}:{port}: {why}",
                    host=self._host,
                    port=self.port,
                    why=reason_of(error),
                ),
            )
            ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        try:
            await self._stop.wait()
        finally:
            server.close()
            await runner.cleanup()

    async def _post(self, request: web.Request) -> web.Response:
        try:
            body = await asyncio.wait_for(request.read(), self._bounds.body_s)
        except TimeoutError:
            said = f"the body was not there within {self._bounds.body_s:g} s"
            return _response(HttpAnswer(408, {"error": said}))
        except web.HTTPRequestEntityTooLarge:
            said = f"more than {self._bounds.body_bytes:,} bytes; send fewer posts at once"
            return _response(HttpAnswer(413, {"error": said}))
        try:
            id_ = verified_id(self._key(), request.headers, body, self._now())
        except UnsignedError as error:
            return _response(HttpAnswer(400 if error.is_missing else 401, {"error": str(error)}))
        delivery = PostedRequest(id_, body, Future())
        try:
            self._waiting.put_nowait(delivery)
        except Full:
            return _response(HttpAnswer(503, {"error": "too many requests wait; send it again"}))
        self._unanswered[delivery.future] = delivery
        try:
            answer = await asyncio.wait_for(
                asyncio.wrap_future(delivery.future), self._bounds.answer_s
            )
        except TimeoutError:
            said = "it was not safe in time; send it again under the same webhook-id"
            return _response(HttpAnswer(503, {"error": said}))
        finally:
            del self._unanswered[delivery.future]
        return _response(answer)


def _response(answer: HttpAnswer) -> web.Response:
    is_busy = answer.status == web.HTTPServiceUnavailable.status_code
    return web.Response(
        status=answer.status,
        body=json.dumps(answer.said).encode() + b"\n",
        content_type="application/json",
        headers={"Retry-After": _BUSY_S} if is_busy else {},
    )
