"""Our own replays as a world like the others."""

from lab.evaluate.replays.results import EpisodeOutcome, QuietOutcome, Replayed, StretchHeard
from lab.evaluate.replays.told import ToldIncident
from lab.evaluate.replays.world.timing.rhythm import DAY_S, HOUR_S
from lab.evaluate.worlds.truth import Happened, WatchedStretch

AFTER_S = 12 * HOUR_S
"""So long an episode's brand is watched after its end."""


def own_world(replayed: Replayed, contender: str) -> tuple[WatchedStretch, ...]:
    """What happened in the replays, and what ``contender`` told of it.

    Raises:
        ValueError: it took no part in this run.
    """
    return (
        *(WatchedStretch(_episode(one), _told(one.heard, contender)) for one in replayed.episodes),
        *(WatchedStretch(_quarter(one), _told(one.heard, contender)) for one in replayed.quiet),
    )


def _episode(outcome: EpisodeOutcome) -> Happened:
    truth = outcome.truth
    crisis = truth.kind == "crisis"
    return Happened(
        name=f"{outcome.world} {truth.shape}",
        kind=truth.shape,
        crisis=crisis,
        start_s=outcome.start_s,
        end_s=truth.end_s + AFTER_S,
        begins_s=truth.onset_s if crisis else truth.first_post_s,
        peak_s=truth.peak_s,
        over_s=truth.end_s,
        visible_s=truth.visible_s,
        prelude_s=truth.first_post_s if crisis else None,
    )


def _quarter(outcome: QuietOutcome) -> Happened:
    return Happened(
        name=f"{outcome.world} quiet",
        kind="quiet",
        crisis=False,
        start_s=outcome.start_s,
        end_s=outcome.start_s + outcome.days * DAY_S,
        quarter=True,
    )


def _told(heard: tuple[StretchHeard, ...], contender: str) -> tuple[ToldIncident, ...]:
    for one in heard:
        if one.contender == contender:
            return one.told
    raise ValueError(f"no contender {contender!r} in this run: {[one.contender for one in heard]}")
