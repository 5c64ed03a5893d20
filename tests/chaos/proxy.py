"""A TCP proxy that can be told to misbehave: to drop, to stall, to let through one way only."""

import asyncio
import contextlib
import socket
import struct
import threading
from typing import Literal, Self

Mode = Literal["pass", "drop", "stall", "half_open"]
"""``pass`` forwards. ``drop`` resets every connection and takes no new one. ``stall`` takes them
and forwards nothing. ``half_open`` forwards what clients say and none of the answers."""

CHUNK_BYTES = 65_536


class Proxy:
    """Listens on a free port of 127.0.0.1 within a ``with`` block, and leads to ``target``."""

    def __init__(self) -> None:
        self.target = 0
        self.cuts = 0
        self._mode: Mode = "pass"
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._changed = self._run(self._condition())
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self.set("drop")
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def set(self, mode: Mode) -> None:
        """Behave so from now on, also on connections that stand."""
        self._run(self._set(mode))

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _end(self) -> None:
        self._server.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _condition(self) -> asyncio.Condition:
        return asyncio.Condition()

    async def _set(self, mode: Mode) -> None:
        async with self._changed:
            self._mode = mode
            self._changed.notify_all()
        if mode == "drop":
            self.cuts += len(self._writers)
            for writer in list(self._writers):
                _reset(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "drop":
            _reset(writer)
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        ours = {writer, back}
        self._writers |= ours
        try:
            # Either end may close; the other is then closed, too.
            pumps = [
                asyncio.ensure_future(self._pump(reader, back, answers=False)),
                asyncio.ensure_future(self._pump(there, writer, answers=True)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
        finally:
            self._writers -= ours
            for one in ours:
                one.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        stopped = {"stall", "half_open"} if answers else {"stall"}
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK_BYTES):
                async with self._changed:
                    await self._changed.wait_for(lambda: self._mode not in stopped)
                writer.write(chunk)
                await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset: nobody gets what was on its way."""
    if writer.transport.is_closing():
        return
    at_once = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()
