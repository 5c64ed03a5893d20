"""What is true of an episode: when it could be seen, when it was largest, when it was over."""

from typing import Final

import numpy as np
from msgspec import Struct

from lab.evaluate.replays.world.brand import BrandProfile
from lab.evaluate.replays.world.episodes.shape import Shape, Split
from lab.evaluate.replays.world.mentions import Floats, Mentions
from lab.evaluate.replays.world.timing.rhythm import HOUR_S
from schemas.incident import EpisodeKind

_SEEN_WITHIN_S: Final = 1800
_SEEN_SHARE: Final = 0.25
_SEEN_LEAST: Final = 10
_OVER_SHARE: Final = 0.05
_OVER_LEAST: Final = 3
_PEAK_STEP_S: Final = 600


class EpisodeTruth(Struct, frozen=True):
    """Facts about an episode, from its own mentions alone; times are epoch seconds.

    ``first_post_s``: it begins to exist. ``onset_s``: it can be seen: within the half hour that
    begins here at least ten posts, and a quarter of what the brand usually has in half an hour.
    ``visible_s``: so many have been posted, and within half an hour: whoever knew which posts are
    part of it could have said so now, and not before.
    ``peak_s``: middle of its largest hour, of ``peak_per_hour`` mentions. ``end_s``: end of the
    last hour with a twentieth of that and three posts at least.
    """

    shape: str
    kind: EpisodeKind
    split: Split
    paced: bool
    first_post_s: float
    onset_s: float
    visible_s: float
    peak_s: float
    end_s: float
    peak_per_hour: int
    mentions: int


def truth_of(
    mentions: Mentions, shape: Shape, profile: BrandProfile, *, turns_s: float
) -> EpisodeTruth | None:
    """Facts about these mentions; ``None`` if there never was anything to see.

    ``turns_s``: before it, there was nothing yet that would be called by the episode's name.
    """
    at_s: Floats = mentions["at_s"][~mentions["own"]]
    if not len(at_s):
        return None
    seen = _seen(at_s[at_s >= turns_s], profile)
    if seen is None:
        return None
    onset_s, visible_s = seen
    starts = np.arange(at_s[0], at_s[-1] + 1, _PEAK_STEP_S)
    hourly = np.searchsorted(at_s, starts + HOUR_S) - np.searchsorted(at_s, starts)
    peak = int(hourly.argmax())
    least = max(_OVER_SHARE * hourly[peak], _OVER_LEAST)
    return EpisodeTruth(
        shape=shape.name,
        kind=shape.kind,
        split=shape.split,
        paced=shape.paced,
        first_post_s=float(at_s[0]),
        onset_s=onset_s,
        visible_s=visible_s,
        peak_s=float(starts[peak] + HOUR_S / 2),
        end_s=float(starts[np.flatnonzero(hourly >= least)[-1]] + HOUR_S),
        peak_per_hour=int(hourly[peak]),
        mentions=len(at_s),
    )


def _seen(at_s: Floats, profile: BrandProfile) -> tuple[float, float] | None:
    """First post of the first half hour with enough of them, and the one that made it enough."""
    usual = profile.per_hour * profile.rhythm.at(at_s) * _SEEN_WITHIN_S / HOUR_S
    enough = np.ceil(np.maximum(_SEEN_LEAST, _SEEN_SHARE * usual)).astype(np.int64)
    within = np.searchsorted(at_s, at_s + _SEEN_WITHIN_S) - np.arange(len(at_s))
    seen = np.flatnonzero(within >= enough)
    if not len(seen):
        return None
    first = int(seen[0])
    return float(at_s[first]), float(at_s[first + enough[first] - 1])
