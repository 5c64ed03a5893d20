"""A server that behaves like an instance of Mastodon, and misbehaves on demand.

What it keeps to: one WebSocket for all streams, subscriptions that are not confirmed, frames whose
payload is JSON as text, ids that begin with the time, timelines by ``min_id`` in pages of 40 with
the newest first, no boosts and no replies to others in what is public, a token for everything.
"""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

from aiohttp import WSMsgType, web

from agents.ingest.reconnect import Policy
from support.waiting import PATIENCE_S

HASTY = Policy(steady_s=3600.0, again_s=0.0, first_s=0.01, most_s=0.01)
"""Asks again at once, so that a test need not wait for it."""

TOKEN = "a-token-of-ana"  # noqa: S105 - of nobody
PAGE = 40


def status_id(at: datetime, number: int = 0) -> str:
    return str((int(at.timestamp() * 1000) << 16) + number)


def status(number: int, at: datetime | None = None, text: str = "Acme again", **also: Any) -> Any:
    """A status as Mastodon describes it, with what it always bears."""
    at = at or datetime.now(UTC)
    made = {
        "id": status_id(at, number),
        "created_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "in_reply_to_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "edited_at": None,
        "content": f"<p>{text}</p>",
        "reblog": None,
        "account": account("bo@b.example"),
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "card": None,
        "poll": None,
        "replies_count": 0,
    }
    return made | also


def account(acct: str, **also: Any) -> Any:
    made = {
        "id": "7",
        "username": acct.partition("@")[0],
        "acct": acct,
        "created_at": "2018-08-18T00:00:00.000Z",
        "followers_count": 37,
        "statuses_count": 12,
        "bot": False,
    }
    return made | also


def frame(event: str, payload: Any, stream: str = "public") -> bytes:
    said = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"stream": [stream], "event": event, "payload": said}).encode()


class MastodonServer:
    """Says statuses to whoever is connected, and keeps them in its timelines.

    What is said while nobody listens is only in the timelines. ``waiting``: frames for each of the
    next connections. ``status`` refuses everything, ``pages`` (of HTTP) the timelines; ``refuses``
    names a stream that cannot be had. ``is_mute``: pings are not answered, and nothing is sent.
    ``asked`` holds the parameters of each request for a timeline, ``connections`` how often
    somebody connected, ``tokens`` what they showed.
    """

    def __init__(self, port: int = 0) -> None:
        self.timeline: list[Any] = []
        self.waiting: list[list[bytes]] = []
        self.status = 0
        self.pages = 0
        self.refuses = ""
        self.is_mute = False
        self.streaming = ""
        self.domain = ""
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.subscribed: list[dict[str, str]] = []
        self.connections = 0
        self.tokens: set[str] = set()
        self._sockets: dict[web.WebSocketResponse, list[str]] = {}
        self._loop = asyncio.new_event_loop()
        self._is_ready = Event()
        self._port = port
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._is_ready.wait(PATIENCE_S)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def id_of(self, said: Any) -> str:
        """The id of the mention in a status."""
        return f"{self.host}/{said['id']}"

    def say(self, *said: Any, event: str = "update") -> None:
        """Have statuses written (or changed), and heard by whoever listens."""
        for one in said:
            self.timeline = [known for known in self.timeline if known["id"] != one["id"]]
            self.timeline.append(one)
            self.send(frame(event, one))

    def delete(self, said: Any) -> None:
        self.timeline.remove(said)
        self.send(frame("delete", said["id"]))

    def send(self, *frames: bytes) -> None:
        """Send frames as they are to whoever has subscribed to something."""
        asyncio.run_coroutine_threadsafe(self._send(frames), self._loop).result(PATIENCE_S)

    def drop(self) -> None:
        """Cut all connections."""
        asyncio.run_coroutine_threadsafe(self._drop(), self._loop).result(PATIENCE_S)

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
        app = web.Application(middlewares=[self._let_in])
        app.router.add_get("/api/v2/instance", self._instance)
        app.router.add_get("/api/v1/streaming", self._stream)
        app.router.add_get("/api/v1/timelines/public", self._page)
        app.router.add_get("/api/v1/timelines/home", self._page)
        app.router.add_get("/api/v1/timelines/tag/{tag}", self._page)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        self._port = site._server.sockets[0].getsockname()[1]
        self._is_ready.set()
        await self._closing.wait()
        await self._drop()
        await runner.cleanup()

    @web.middleware
    async def _let_in(self, request: web.Request, handler: Any) -> web.StreamResponse:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.tokens.add(shown)
        if self.status:
            return web.json_response({"error": "…"}, status=self.status)
        if shown != TOKEN:
            return web.json_response({"error": "The access token is invalid"}, status=401)
        return await handler(request)

    async def _instance(self, _request: web.Request) -> web.Response:
        streaming = self.streaming or f"ws://{self.host}"
        told = {
            "domain": self.domain or self.host,
            "configuration": {"urls": {"streaming": streaming}},
        }
        return web.json_response(told)

    async def _page(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, dict(request.query)))
        if self.pages:
            return web.json_response({"error": "…"}, status=self.pages)
        after, tag = int(request.query["min_id"]), request.match_info.get("tag")
        is_home = request.path.endswith("home")
        listed = [one for one in self.timeline if _lists(one, tag, is_home=is_home)]
        newer = [one for one in listed if int(one["id"]) > after]
        newer.sort(key=lambda one: int(one["id"]))
        limit = min(int(request.query.get("limit", "20")), PAGE)
        return web.json_response(newer[:limit][::-1])

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse(timeout=0.1, autoping=False)
        await ws.prepare(request)
        self.connections += 1
        waiting = self.waiting.pop(0) if self.waiting else []
        self._sockets[ws] = []
        with suppress(ConnectionError):
            async for message in ws:
                if self.is_mute:
                    continue
                if message.type is WSMsgType.PING:
                    await ws.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    await self._subscribe(ws, json.loads(message.data))
                    while waiting:
                        await ws.send_frame(waiting.pop(0), WSMsgType.TEXT)
        self._sockets.pop(ws, None)
        return ws

    async def _subscribe(self, ws: web.WebSocketResponse, asked: dict[str, str]) -> None:
        self.subscribed.append(asked)
        if asked["stream"] == self.refuses:
            await ws.send_json({"error": "Error: Access token does not have required scopes"})
        else:
            self._sockets[ws].append(asked["stream"])

    async def _send(self, frames: tuple[bytes, ...]) -> None:
        for ws, streams in tuple(self._sockets.items()):
            for one in frames:
                # A post that is in two streams comes twice.
                for _ in streams:
                    if not self.is_mute:
                        with suppress(ConnectionError):
                            await ws.send_frame(one, WSMsgType.TEXT)

    async def _drop(self) -> None:
        for ws in tuple(self._sockets):
            if ws._req is not None and ws._req.transport is not None:
                ws._req.transport.abort()
        await asyncio.sleep(0.01)


def _lists(said: Any, tag: str | None, *, is_home: bool) -> bool:
    if is_home:
        return True
    if said["visibility"] != "public" or said["reblog"]:
        return False
    if tag is not None:
        return any(one["name"] == tag for one in said["tags"])
    return not said["in_reply_to_id"]
