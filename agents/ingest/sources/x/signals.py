"""What the threads that talk to X tell the thread that publishes. ``by`` numbers connections."""

from datetime import datetime
from typing import NamedTuple

from agents.ingest.sources.x.connection import Ended


class StreamLine(NamedTuple):
    """A line of the stream and when it came."""

    raw: bytes
    at: datetime
    by: int = 0


class Alive(NamedTuple):
    """A keep-alive."""

    at: datetime
    by: int = 0


class StreamOpened(NamedTuple):
    """A connection stands, and X sends what there was in the ``backfill_s`` before, too."""

    at: datetime
    by: int = 0
    backfill_s: float = 0.0


class Disconnected(NamedTuple):
    """A connection, or an attempt at one, ended; ``is_hopeless`` until a person does something."""

    ended: Ended
    by: int = 0
    is_hopeless: bool = False


class Overrun(NamedTuple):
    """Lines that could not be queued: how many, and when the first and the last came."""

    lines: int
    first: datetime
    last: datetime


class RulesGone(NamedTuple):
    """Rules are not in place any more; the last time when they were known to be is ``since``."""

    since: datetime
    detail: str


class RulesBack(NamedTuple):
    """All rules are in place again."""

    at: datetime


class Saving(NamedTuple):
    """Something else is asked for from now on, to save money or no longer; ``detail`` says what."""

    at: datetime
    has_reposts: bool
    detail: str


Signal = StreamLine | Alive | StreamOpened | Disconnected | Overrun | RulesGone | RulesBack | Saving
