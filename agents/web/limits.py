"""What one visitor may take of the page: how many connections, how long, how many bytes.

aiohttp bounds how long a connection may be idle, and nothing else: a request that comes byte by
byte, an answer that is never read, and any number of connections would be held for hours. Here

- a request's head is there within ``head_s`` of its first byte, and of connecting;
- an answer is read on within ``write_s`` whenever the buffers are full;
- a connection ends after ``longest_s``, whatever it is doing;
- of more than ``most`` connections the one is cut that was longest without a request, so that
  slow ones make room for whoever comes, and never the other way round.

How long a body may take is for whoever reads it; what nobody reads is waited for two seconds.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from aiohttp import web

_UNREAD_BODY_S: Final = 2.0
_HEADERS: Final = 64


class PageLimits(NamedTuple):
    """Bounds of one page. ``head_bytes`` may hold the body, too, where both come together.

    ``idle_s`` is longer than what proxies usually keep a connection for, so that none of them
    sends a request into one that is just being closed.
    """

    most: int = 256
    head_s: float = 10.0
    head_bytes: int = 128_000
    write_s: float = 20.0
    idle_s: float = 150.0
    longest_s: float = 900.0


class Door:
    """Lets connections in and puts them out. Ask ``heard`` to be a middleware of the application.

    ``refused(why)`` is told of each connection that is cut: ``slow_head``, ``slow_reader``,
    ``too_long``, ``too_much`` or ``too_many``.
    """

    def __init__(self, limits: PageLimits, refused: Callable[[str], object]) -> None:
        self.limits = limits
        self.refused = refused
        self._open: OrderedDict[_Connection, None] = OrderedDict()

    @property
    def connections(self) -> int:
        """How many there are."""
        return len(self._open)

    def factory(self, server: web.Server) -> Callable[[], asyncio.Protocol]:
        """Return what asyncio makes a connection of ``server`` with."""
        loop = asyncio.get_running_loop()
        return lambda: _Connection(self, server, loop)

    @web.middleware
    async def heard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Mark that the head of a request is there, and for how long somebody works on it."""
        connection = request.protocol
        if not isinstance(connection, _Connection):
            return await handler(request)  # served by aiohttp's own tests
        connection.begin()
        try:
            return await handler(request)
        finally:
            connection.end()

    def enter(self, connection: "_Connection") -> None:
        """Let one in, at the cost of another where it is full."""
        self._open[connection] = None
        if len(self._open) > self.limits.most:
            waiting = (one for one in self._open if not one.busy and one is not connection)
            next(waiting, next(iter(self._open))).cut("too_many")

    def renew(self, connection: "_Connection") -> None:
        """One that asks something is the last to be put out."""
        if connection in self._open:
            self._open.move_to_end(connection)

    def leave(self, connection: "_Connection") -> None:
        """Forget one."""
        self._open.pop(connection, None)


class _Connection(web.RequestHandler):
    """One connection: aiohttp's, with deadlines. It overrides what asyncio calls, and no more."""

    def __init__(self, door: Door, server: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            server,
            loop=loop,
            access_log=None,  # type: ignore[arg-type] # AppRunner hands it on like this, too
            keepalive_timeout=door.limits.idle_s,
            lingering_time=_UNREAD_BODY_S,
            max_headers=_HEADERS,
        )
        self.busy = False
        self._door = door
        self._clock = loop
        self._bytes = 0
        self._head: asyncio.TimerHandle | None = None
        self._write: asyncio.TimerHandle | None = None
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        limits = self._door.limits
        self._await_head()
        self._end = self._clock.call_later(limits.longest_s, self._outlive)
        self._door.enter(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        for timer in (self._head, self._write, self._end):
            if timer is not None:
                timer.cancel()
        self._door.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if data and not self.busy:
            self._await_head()
            self._bytes += len(data)
            if self._bytes > self._door.limits.head_bytes:
                self.cut("too_much")
                return
        super().data_received(data)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._write = self._clock.call_later(self._door.limits.write_s, self.cut, "slow_reader")

    def resume_writing(self) -> None:
        if self._write is not None:
            self._write.cancel()
            self._write = None
        super().resume_writing()

    def begin(self) -> None:
        """The head of a request is there, and is being answered."""
        self.busy, self._bytes = True, 0
        if self._head is not None:
            self._head.cancel()
            self._head = None
        self._door.renew(self)

    def end(self) -> None:
        """It was answered."""
        self.busy = False

    def cut(self, why: str) -> None:
        """End it now, whatever is under way."""
        self._door.leave(self)
        if self.transport is not None:
            self._door.refused(why)
            self.transport.abort()

    def _outlive(self) -> None:
        """Have it end in good order, and if it does not, end it."""
        if self.busy:
            self.close()
        elif self.transport is not None:
            self.transport.close()
        self._end = self._clock.call_later(self._door.limits.write_s, self.cut, "too_long")

    def _await_head(self) -> None:
        if self._head is None:
            self._head = self._clock.call_later(self._door.limits.head_s, self.cut, "slow_head")


async def listen(
    application: web.Application, host: str, port: int, door: Door
) -> tuple[web.AppRunner, asyncio.Server]:
    """Serve ``application`` behind ``door``. Close the server, then clean up the runner.

    Raises:
        OSError: it cannot listen there.
    """
    application.middlewares.insert(0, door.heard)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    server = runner.server
    if server is None:
        raise RuntimeError("aiohttp made no server")
    loop = asyncio.get_running_loop()
    try:
        return runner, await loop.create_server(door.factory(server), host, port)
    except OSError:
        await runner.cleanup()
        raise
