"""What alerting last told of an incident, and where: the notification log's one record."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from schemas.base import Amount, Identifier, Record, Total, UtcTime, check_times
from schemas.incident import Name, Share, State

MOST_AHEAD: Final = 50


class Snapshot(Struct, frozen=True, kw_only=True):
    """What people were told last in so many words, with which the next step is compared.

    ``seq``: of the newest transition that the sink shows. Figures that were only stated anew in
    silence since then are not in here, so that nobody misses what grew little by little.
    ``last_hour``: mentions of the last hour. ``negative_share``: of what came beyond the usual.
    """

    seq: Total
    state: State
    severity: Annotated[int, Meta(ge=1, le=10)]
    last_hour: Amount
    negative_share: Share


class Calls(Struct, frozen=True, kw_only=True):
    """How often people were called of an incident since it was last in nobody's hands.

    ``since_seq``: the step with which that began. ``done``: calls since then; ``at``: the last of
    them, by the wall clock.
    """

    since_seq: Total
    done: Total
    at: UtcTime

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(at=self.at)


class NextCall(Struct, frozen=True, kw_only=True):
    """Who is called, and when, where nobody has it by then: a receiver of the routes."""

    receiver: Name
    at: UtcTime

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(at=self.at)


class Notification(Record, frozen=True, kw_only=True):
    """What was delivered last of ``incident`` to ``sink``; only the newest record counts.

    ``told``: what was said then; its ``seq`` is the transition's. ``reason``: why it was delivered,
    a ``NotifyReason`` of ``agents.alerting.policy``. ``ref``: where it stands, in words of the sink
    that nobody else reads; empty where nothing stands. ``at``: when the sink had accepted it, by
    the wall clock. ``calls``: None without routes (docs/adr/0024-routes.md). ``ahead``: who is
    called next as of ``told.seq``, in order of time; empty where somebody has it. ``decides``: who
    decides, as the route names them.
    """

    sink: Identifier
    incident: Identifier
    brand: Identifier
    at: UtcTime
    reason: Name
    ref: Annotated[str, Meta(max_length=1_000)] = ""
    told: Snapshot
    calls: Calls | None = None
    ahead: Annotated[tuple[NextCall, ...], Meta(max_length=MOST_AHEAD)] = ()
    decides: Annotated[str, Meta(max_length=200)] = ""

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(at=self.at)
