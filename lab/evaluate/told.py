"""From transitions to what is judged of them."""

from collections.abc import Iterable

from lab.evaluate.replays.told import StatedSeverity, ToldIncident
from schemas.incident import Transition


def told_of(transitions: Iterable[Transition]) -> tuple[ToldIncident, ...]:
    """The incidents of one brand, in the order in which they were first heard of."""
    found: dict[str, ToldIncident] = {}
    for one in transitions:
        found[one.incident] = retold(found.get(one.incident), one)
    return tuple(found.values())


def retold(before: ToldIncident | None, transition: Transition) -> ToldIncident:
    """An incident after its next transition, which holds all of its moments."""
    heads_up_at = transition.heads_up_at
    heads_up_s = heads_up_at.timestamp() if heads_up_at is not None else None
    if before is not None and before.heads_up_at_s is not None:
        heads_up_s = before.heads_up_at_s  # of what is reopened, too, the first
    step = StatedSeverity(transition.at.timestamp(), transition.severity)
    return ToldIncident(
        transition.incident,
        heads_up_s,
        tuple(StatedSeverity(one.at.timestamp(), one.severity) for one in transition.rings),
        (*(before.steps if before is not None else ()), step),
    )
