"""From rings to alarms, by one rule for all: what rings again within nine hours is one alarm."""

from collections.abc import Sequence
from typing import Final

from lab.evaluate.replays.contender import ContenderRing
from lab.evaluate.replays.world.episodes.truth import EpisodeTruth
from lab.evaluate.replays.world.timing.rhythm import HOUR_S

QUIET_S: Final = 9 * HOUR_S
EARLY_S: Final = 600


def alarms(rings: Sequence[ContenderRing]) -> tuple[ContenderRing, ...]:
    """The rings that somebody is got out of bed for: not a matter known, nor one just rung.

    A ring that comes less than nine hours after another one belongs to it, and so does a further
    one of an incident, whenever it comes.

    >>> rings = [ContenderRing(at_s) for at_s in (0.0, 9e3, 4e4, 9e4)]
    >>> [ring.at_s for ring in alarms(rings)]
    [0.0, 90000.0]
    """
    kept: list[ContenderRing] = []
    known: set[str] = set()
    last_s = float("-inf")
    for ring in sorted(rings, key=lambda one: one.at_s):
        again = ring.at_s - last_s < QUIET_S or ring.incident in known
        last_s = ring.at_s
        if ring.incident:
            known.add(ring.incident)
        if not again:
            kept.append(ring)
    return tuple(kept)


def is_in_time(ring: ContenderRing, truth: EpisodeTruth) -> bool:
    """Whether a ring falls into a crisis: from ten minutes before its onset (or from its first
    post, if that is earlier) to its end.
    """  # noqa: D205
    first_s = min(truth.first_post_s, truth.onset_s - EARLY_S)
    return first_s <= ring.at_s <= truth.end_s


def right_ring(rings: Sequence[ContenderRing], truth: EpisodeTruth) -> ContenderRing | None:
    """The first ring in the time of a crisis; ``None`` for a miss.

    Any ring counts here, also one that follows an earlier false alarm within nine hours: whoever
    was called then is called again.
    """
    return next((ring for ring in rings if is_in_time(ring, truth)), None)


def false_alarms(rings: Sequence[ContenderRing], truth: EpisodeTruth) -> tuple[ContenderRing, ...]:
    """Alarms that nothing justified: all of a harmless episode, those outside of a crisis."""
    every = alarms(rings)
    if truth.kind == "harmless":
        return every
    return tuple(ring for ring in every if not is_in_time(ring, truth))
