"""What all records have in common: the version tag and a few constrained types.

Everything in a record has a bound, so that no record can hold what a reader can't reckon with: a
time that no calendar has, a number whose sum is infinite, a name that fills a whole record.
"""

from datetime import UTC, datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

UtcTime = Annotated[datetime, Meta(tz=True)]
"""A point in time with an offset; written as ISO 8601 in UTC. Naive times are refused.

Each struct that has some lets ``check_times`` look at them: msgspec bounds no times."""

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The epoch itself is in use: it is the watermark of a source that has promised nothing yet."""
LATEST: Final = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)

Identifier = Annotated[str, Meta(min_length=1, max_length=256)]
"""An id, a brand key or a handle."""

Reference = Annotated[str, Meta(max_length=256)]
"""The same where there may be none: then it is empty."""

LanguageTag = Annotated[str, Meta(max_length=35)]
"""BCP 47; RFC 5646 wants room for 35 characters. ``und`` where it is not known."""

Version = Annotated[str, Meta(max_length=256)]
"""Version of a model, or of the program that made something."""

MOST_TOTAL: Final = 10**15
Total = Annotated[int, Meta(ge=0, le=MOST_TOTAL)]
"""A count of anything over any time. As a float, too, it is exact."""

Amount = Annotated[float, Meta(ge=0, le=1e15)]
"""What is counted in fractions: a rate, or a sum of weights."""

MentionText = Annotated[str, Meta(max_length=30_000)]
"""Text of a post. X allows 25,000 characters in a long post; more than 30,000 is not a post."""

Counted = tuple[Annotated[str, Meta(max_length=300)], Total]
"""One line of a top list: what, and how many mentions carried it. ``["#x", 12]`` in JSON."""

SCHEMA_VERSION = 1


class Record(Struct, frozen=True, kw_only=True, tag_field="schema", tag=SCHEMA_VERSION):
    """A record that travels alone: its JSON begins with ``"schema": 1``.

    Another number is refused at decoding, so that a reader never guesses at a future layout.
    """


def check_times(**times: datetime | None) -> None:
    """Raise ``ValueError`` naming the first of ``times`` that is not of ``EARLIEST`` to ``LATEST``.

    For ``__post_init__``: decoding then says it with the place in the record.

    >>> check_times(at=None, end=datetime(9999, 12, 31, tzinfo=UTC))
    Traceback (most recent call last):
        ...
    ValueError: `end` is 9999-12-31T00:00:00+00:00, not between the years 1970 and 2099
    """
    for name, at in times.items():
        if at is not None and not EARLIEST <= at <= LATEST:
            raise ValueError(
                f"`{name}` is {at.isoformat()}, not between the years {EARLIEST.year} and "
                f"{LATEST.year}"
            )
