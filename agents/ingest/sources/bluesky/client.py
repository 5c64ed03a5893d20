"""One connection to a Jetstream at a time, read in the thread that asks.

Source: Jetstream, ``/subscribe`` (the first version of its protocol), read in November 2026.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Final, NamedTuple
from urllib.parse import urlencode

import aiohttp

COLLECTIONS: Final = ("app.bsky.feed.post", "app.bsky.feed.repost")

_MOST_BYTES: Final = 1_000_000
"""Jetstream leaves out what is larger, when it is asked to; a post has 3,000 bytes of text."""


class Opened(NamedTuple):
    """The connection stands."""


class Ended(NamedTuple):
    """The connection, or the attempt at one, ended.

    ``short`` says how in a few fixed words, ``status`` is that of an HTTP refusal or 0.
    """

    short: str
    status: int = 0


Said = bytes | Opened | Ended
"""A frame as it came, or what became of the connection."""


class JetstreamClient:
    """Reads frames. Nothing moves but while ``take`` runs, so a slow caller slows the host down.

    What is read at once is what a socket and aiohttp hold: some hundred kilobytes.

    A connection is given up that was not made within ``connect_s``, or was silent for
    ``silence_s``. Redirects are followed, as nothing secret is sent.
    """

    def __init__(self, *, connect_s: float = 10.0, silence_s: float = 30.0) -> None:
        self._connect_s = connect_s
        self._silence_s = silence_s
        self._loop = asyncio.new_event_loop()
        self._said: list[Said] = []
        self._is_said = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._heard_s = 0.0

    def connect(self, host: str, cursor: int | None) -> None:
        """Begin to connect to ``host``, such as ``wss://jetstream.example``, from ``cursor`` on.

        ``cursor`` is in microseconds since 1970; without it, the host begins with the present.
        """
        self._said.clear()
        query = [("wantedCollections", one) for one in COLLECTIONS]
        query.append(("maxMessageSizeBytes", str(_MOST_BYTES)))
        if cursor is not None:
            query.append(("cursor", str(cursor)))
        url = f"{host.rstrip('/')}/subscribe?{urlencode(query)}"
        self._heard_s = self._loop.time()
        self._task = self._loop.create_task(self._listen(url))

    def take(self, for_s: float) -> Sequence[Said]:
        """Return what came, waiting ``for_s`` for the first of it; nothing may have come."""
        self._loop.run_until_complete(self._wait(for_s))
        said, self._said = self._said, []
        self._is_said.clear()
        if said:
            self._heard_s = self._loop.time()
        elif self._task and self._loop.time() - self._heard_s > self._silence_s:
            self._hang_up()
            return [Ended("silent")]
        if said and isinstance(said[-1], Ended):
            self._hang_up()
        return said

    def close(self) -> None:
        """Hang up, and let go of everything."""
        if self._loop.is_closed():
            return
        self._hang_up()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _wait(self, for_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await self._is_said.wait()

    def _hang_up(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                self._loop.run_until_complete(task)

    def _say(self, said: Said) -> None:
        self._said.append(said)
        self._is_said.set()

    async def _listen(self, url: str) -> None:
        try:
            await self._read(url)
        except aiohttp.WSServerHandshakeError as error:
            self._say(Ended(f"http {error.status}", error.status))
        except TimeoutError:
            self._say(Ended("no answer"))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # What a library says of an address may hold anything; its kind is enough.
            self._say(Ended(f"network: {type(error).__name__}"))

    async def _read(self, url: str) -> None:
        headers = {"User-Agent": f"tocsin/{version('tocsin')}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            async with asyncio.timeout(self._connect_s):
                # Whatever a strange host sends as text, bytes of it can be set aside.
                stream = await session.ws_connect(
                    url,
                    max_msg_size=2 * _MOST_BYTES,
                    decode_text=False,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
                )
            async with stream:
                self._say(Opened())
                while True:
                    message = await stream.receive()
                    if message.type not in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
                        break
                    self._say(message.data)
        self._say(Ended("dropped"))
