"""Where a rise began, and the level of the hours before it."""

from typing import NamedTuple

from pipeline.detection.baseline.hours import HourlyCounts
from pipeline.detection.incident.onset import Onset, find_onset
from pipeline.detection.window.recent import MINUTE_S, MINUTES_KEPT_S, Recent


def onset_of(recent: Recent, now_s: int, *, not_before_s: int, negative: bool) -> Onset:
    """Where the rise began, at most six hours back, by all mentions or by the negative ones.

    ``before`` is always in mentions a minute, of all kinds.
    """
    last_s = now_s - 1 - (now_s - 1) % MINUTE_S
    floor_s = not_before_s - not_before_s % MINUTE_S
    first_s = max(last_s - MINUTES_KEPT_S + MINUTE_S, floor_s)
    if first_s < not_before_s:
        first_s = min(first_s + MINUTE_S, last_s)
    size = (last_s - first_s) // MINUTE_S + 1
    every, critical = [0] * size, [0] * size
    for minute in recent.minutes:
        place = (minute.start_s - first_s) // MINUTE_S
        if 0 <= place < size:
            every[place] = minute.mentions
            critical[place] = minute.negative
    onset = find_onset(critical if negative else every, first_s)
    place = (onset.at_s - first_s) // MINUTE_S
    return Onset(onset.at_s, sum(every[:place]) / place if place else 0.0)


class LevelBefore(NamedTuple):
    """What was said in the hours before an onset, in mentions a minute.

    ``before``: as it was. ``mean_hour``: what that is at a mean hour of the brand's day.
    """

    before: float
    mean_hour: float


def level_before(
    onset: Onset, *, from_s: int, usual_per_hour: float, hours: HourlyCounts
) -> LevelBefore:
    """The level from ``from_s`` to ``onset``, with an hour of the brand's usual as a prior."""
    minutes = max(onset.at_s - from_s, 0) / MINUTE_S
    mentions = onset.before * minutes + usual_per_hour
    mean_hours = hours.over(from_s, onset.at_s) / MINUTE_S
    return LevelBefore(mentions / (minutes + 60), mentions / (mean_hours + 60))
