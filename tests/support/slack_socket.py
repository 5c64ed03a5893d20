"""Slack's Socket Mode as a server of our own: it gives addresses, pushes envelopes, hears acks."""

import asyncio
import threading
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

from support.waiting import PATIENCE_S


class SlackSocket:
    """Alive within a ``with`` block. ``error``: what asking for an address is answered with."""

    def __init__(self) -> None:
        self.error = ""
        self.status = 200
        self.tokens: list[str] = []
        self.acknowledged: list[str] = []
        self.replies: dict[str, dict[str, Any]] = {}
        """What came back beside an acknowledgement, by envelope."""
        self._open: list[web.WebSocketResponse] = []
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def push(self, envelope: dict[str, Any]) -> None:
        """Send an envelope to whoever is connected."""
        self.wait(lambda: bool(self._open))
        self._run(self._open[-1].send_json(envelope))

    def hang_up(self) -> None:
        """Close the connection that is open."""
        self._run(self._open[-1].close())

    def wait(self, holds: Any) -> None:
        """Wait until ``holds()``, or fail."""
        with self._changed:
            assert self._changed.wait_for(holds, PATIENCE_S)

    @property
    def connections(self) -> int:
        return len(self._open)

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_post("/api/apps.connections.open", self._address)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}/api/"
        self.socket_url = f"ws://127.0.0.1:{port}/socket?ticket=1"

    async def _address(self, request: web.Request) -> web.Response:
        with self._changed:
            self.tokens.append(request.headers.get("Authorization", ""))
            self._changed.notify_all()
        if self.error:
            return web.json_response({"ok": False, "error": self.error}, status=self.status)
        return web.json_response({"ok": True, "url": self.socket_url})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        with self._changed:
            self._open.append(socket)
            self._changed.notify_all()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                came = message.json()
                with self._changed:
                    self.replies[came["envelope_id"]] = came.get("payload", {})
                    self.acknowledged.append(came["envelope_id"])
                    self._changed.notify_all()
        return socket
