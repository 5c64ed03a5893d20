"""When to look closer: the first gate. It costs little, and lets through more than rings."""

from math import sqrt
from typing import Final, NamedTuple

from pipeline.judge.counts import INDEX
from pipeline.judge.hours import Hours
from pipeline.judge.normal import KNOWN_MENTIONS, Normal, logit
from pipeline.judge.onset import Onset, find_onset
from pipeline.judge.recent import MINUTE_S, MINUTES_KEPT_S, Recent
from pipeline.judge.rules import (
    EARLY_S,
    EARLY_TIMES_BUSIEST,
    FAINT_RATE,
    FAINT_SIGMAS,
    PLAIN_RATE,
    PLAIN_SIGMAS,
    SHIFT_LEAST,
    SHIFT_WINDOWS_S,
    STRANGER_CUES,
    STRANGER_S,
    STRANGER_TIMES,
    NoticeRule,
)

HOUR_S: Final = 3600
TEN_MINUTES_S: Final = 600


class Signs(NamedTuple):
    """What the gate looks at. ``rare``: the volume is rarer than the budget asks for.

    ``remembered``: past counts that were handed in are enough to say so. ``watched_s``: time since
    the brand's first bucket. ``minimum``: fewest mentions in an hour.
    """

    now_s: int
    rare: bool
    remembered: bool
    usual_per_hour: float
    watched_s: int
    minimum: int


def notice(signs: Signs, recent: Recent, normal: Normal) -> NoticeRule | None:
    """The rule by which the brand's talk deserves a closer look, if any."""
    hour = recent.mentions_between(signs.now_s - HOUR_S, signs.now_s)
    if hour < signs.minimum:
        return None
    if normal.acquainted:
        if signs.rare:
            return "volume"
        turned = _turned(signs, recent, normal, sigmas=FAINT_SIGMAS, rate=FAINT_RATE)
        return "negativity" if turned else None
    if signs.rare and signs.remembered:
        return "history_volume"
    if normal.acquainted_s >= EARLY_S:
        ten_minutes = recent.mentions_between(signs.now_s - TEN_MINUTES_S, signs.now_s)
        busiest = max(normal.busiest_hour, signs.usual_per_hour, signs.minimum)
        loud = max(hour, 3 * ten_minutes) >= EARLY_TIMES_BUSIEST * busiest
        return "early_volume" if signs.rare and loud else None
    return "stranger" if _strange(signs, hour, recent, normal) else None


def _strange(signs: Signs, hour: int, recent: Recent, normal: Normal) -> bool:
    """Whether a hardly known brand is met with outrage: ``hour`` mentions in the last one."""
    if signs.watched_s < STRANGER_S or normal.counts[0] >= KNOWN_MENTIONS:
        return False
    counts = recent.window(signs.now_s - HOUR_S).counts
    cues = counts[INDEX["outrage"]] + counts[INDEX["boycott"]]
    loud = hour >= STRANGER_TIMES * signs.minimum
    return loud and cues >= STRANGER_CUES * max(counts[0], 1)


def is_plain(signs: Signs, recent: Recent, normal: Normal) -> bool:
    """Whether a rise, or a turn of the tone, is so plain that it needs not last."""
    return signs.rare or _turned(signs, recent, normal, sigmas=PLAIN_SIGMAS, rate=PLAIN_RATE)


def _turned(signs: Signs, recent: Recent, normal: Normal, *, sigmas: float, rate: float) -> bool:
    usual = normal.share("negative")
    for length_s in SHIFT_WINDOWS_S:
        from_s = signs.now_s - length_s
        mentions = recent.mentions_between(from_s, signs.now_s)
        negative = recent.negative_between(from_s, signs.now_s)
        usual_s = normal.hours.over(from_s, signs.now_s)
        louder = mentions * HOUR_S >= rate * signs.usual_per_hour * usual_s
        if not louder or negative < SHIFT_LEAST:
            continue
        share = (negative + 4 * usual) / (mentions + 4)
        deviation = sqrt(1 / ((mentions + 4) * share * (1 - share)) + normal.wobble)
        if logit(share) - logit(usual) >= sigmas * deviation:
            return True
    return False


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


class Level(NamedTuple):
    """What was said in the hours before an onset, in mentions a minute.

    ``before``: as it was. ``mean_hour``: what that is at a mean hour of the brand's day.
    """

    before: float
    mean_hour: float


def level_before(onset: Onset, *, from_s: int, usual_per_hour: float, hours: Hours) -> Level:
    """The level from ``from_s`` to ``onset``, with an hour of the brand's usual as a prior."""
    minutes = max(onset.at_s - from_s, 0) / MINUTE_S
    mentions = onset.before * minutes + usual_per_hour
    mean_hours = hours.over(from_s, onset.at_s) / MINUTE_S
    return Level(mentions / (minutes + 60), mentions / (mean_hours + 60))
