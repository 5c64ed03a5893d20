"""The contract of a source: what it is asked, and what it says.

A source reads one place where posts come from, and says in events what it finds. It knows nothing
of brands, Kafka, dead letters or metrics: ``agents.ingest.router`` does, for every source alike.
``tests/contracts/sources`` holds every source to this contract, and
``docs/develop/adding-a-source.md`` shows a complete one.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from threading import Event
from typing import Final, NamedTuple, Protocol, TypeVar

import msgspec

from agents.monitoring.health import Cause
from schemas.dead_letter import DeadReason
from schemas.deletion import DeletionCause, DeletionKind
from schemas.mention import Gap, Mention

_T = TypeVar("_T")


class Post(NamedTuple):
    """One post. ``mention.brand`` is empty unless the place itself says which brand it is about."""

    mention: Mention


class Unreadable(NamedTuple):
    """Something that was read and is no post; it is set aside, and the source goes on.

    ``origin`` says where it was, such as ``file:line``; ``detail`` is for people.
    """

    raw: bytes
    origin: str
    reason: DeadReason
    detail: str


class Aside(NamedTuple):
    """Something that was read, is whole, and is no post, such as a deletion in a recorded stream.

    ``what`` is its kind, for people. ``missed``: posts that it says were not delivered.
    """

    what: str
    missed: int = 0


class Gone(NamedTuple):
    """The place says that a post, or all of an account, must be forgotten.

    ``subject``: the id of the post or of the account; ``handle``: of the account, if it is known.
    """

    kind: DeletionKind
    subject: str
    cause: DeletionCause
    handle: str = ""


class Reached(NamedTuple):
    """The place is heard, and nothing older than ``at`` is to come, as far as the source knows.

    ``at`` becomes the watermark. It holds until ``Lost``, so silence can be told from blindness:
    heartbeats repeat it as long as the source is heard.
    """

    at: datetime


class Lost(NamedTuple):
    """The place is not heard any more; nothing is promised before the next ``Reached``."""


class Missed(NamedTuple):
    """The source knows that it missed posts, and when.

    ``posts`` counts those that came and could not be taken; it is 0 where nobody could count.
    """

    gap: Gap
    posts: int = 0


class Idle(NamedTuple):
    """Nothing came for a moment. Yielded at least every 50 ms, so that what waits can leave."""


class Keep(NamedTuple):
    """Somebody waits for all that was said to be safe: ``told`` is called with whether it is.

    Of a live source only; that costs a write to the disk.
    """

    told: Callable[[bool], object]


SourceEvent = Post | Unreadable | Aside | Gone | Reached | Lost | Missed | Idle | Keep


FROM_THE_PRESENT: Final = "delete it to begin with the present"
"""What to do where a position of a place that cannot be read again is not readable."""


class PositionError(ValueError):
    """A position kept by an earlier run cannot be gone on from; the message says what to do."""


def decode_position(raw: bytes, kind: type[_T], *, advice: str) -> _T:
    """Return what an earlier run kept as JSON; ``advice``: what to do where it is not readable.

    >>> decode_position(b'{"a": 7}', dict[str, int], advice="delete it")
    {'a': 7}

    Raises:
        PositionError: it is no such position.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PositionError(f"{error}; {advice}") from error


class SourceRefusedError(RuntimeError):
    """The place refuses the source, and would do so again: a person has to change something."""


class Source(Protocol):
    """A place where posts come from. Used by one thread, except for ``health``.

    It is opened once, its events are taken once, and it is closed once, whatever happened before.
    """

    @property
    def name(self) -> str:
        """Name of the source in batches, metrics and paths; one process per name."""
        ...

    @property
    def live(self) -> bool:
        """Whether what is not taken now is missed.

        What a live source says is spooled to disk while Kafka is away, and its heartbeats follow
        the clock. Any other can be read again: it is held up instead, its posts come in the order
        of their time, each with ``Reached`` before it, and its heartbeats follow that time.
        """
        ...

    def open(self, resume: bytes | None) -> None:
        """Begin, where ``resume`` is given behind what an earlier run had said at this position.

        Raises ``PositionError`` if that is not possible.
        """
        ...

    def events(self, stop: Event) -> Iterator[SourceEvent]:
        """Yield what the source says, up to its end or soon after ``stop`` is set.

        Raises ``SourceRefusedError`` where going on is of no use.
        """
        ...

    def position(self) -> bytes | None:
        """Return where a later run goes on: behind all that was yielded. None: there is nothing.

        It is kept once everything before it is safe, and handed to ``open`` by a later run.
        """
        ...

    def health(self) -> Cause | None:
        """Return why the source is not heard, or None. Called from any thread; answers at once."""
        ...

    def close(self) -> None:
        """Let go of what was opened, if it was."""
        ...
