"""How a source stands: what ``tocsin.sources`` holds, one newest record for each source.

A source that is refused, out of money or never got through says no post and no heartbeat, so no
bucket can name it. Its process writes this record instead: at its start, at each change, every
``HEARTBEAT_S``, and at its end. A process that died writes nothing: after ``NO_WORD_AFTER_S`` its
last word is history, whatever it says.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta

from schemas.base import Identifier, Record, Reference, UtcTime, check_times
from schemas.mention import Gap

HEARTBEAT_S: Final = 15.0
NO_WORD_AFTER_S: Final = 60.0
"""So long after Kafka took the newest record of a source, its process does not run any more, or
cannot reach Kafka: three heartbeats may be missed."""

BECAUSE_CHARACTERS: Final = 500
MOST_BRANDS: Final = 20_000
GAPS_KEPT: Final = 5

SourceState = Literal[
    "starting", "listening", "behind", "blind", "never_heard", "refused", "unpaid", "stopped"
]
"""``starting``: opened, and not heard yet. ``listening``: heard. ``behind``: heard, but minutes
late. ``blind``: not heard any more. ``never_heard``: never got through, in this run or before.
``refused``: the place does not accept us. ``unpaid``: the account is empty. ``stopped``: its
process came to an end in order."""


class SourceStatus(Record, frozen=True, kw_only=True, omit_defaults=True):
    """How ``source`` stands; of its records only the newest counts.

    ``live``: whether it tells of now; a replay that ends is missed by nobody. ``since``: from when
    on it stands so. What is not heard is so since the last moment up to which it was complete, be
    it in an earlier run; if it never was, since it was first started. ``because``: why it is not
    heard, as the place or the network said it; it comes from outside. ``brands``: ids of those
    that it listens for. ``at``: when that was written, by the clock of its process. ``reached``: it
    is complete up to then; None where it never was. ``post_at``: date of its newest post in this
    run. ``gaps``: what it knows that it missed and what was recovered of it, the newest last.
    From ``complete_from`` up to ``reached`` nothing else is missing, over all its runs.
    """

    source: Identifier
    live: bool
    state: SourceState
    since: UtcTime
    at: UtcTime
    because: Annotated[str, Meta(max_length=BECAUSE_CHARACTERS)] = ""
    brands: Annotated[tuple[Reference, ...], Meta(max_length=MOST_BRANDS)] = ()
    reached: UtcTime | None = None
    complete_from: UtcTime | None = None
    post_at: UtcTime | None = None
    gaps: Annotated[tuple[Gap, ...], Meta(max_length=GAPS_KEPT)] = ()

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(
            since=self.since,
            at=self.at,
            reached=self.reached,
            complete_from=self.complete_from,
            post_at=self.post_at,
        )
