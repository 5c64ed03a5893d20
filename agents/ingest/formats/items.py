"""What comes out of a file beside mentions: what a stream says that is no post."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from schemas.codec import UnreadableError
from schemas.mention import Gap, Mention


class RecordedMessage(NamedTuple):
    """Something that a recorded stream says and that is no post, such as a deletion.

    ``what`` is its kind, for people. Where it tells that posts were missed, ``missed`` says so in
    words, and ``at`` when, if it says that. ``undelivered`` is a running total since the stream was
    connected, as X counts it.
    """

    what: str
    missed: str = ""
    at: datetime | None = None
    undelivered: int = 0


Parsed = Mention | RecordedMessage | UnreadableError
"""What one line may hold, several times over; an error costs its post alone."""


class NotPost(Struct, frozen=True, kw_only=True):
    """A line that is whole, and is no post: where it is, and what it says.

    If it tells that something was missed, ``said_missed`` says so in words, ``missed`` how many
    posts (0 if it does not count them), and ``gap`` when, if that is known.
    """

    file: str
    line: int
    what: str
    said_missed: str = ""
    missed: int = 0
    gap: Gap | None = None
