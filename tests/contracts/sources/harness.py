"""What the contract of sources asks of a harness: one for each source, in ``harnesses.py``."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import ClassVar

from agents.ingest.source import Source
from schemas.dead_letter import DeadReason
from schemas.mention import Author, Mention

T0 = datetime(2010, 3, 17, 9, tzinfo=UTC)


def post(number: int, at: datetime) -> Mention:
    """A post about the brand ``acme``."""
    return Mention(id=str(number), created_at=at, text="Acme again", author=Author(id="a"))


def posts(count: int, *, apart_s: float) -> list[Mention]:
    """So many posts, so far apart."""
    return [post(number, T0 + timedelta(seconds=number * apart_s)) for number in range(count)]


class Harness(ABC):
    """A place where posts come from, as a test fills it, and the source that reads it.

    ``live``, ``rereads`` and ``bad_line`` say what the source promises. It ``rereads`` where a run
    finds what was said while no source was there; any other states that time as a gap. Where
    ``bad_line`` is None, nothing in the place can be unreadable. One that others come to with
    their posts is never silent (``can_be_silent``): who does not come has nothing to say.
    """

    live: ClassVar[bool] = False
    rereads: ClassVar[bool] = True
    can_be_silent: ClassVar[bool] = True
    bad_line: ClassVar[bytes | None] = None
    bad_reason: ClassVar[DeadReason] = "malformed_json"

    def __init__(self, directory: Path, name: str) -> None:
        self.directory = directory
        self.name = name

    @abstractmethod
    def fill(
        self, first: int, then: int = 0, *, apart_s: float = 1.0, bad: bool = False
    ) -> Sequence[str]:
        """Have the place say ``first`` posts to a first run, and ``then`` more to the next one.

        Posts are ``apart_s`` apart in event time, if they have one of their own; with ``bad`` the
        ``bad_line`` comes behind the first of them. Return the ids of all posts, in order. A place
        that can be read again may hold all of them from the beginning.
        """

    @abstractmethod
    def source(
        self, *, speed: float = math.inf, clock_s: Callable[[], float] = monotonic
    ) -> Source:
        """Return a new source that reads the place, as the next run of the command has it.

        ``speed`` is that of a recording, and ``clock_s`` what the source takes for a clock.
        """

    def origin_of_bad_line(self) -> str:
        """Return where a dead letter should say that the bad line was."""
        raise NotImplementedError

    def fall_silent(self) -> str:
        """Have a live place be out of reach; return what ``health`` should say of it."""
        raise NotImplementedError

    def speak_again(self) -> None:
        """Have a live place be in reach again."""
        raise NotImplementedError

    def close(self) -> None:  # noqa: B027 - most have nothing to let go of
        """Let go of the place."""
