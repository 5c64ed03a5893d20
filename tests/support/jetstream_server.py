"""A server that behaves like a Jetstream of Bluesky, and misbehaves on demand."""

import asyncio
import json
import time
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from aiohttp import WSMsgType, web

from agents.ingest.reconnect import Policy
from support.waiting import PATIENCE_S

HASTY = Policy(steady_s=3600.0, again_s=0.0, first_s=0.01, most_s=0.01)
"""Asks again at once, so that a test need not wait for it."""

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
TEXT = "Acme again"


def now_us() -> int:
    return time.time_ns() // 1000


def commit(time_us: int, rkey: str, record: dict[str, Any] | None, **changes: str) -> bytes:
    """A frame in which one record of one account is made, changed or (without one) deleted."""
    did = changes.pop("did", "did:plc:7")
    told = {
        "operation": "create" if record is not None else "delete",
        "collection": POST,
        "rkey": rkey,
        "rev": f"rev{rkey}",
        **changes,
    }
    if record is not None:
        told |= {"record": record, "cid": "bafy"}
    return json.dumps({"did": did, "time_us": time_us, "kind": "commit", "commit": told}).encode()


def post(time_us: int, number: int, text: str = TEXT, **also: Any) -> bytes:
    """A frame with a new post."""
    record = {"$type": POST, "text": text, "langs": ["en"], **also}
    return commit(time_us, str(number), record)


def uri(number: int, collection: str = POST) -> str:
    return f"at://did:plc:7/{collection}/{number}"


def identity(time_us: int) -> bytes:
    """A frame that says nothing of posts, as every subscriber gets."""
    told = {"did": "did:plc:7", "time_us": time_us, "kind": "identity", "identity": {"seq": 1}}
    return json.dumps(told).encode()


class JetstreamServer:
    """Keeps events by their time, and sends them to whoever connects.

    Without a cursor a connection gets what is there, as if it came now (``is_tail_empty``: only
    what comes). ``status`` refuses connections; ``drops`` says after how many frames each of the
    next ones is cut. What is older than ``keeps_since_us`` is gone: a cursor for it is moved up, or
    refused with 400 if ``refuses_old``. ``early_us``: replays begin so much earlier than asked
    for. While ``is_stalled`` nothing is sent. ``asked`` holds the parameters of each connection,
    ``sent`` counts frames.
    """

    def __init__(self, port: int = 0) -> None:
        self.events: list[tuple[int, bytes]] = []
        self.status = 0
        self.drops: list[int] = []
        self.keeps_since_us = 0
        self.refuses_old = False
        self.early_us = 0
        self.is_stalled = False
        self.is_tail_empty = False
        self.asked: list[dict[str, str]] = []
        self.sent = 0
        self._loop = asyncio.new_event_loop()
        self._is_ready = Event()
        self._port = port
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._is_ready.wait(PATIENCE_S)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._port}"

    def add(self, *frames: bytes) -> None:
        """Say frames; one that bears no time comes right behind the one before it."""
        for frame in frames:
            try:
                time_us = json.loads(frame)["time_us"]
            except (ValueError, KeyError, TypeError):
                time_us = self.events[-1][0] if self.events else now_us()
            self.events.append((time_us, frame))

    def close(self) -> None:
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _serve(self) -> None:
        self._closing = asyncio.Event()
        app = web.Application()
        app.router.add_get("/subscribe", self._subscribe)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        self._port = site._server.sockets[0].getsockname()[1]
        self._is_ready.set()
        await self._closing.wait()
        await runner.cleanup()

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(dict(request.query))
        if self.status:
            return web.Response(status=self.status)
        cursor = int(request.query["cursor"]) - self.early_us if "cursor" in request.query else None
        if cursor is not None and cursor < self.keeps_since_us:
            if self.refuses_old:
                return web.Response(status=400, text="CursorTooOld")
            cursor = self.keeps_since_us
        ws = web.WebSocketResponse(timeout=0.1)
        await ws.prepare(request)
        at = len(self.events) if cursor is None and self.is_tail_empty else 0
        left = self.drops.pop(0) if self.drops else -1
        with suppress(ConnectionError):
            while not self._closing.is_set() and not ws.closed:
                while at < len(self.events) and left and not self.is_stalled:
                    time_us, frame = self.events[at]
                    at += 1
                    if cursor is None or time_us >= cursor:
                        await ws.send_frame(frame, WSMsgType.TEXT)
                        left -= 1
                        self.sent += 1
                if not left:
                    await asyncio.sleep(0.02)  # most of what was sent arrives
                    request.transport.abort()
                    break
                with suppress(TimeoutError):
                    await ws.receive(timeout=0.005)
        return ws
