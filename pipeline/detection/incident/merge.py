"""One incident out of all that is said of it: any order, any number of copies.

The trail of an incident comes in pieces: copies after a crash, a topic read from the middle, two
readers who each have a part. ``merge`` joins two views of the same incident into one, and what
comes out does not depend on the order or on how often a piece is seen (it is associative,
commutative and idempotent). What wins where both speak, after Alertmanager's ``Merge``:

- identity: ``Transition.incident``. Two ids are two incidents, whatever they have in common.
- onset and first ring: the earliest.
- where it stands (state, severity, in whose hands, …): the transition with the highest ``seq``; a
  judge numbers them, so a later word rules over any clock. Of two copies, the one decided sooner.
- severity at its worst: the highest.
- trail: all steps, by ``seq``; the newest ``STEPS`` of them. Figures that were only stated anew
  (``refreshed``) are no step.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from schemas.codec import encode
from schemas.incident import State, Transition

STEPS: Final = 1_000


class TrailStep(NamedTuple):
    """One line of the trail. ``by``, ``feedback`` and ``note`` where a person caused it."""

    seq: int
    at: datetime
    state: State
    reason: str
    severity: int
    by: str
    feedback: str
    note: str


class Incident(NamedTuple):
    """All that is known of one incident. ``newest``: the transition that says where it stands."""

    onset: datetime
    rung_at: datetime | None
    worst: int
    newest: Transition
    trail: tuple[TrailStep, ...]


def view(told: Transition) -> Incident:
    """What one transition says of its incident."""
    if told.refreshed:
        return Incident(told.onset, told.rung_at, told.severity, told, ())
    step = TrailStep(
        seq=told.seq,
        at=told.at,
        state=told.state,
        reason=told.reason,
        severity=told.severity,
        by=told.by,
        feedback=told.feedback,
        note=told.note,
    )
    return Incident(told.onset, told.rung_at, told.severity, told, (step,))


def merge(one: Incident, other: Incident) -> Incident:
    """Join two views of the same incident.

    Raises:
        ValueError: they are of two incidents.
    """
    if one.newest.incident != other.newest.incident:
        raise ValueError(f"{one.newest.incident} and {other.newest.incident} are two incidents")
    rung = [at for at in (one.rung_at, other.rung_at) if at is not None]
    return Incident(
        onset=min(one.onset, other.onset),
        rung_at=min(rung, default=None),
        worst=max(one.worst, other.worst),
        newest=max(one.newest, other.newest, key=_rank),
        trail=tuple(sorted({*one.trail, *other.trail})[-STEPS:]),
    )


def merge_all(told: Iterable[Transition]) -> dict[str, Incident]:
    """All incidents among transitions, by id.

    What was dismissed before December 2026 was no heads-up, and is left out.
    """
    found: dict[str, Incident] = {}
    for one in told:
        if one.state != "dismissed" or one.heads_up_at is not None:
            known = found.get(one.incident)
            found[one.incident] = merge(known, view(one)) if known else view(one)
    return found


def _rank(told: Transition) -> tuple[int, datetime, float, bytes]:
    """A total order, so that no two views can disagree about which word is the last."""
    return told.seq, told.at, -told.completeness.behind_s, encode(told)
