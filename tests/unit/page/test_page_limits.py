"""Slow, greedy and many connections to the page, over real sockets."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from agents.web.limits import Door, PageLimits, listen
from support.waiting import PATIENCE_S

QUICK = PageLimits(head_s=0.3, write_s=0.3, idle_s=0.3, longest_s=30)
PATIENT = PageLimits(head_s=60, write_s=60, idle_s=60, longest_s=60)
LARGE = b"x" * 30_000_000

Act = Callable[["World"], Awaitable[None]]


class World:
    """A served application, with slow connections to it."""

    def __init__(self, limits: PageLimits) -> None:
        self.cut: Counter[str] = Counter()
        self.door = Door(limits, lambda why: self.cut.update([why]))
        self.port = 0
        self.slow: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def connect(self, sent: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        self.slow.append((reader, writer))
        return reader, writer

    async def visit(self) -> str:
        async with ClientSession() as session, session.get(f"{self.url}/") as answer:
            return await answer.text()

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if reached():
                    return
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["World"]:
        app = web.Application()
        app.router.add_get("/", _well)
        app.router.add_get("/large", _large)
        runner, server = await listen(app, "127.0.0.1", 0, self.door)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            for _, writer in self.slow:
                writer.transport.abort()
            server.close()
            await runner.cleanup()


async def _well(_: web.Request) -> web.Response:
    return web.Response(text="well")


async def _large(_: web.Request) -> web.Response:
    return web.Response(body=LARGE)


def run(limits: PageLimits, act: Act) -> World:
    world = World(limits)

    async def main() -> None:
        async with world.serving():
            await act(world)

    asyncio.run(main())
    return world


async def ended(reader: asyncio.StreamReader) -> None:
    """Wait until the other side is gone."""
    async with asyncio.timeout(PATIENCE_S):
        try:
            while await reader.read(65_536):
                pass
        except ConnectionError:
            pass


def test_slow_connections_do_not_keep_a_visitor_out_and_their_number_is_bounded() -> None:
    most = 32

    async def act(world: World) -> None:
        for number in range(200):
            await world.connect(f"GET /{number} HTTP/1.1\r\nX-Slow: ".encode())
        await world.until(lambda: world.door.connections <= most)
        assert await world.visit() == "well"
        await world.until(lambda: world.cut["too_many"] >= 200 - most)

    world = run(PATIENT._replace(most=most), act)
    assert set(world.cut) == {"too_many"}


def test_one_that_asks_is_not_put_out_by_those_that_only_come() -> None:
    async def act(world: World) -> None:
        reader, writer = await world.connect()
        for _ in range(20):
            await world.connect(b"GET / HT")
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200 OK" in await reader.readuntil(b"well")

    run(PATIENT._replace(most=4), act)


@pytest.mark.parametrize("sent", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_a_head_that_does_not_come_is_not_waited_for(sent: bytes) -> None:
    async def act(world: World) -> None:
        reader, _ = await world.connect(sent)
        await ended(reader)

    assert run(QUICK._replace(idle_s=60), act).cut == {"slow_head": 1}


def test_a_head_that_comes_byte_by_byte_is_cut_too() -> None:
    async def act(world: World) -> None:
        _, writer = await world.connect(b"GET / HTTP/1.1\r\nX-A: ")
        async with asyncio.timeout(PATIENCE_S):
            while not world.cut:
                writer.write(b"a")
                await asyncio.sleep(0.02)

    assert run(QUICK._replace(idle_s=60), act).cut == {"slow_head": 1}


def test_the_second_head_of_a_connection_has_its_time_as_well() -> None:
    async def act(world: World) -> None:
        reader, writer = await world.connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"well")
        writer.write(b"GET / HT")
        await ended(reader)

    assert run(QUICK._replace(idle_s=60), act).cut == {"slow_head": 1}


def test_an_idle_connection_is_closed() -> None:
    async def act(world: World) -> None:
        reader, _ = await world.connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"well")
        await ended(reader)

    assert run(QUICK, act).cut == {}


def test_an_answer_that_is_not_read_is_not_kept() -> None:
    async def act(world: World) -> None:
        await world.connect(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        await world.until(lambda: bool(world.cut))
        await world.until(lambda: world.door.connections == 0)

    assert run(QUICK._replace(idle_s=60), act).cut == {"slow_reader": 1}


def test_a_large_answer_that_is_read_arrives_whole() -> None:
    async def act(world: World) -> None:
        async with ClientSession() as session, session.get(f"{world.url}/large") as answer:
            assert await answer.read() == LARGE

    assert run(PATIENT, act).cut == {}


def test_more_bytes_than_a_head_and_a_form_have_are_cut() -> None:
    async def act(world: World) -> None:
        reader, writer = await world.connect(b"GET / HTTP/1.1\r\n")
        for number in range(60):
            writer.write(f"X-{number}: {'a' * 4000}\r\n".encode())
        await ended(reader)

    assert set(run(PATIENT._replace(head_bytes=128_000), act).cut) <= {"too_much"}


def test_no_connection_lives_for_ever() -> None:
    async def act(world: World) -> None:
        reader, _ = await world.connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await ended(reader)

    assert run(PATIENT._replace(longest_s=0.3), act).cut == {}


def test_a_form_that_is_not_sent_on_leaves_nothing_behind() -> None:
    async def act(world: World) -> None:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nkind="
        reader, _ = await world.connect(head)
        await ended(reader)
        await world.until(lambda: world.door.connections == 0)

    run(PATIENT._replace(longest_s=60), act)
