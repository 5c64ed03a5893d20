"""Tells open pages that there is news, as server-sent events: what is new they load by themselves.

An event says only *that* something changed, so that nothing can be shown past the page's own rules.
A beat in between proves that the server is there; a page that hears none says so.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Final

from aiohttp import web

LOOK_S: Final = 0.5
BEAT_S: Final = 5.0
LONGEST_S: Final = 300.0
"""An open stream ends after so long, and browsers ask again: a connection is not held for ever."""

RETRY_MS: Final = 2_000


class Live:
    """``version``: differs where there is news; asked at most every ``LOOK_S``, in a thread."""

    def __init__(
        self, version: Callable[[], object], *, clock_s: Callable[[], float] = monotonic
    ) -> None:
        self._version = version
        self._clock_s = clock_s
        self._known: object = None
        self._asked_s = float("-inf")
        self._asking = asyncio.Lock()
        self._over = asyncio.Event()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one page until it goes, the server ends, or ``LONGEST_S`` are over."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        response.content_type = "text/event-stream"
        await response.prepare(request)
        # A page that is closed takes its connection along.
        with suppress(ConnectionResetError):
            await self._tell(response)
        return response

    async def _tell(self, response: web.StreamResponse) -> None:
        seen, begun_s = await self._now(), self._clock_s()
        beaten_s = begun_s
        await response.write(f"retry: {RETRY_MS}\nevent: beat\ndata:\n\n".encode())
        while not self._over.is_set() and self._clock_s() - begun_s < LONGEST_S:
            await self._wait()
            now = await self._now()
            if now != seen:
                seen, beaten_s = now, self._clock_s()
                await response.write(b"event: change\ndata:\n\n")
            elif self._clock_s() - beaten_s >= BEAT_S:
                beaten_s = self._clock_s()
                await response.write(b"event: beat\ndata:\n\n")

    async def stop(self, _: web.Application) -> None:
        """End all streams."""
        self._over.set()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._over.wait()
        except TimeoutError:
            return

    async def _now(self) -> object:
        async with self._asking:
            if self._clock_s() - self._asked_s >= LOOK_S:
                self._asked_s = self._clock_s()
                self._known = await asyncio.to_thread(self._version)
        return self._known
