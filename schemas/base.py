"""What all records have in common: the version tag and a few constrained types."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

UtcTime = Annotated[datetime, Meta(tz=True)]
"""A point in time with an offset; written as ISO 8601 in UTC. Naive times are refused."""

Identifier = Annotated[str, Meta(min_length=1, max_length=256)]
"""An id, a brand key or a handle."""

MentionText = Annotated[str, Meta(max_length=30_000)]
"""Text of a post. X allows 25,000 characters in a long post; more than 30,000 is not a post."""

Counted = tuple[str, int]
"""One line of a top list: what, and how many mentions carried it. ``["#x", 12]`` in JSON."""

SCHEMA_VERSION = 1


class Record(Struct, frozen=True, kw_only=True, tag_field="schema", tag=SCHEMA_VERSION):
    """A record that travels alone: its JSON begins with ``"schema": 1``.

    Another number is refused at decoding, so that a reader never guesses at a future layout.
    """
