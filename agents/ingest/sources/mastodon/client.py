"""One WebSocket to an instance of Mastodon, and its timelines, read in the thread that asks.

Source: Mastodon's documentation and ``streaming/index.js``, read in November 2026. One connection
carries all streams; a subscription is not confirmed, but what the server answers to a ping comes
behind it.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Final, Literal, NamedTuple, TypeAlias
from urllib.parse import urlencode, urlsplit

import aiohttp
import msgspec
from msgspec import Struct

from agents.ingest.sources.mastodon.statuses import statuses_in
from agents.ingest.sources.mastodon.streams import Stream

_MOST_BYTES: Final = 4_000_000
_PAGE: Final = 40
"""As many as Mastodon gives."""
_TRIES: Final = 3
_OK: Final = 200

_Socket: TypeAlias = "aiohttp.ClientWebSocketResponse[Literal[False]]"
"""One that hands out bytes."""


class Subscribed(NamedTuple):
    """The connection stands and carries the streams; ``domain`` is what local accounts bear."""

    domain: str


class Answered(NamedTuple):
    """The instance answered a ping: what it sent before that has come."""


class Ended(NamedTuple):
    """The connection, or the attempt at one, ended.

    ``short`` says how in a few fixed words, ``status`` is that of an HTTP refusal or 0.
    """

    short: str
    status: int = 0


class TimelinePage(NamedTuple):
    """A page of a timeline, the oldest status first; ``error`` says why there is none."""

    stream: Stream
    statuses: Sequence[bytes] = ()
    error: str = ""


Said = bytes | Subscribed | Answered | Ended | TimelinePage
"""A frame as it came, what became of the connection, or a page that was asked for."""


class _Urls(Struct, frozen=True):
    streaming: str | None = None


class _Configuration(Struct, frozen=True):
    urls: _Urls = _Urls()


class _Instance(Struct, frozen=True):
    """Of what ``/api/v2/instance`` says."""

    domain: str | None = None
    configuration: _Configuration = _Configuration()


class _RefusedError(Exception):
    """An answer that is none; ``status`` of HTTP, or 0."""

    def __init__(self, short: str, status: int = 0) -> None:
        super().__init__(short)
        self.short = short
        self.status = status


class MastodonClient:
    """Reads frames and pages. Nothing moves but while ``take`` runs.

    ``token`` is asked for at each connection. It goes to the instance and to the streaming host
    that the instance names; redirects are not followed. A connection is given up that was not made
    within ``connect_s``, or was silent for ``silence_s``: it is pinged every ``ping_s``.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        *,
        connect_s: float = 10.0,
        silence_s: float = 30.0,
        ping_s: float = 5.0,
        retry_s: float = 2.0,
    ) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._connect_s = connect_s
        self._silence_s = silence_s
        self._ping_s = ping_s
        self._retry_s = retry_s
        self._loop = asyncio.new_event_loop()
        self._said: list[Said] = []
        self._is_said = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._heard_s = 0.0

    def connect(self, streams: Iterable[Stream]) -> None:
        """Begin to connect, and to read the streams."""
        self.hang_up()
        self._said.clear()
        self._heard_s = self._loop.time()
        self._tasks = [self._loop.create_task(self._listen(tuple(streams)))]

    def ask(self, stream: Stream, min_id: str) -> None:
        """Ask for the page of a stream's timeline that follows ``min_id``."""
        self._tasks.append(self._loop.create_task(self._page(stream, min_id)))

    def take(self, for_s: float) -> Sequence[Said]:
        """Return what came, waiting ``for_s`` for the first of it; nothing may have come."""
        self._loop.run_until_complete(self._wait(for_s))
        said, self._said = self._said, []
        self._is_said.clear()
        if any(not isinstance(one, TimelinePage) for one in said):
            self._heard_s = self._loop.time()
        elif self._tasks and self._loop.time() - self._heard_s > self._silence_s:
            said.append(Ended("silent"))
        if said and isinstance(said[-1], Ended):
            self.hang_up()
        return said

    def hang_up(self) -> None:
        """Let go of the connection, and of pages that are on their way."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                self._loop.run_until_complete(task)

    def close(self) -> None:
        """Hang up, and let go of everything."""
        if self._loop.is_closed():
            return
        self.hang_up()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _wait(self, for_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await self._is_said.wait()

    def _say(self, said: Said) -> None:
        self._said.append(said)
        self._is_said.set()

    def _session(self) -> aiohttp.ClientSession:
        headers = {
            "User-Agent": f"tocsin/{version('tocsin')}",
            "Authorization": f"Bearer {self._token()}",
        }
        return aiohttp.ClientSession(headers=headers)

    async def _listen(self, streams: tuple[Stream, ...]) -> None:
        try:
            await self._read(streams)
        except _RefusedError as error:
            self._say(Ended(error.short, error.status))
        except aiohttp.WSServerHandshakeError as error:
            self._say(Ended(f"http {error.status}", error.status))
        except TimeoutError:
            self._say(Ended("no answer"))
        except (aiohttp.ClientError, msgspec.MsgspecError, OSError, ValueError) as error:
            # What a library says of an address may hold anything; its kind is enough.
            self._say(Ended(f"network: {type(error).__name__}"))

    async def _read(self, streams: tuple[Stream, ...]) -> None:
        async with self._session() as session:
            async with asyncio.timeout(self._connect_s):
                told = await self._get(session, "/api/v2/instance", {})
                instance = msgspec.json.decode(told, type=_Instance)
                # Whatever a strange host sends as text, bytes of it can be set aside.
                socket = await session.ws_connect(
                    self._streaming(instance),
                    max_msg_size=_MOST_BYTES,
                    decode_text=False,
                    autoping=False,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
                )
            async with socket:
                for stream in streams:
                    await socket.send_json(stream.subscribing)
                pinging = asyncio.create_task(self._ping(socket))
                try:
                    await self._frames(socket, instance.domain or urlsplit(self._url).netloc)
                finally:
                    pinging.cancel()
        self._say(Ended("dropped"))

    async def _frames(self, socket: _Socket, domain: str) -> None:
        is_open = False
        while True:
            message = await socket.receive()
            if message.type is aiohttp.WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is aiohttp.WSMsgType.PONG:
                if not is_open:
                    self._say(Subscribed(domain))
                is_open = True
                self._say(Answered())
            elif message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
                self._say(message.data)
            else:
                return

    async def _ping(self, socket: _Socket) -> None:
        with suppress(aiohttp.ClientError, OSError):
            while not socket.closed:
                await socket.ping()
                await asyncio.sleep(self._ping_s)

    def _streaming(self, instance: _Instance) -> str:
        """Where the instance streams: it says so, and it is not less private than itself."""
        scheme, _, host = self._url.partition("://")
        socket = "wss" if scheme == "https" else "ws"
        url = instance.configuration.urls.streaming or f"{socket}://{host}"
        if not url.startswith((f"{socket}://", "wss://")):
            raise _RefusedError("its streaming address is no WebSocket as private as the instance")
        return f"{url.rstrip('/')}/api/v1/streaming"

    async def _page(self, stream: Stream, min_id: str) -> None:
        path, parameters = stream.timeline
        asked = {**parameters, "min_id": min_id, "limit": str(_PAGE)}
        error = ""
        for attempt in range(_TRIES):
            if attempt:
                await asyncio.sleep(self._retry_s * 2 ** (attempt - 1))
            try:
                async with asyncio.timeout(self._connect_s), self._session() as session:
                    found = statuses_in(await self._get(session, path, asked))
            except _RefusedError as refused:
                error = refused.short
            except TimeoutError:
                error = "no answer"
            except (aiohttp.ClientError, msgspec.MsgspecError, OSError, ValueError) as failed:
                error = f"network: {type(failed).__name__}"
            else:
                self._say(TimelinePage(stream, found))
                return
        self._say(TimelinePage(stream, error=error))

    async def _get(
        self, session: aiohttp.ClientSession, path: str, parameters: dict[str, str]
    ) -> bytes:
        query = f"?{urlencode(parameters)}" if parameters else ""
        async with session.get(f"{self._url}{path}{query}", allow_redirects=False) as answer:
            if answer.status != _OK:
                raise _RefusedError(f"http {answer.status}", answer.status)
            raw = bytearray()
            async for chunk in answer.content.iter_chunked(65_536):
                raw += chunk
                if len(raw) > _MOST_BYTES:
                    raise _RefusedError(f"an answer of more than {_MOST_BYTES} bytes")
            return bytes(raw)
