"""Feeds over HTTP: several at a time, only when they have changed, within bounds."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import Final, NamedTuple

import aiohttp

from agents.ingest.sources.rss.addresses import public_socket
from agents.ingest.sources.rss.entries import Document, NoFeedError, parse

MOST_BYTES: Final = 3_000_000
_AT_ONCE: Final = 8
_REDIRECTS: Final = 5
_OK, _NOT_MODIFIED = 200, 304


class Validators(NamedTuple):
    """What a server gave with a document, by which it can tell whether there is a newer one."""

    etag: str = ""
    modified: str = ""


class Fetched(NamedTuple):
    """What became of one fetch: a ``document``, none as nothing has changed, or an ``error``.

    ``error`` is of a few fixed words. ``retry_s`` is how long the server asks to be left alone.
    """

    url: str
    document: Document | None = None
    validators: Validators = Validators()
    error: str = ""
    retry_s: float = 0.0


class Fetcher:
    """Fetches and parses feeds. Nothing moves but while ``take`` runs.

    A fetch takes ``timeout_s`` at most, and ``MOST_BYTES``. ``allow_private`` is for tests, and for
    feeds of one's own network.
    """

    def __init__(self, *, timeout_s: float = 20.0, allow_private: bool = False) -> None:
        self._timeout_s = timeout_s
        self._allow_private = allow_private
        self._loop = asyncio.new_event_loop()
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[Fetched]] = set()

    def start(self, url: str, validators: Validators) -> None:
        """Begin to fetch a feed."""
        self._tasks.add(self._loop.create_task(self._fetch(url, validators)))

    def take(self, for_s: float) -> Sequence[Fetched]:
        """Return the fetches that have ended, waiting ``for_s`` for the first of them."""
        if not self._tasks:
            self._loop.run_until_complete(asyncio.sleep(for_s))
            return ()
        wait = partial(asyncio.wait, return_when=asyncio.FIRST_COMPLETED)
        ended, self._tasks = self._loop.run_until_complete(wait(self._tasks, timeout=for_s))
        return [task.result() for task in ended]

    def close(self) -> None:
        """Let go of everything."""
        if self._loop.is_closed():
            return
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                self._loop.run_until_complete(task)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _fetch(self, url: str, validators: Validators) -> Fetched:
        async with self._places:
            try:
                async with asyncio.timeout(self._timeout_s):
                    return await self._get(url, validators)
            except TimeoutError:
                return Fetched(url, error="no answer in time")
            except NoFeedError as error:
                return Fetched(url, error=str(error))
            except (aiohttp.ClientError, OSError, ValueError) as error:
                # What a library says of an address may hold anything; its kind is enough.
                if "private address" in str(error):
                    return Fetched(url, error="private address")
                return Fetched(url, error=f"network: {type(error).__name__}")

    async def _get(self, url: str, validators: Validators) -> Fetched:
        headers = {
            "User-Agent": f"tocsin/{version('tocsin')}",
            "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5",
            "If-None-Match": validators.etag,
            "If-Modified-Since": validators.modified,
        }
        headers = {name: value for name, value in headers.items() if value}
        connector = aiohttp.TCPConnector(
            socket_factory=None if self._allow_private else public_socket
        )
        async with (
            aiohttp.ClientSession(connector=connector, headers=headers) as session,
            session.get(url, max_redirects=_REDIRECTS) as answer,
        ):
            if answer.status == _NOT_MODIFIED:
                return Fetched(url, validators=validators)
            if answer.status != _OK:
                retry = answer.headers.get("Retry-After", "")
                retry_s = float(retry) if retry.isascii() and retry.isdigit() else 0.0
                return Fetched(url, error=f"http {answer.status}", retry_s=retry_s)
            raw = bytearray()
            async for chunk in answer.content.iter_chunked(65_536):
                raw += chunk
                if len(raw) > MOST_BYTES:
                    return Fetched(url, error=f"larger than {MOST_BYTES} bytes")
            kind = answer.headers.get("Content-Type", "")
            newer = Validators(
                answer.headers.get("ETag", "")[:1_000],
                answer.headers.get("Last-Modified", "")[:100],
            )
            document = await asyncio.to_thread(parse, bytes(raw), kind)
            return Fetched(url, document, newer)
