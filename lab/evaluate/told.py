"""From transitions to what is judged of them."""

from collections.abc import Iterable

from lab.evaluate.replays.told import Said, Told
from schemas.incident import Transition


def told_of(transitions: Iterable[Transition]) -> tuple[Told, ...]:
    """The incidents of one brand, in the order in which they were first heard of."""
    found: dict[str, Told] = {}
    for one in transitions:
        found[one.incident] = retold(found.get(one.incident), one)
    return tuple(found.values())


def retold(before: Told | None, transition: Transition) -> Told:
    """An incident after its next transition, which holds all of its moments."""
    heads_up_at = transition.heads_up_at
    heads_up_s = heads_up_at.timestamp() if heads_up_at is not None else None
    if before is not None and before.heads_up_at_s is not None:
        heads_up_s = before.heads_up_at_s  # of what is reopened, too, the first
    step = Said(transition.at.timestamp(), transition.severity)
    return Told(
        transition.incident,
        heads_up_s,
        tuple(Said(one.at.timestamp(), one.severity) for one in transition.rings),
        (*(before.steps if before is not None else ()), step),
    )
