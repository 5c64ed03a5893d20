"""What comes through a pipe is said as it comes, and the pipe's end is the source's."""

import os
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from agents.ingest.formats import Portions
from agents.ingest.formats.neutral import line
from agents.ingest.source import Missed, PositionError, Post, Reached, Unreadable
from agents.ingest.sources.stdin.source import StdinSource
from schemas.mention import Author, Mention


def row(number):
    at = datetime.now(UTC)
    return line(Mention(id=str(number), created_at=at, text="Acme", author=Author(id="a")))


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    closed = []

    def close():
        if not closed:
            os.close(writing)
            closed.append(True)

    yield reading, writing, close
    close()
    os.close(reading)


def ids(events):
    return [one.mention.id for one in events if isinstance(one, Post)]


def test_each_line_is_said_when_it_is_whole_and_the_end_is_the_end(pipe):
    reading, writing, close = pipe
    source = StdinSource("stdin", reading, Portions("stdin"))
    source.open(None)
    os.write(writing, row(1) + b"{\n" + row(2)[:10])
    events = source.events(Event())
    said = []
    while not ids(said):
        said.append(next(events))
    assert ids(said) == ["1"]
    os.write(writing, row(2)[10:-1])
    close()
    rest = list(events)
    assert [one.origin for one in said if isinstance(one, Unreadable)] == ["stdin:2"]
    assert len(rest) >= 2
    assert isinstance(rest[-1], Reached)


def test_what_was_said_between_two_runs_is_a_gap(pipe):
    reading, _, close = pipe
    close()
    source = StdinSource("stdin", reading, Portions("stdin"))
    before = datetime.now(UTC) - timedelta(hours=1)
    source.open(before.isoformat().encode())
    [missed] = [one for one in source.events(Event()) if isinstance(one, Missed)]
    assert (missed.gap.start, missed.gap.cause) == (before, "restart")
    assert datetime.fromisoformat(source.position().decode()) >= missed.gap.end


@pytest.mark.parametrize("position", [b"{", b"9999-12-31T23:59:59+00:00", b"\xff"])
def test_a_position_that_is_none_says_what_to_do(pipe, position):
    with pytest.raises(PositionError, match="delete it"):
        StdinSource("stdin", pipe[0], Portions("stdin")).open(position)
