"""How it goes on, in words: what is to come, whether it fades or only pauses, and how it went."""

import math
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from agents.alerting.i18n import Words
from agents.alerting.i18n.episodes import episode_waves
from schemas.incident import Horizon, Projection, Transition

FALLS: Final = 0.9
"""Less than this part of the last hour in the next one, and the projection says that it falls."""
MORNING_H: Final = 8
BARS: Final = 24
_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_UNHEARD: Final = "░"
_LIKE: Final = 2
"""So many of the nearest episodes warn of what came next in them."""
_HOUR_S: Final = 3600.0


def eases(transition: Transition) -> bool:
    """Whether it may be called fading: a projection says so, and no likeness says otherwise.

    What is only far below its peak is a pause: the largest wave may be still to come.
    """
    to_come = transition.projection
    if to_come is None or to_come.growing or warning_episode(transition):
        return False
    return to_come.next_hour < FALLS * transition.volume.last_hour


def warning_episode(transition: Transition) -> str:
    """Return the episode that it is like and that had a second wave; empty where there is none."""
    waves = episode_waves("en")
    alike = [one.episode for one in transition.nearest if one.kind == "crisis"][:_LIKE]
    return next((name for name in (transition.pattern, *alike) if name in waves), "")


def state(words: Words, transition: Transition) -> str:
    """Return the word for where it stands; a pause is called a pause."""
    if transition.state == "fading" and not eases(transition):
        return words.texts["state_pause"]
    return words.states[transition.state]


def wave(words: Words, transition: Transition) -> list[str]:
    """Say that the watch goes on, and why, where an episode like it had a second wave."""
    name = warning_episode(transition)
    if not name or transition.state in {"resolved", "dismissed"}:
        return []
    told = words.waves[name]
    return [words.say("watch_goes_on", wave=told, pattern=words.pattern(name))]


def projection(words: Words, expected: Projection | None, at: datetime) -> tuple[str, str]:
    """Say how many mentions are to come, and within which bounds; two figures of each."""
    if expected is None:
        return words.texts["projection_none"], ""
    said = words.say(
        "projection", hour=words.about(expected.next_hour), day=words.about(expected.next_day)
    )
    bounds = words.say(
        "projection_bounds",
        hour_low=words.about(expected.next_hour_low),
        hour_high=words.about(expected.next_hour_high),
        day_low=words.about(expected.next_day_low),
        day_high=words.about(expected.next_day_high),
    )
    by_morning = until(expected, at, morning(words, at))
    if by_morning is not None:
        bounds += " · " + words.say(
            "projection_morning",
            zone=words.local(at).tzname() or "",
            mentions=words.about(by_morning.mentions),
            low=words.about(by_morning.low),
            high=words.about(by_morning.high),
        )
    return said, f"{bounds} · {words.texts['projection_growing']}" if expected.growing else bounds


def morning(words: Words, at: datetime) -> datetime:
    """Return the next 08:00 on the clocks of those who read."""
    local = words.local(at)
    due = local.replace(hour=MORNING_H, minute=0, second=0, microsecond=0)
    return due if due > local else due + timedelta(days=1)


class Expected(NamedTuple):
    """Mentions from now until a time: the median, and bounds that hold in 8 cases of 10."""

    mentions: float
    low: float
    high: float


def until(expected: Projection, at: datetime, end: datetime) -> Expected | None:
    """Return what is expected from ``at`` to ``end``, between the horizons that are known.

    None beyond the longest of them, or where the record is older than horizons are.
    """
    hours = (end - at).total_seconds() / _HOUR_S
    known = expected.horizons
    longer = next((one for one in known if one.hours >= hours), None)
    if longer is None or hours <= 0:
        return None
    shorter = max((one for one in known if one.hours < hours), key=_hours, default=None)
    if shorter is None:
        part = hours / longer.hours
        return Expected(longer.mentions * part, longer.low * part, longer.high * part)
    part = math.log(hours / shorter.hours) / math.log(longer.hours / shorter.hours)
    return Expected(
        *(
            math.expm1(math.log1p(low) + part * (math.log1p(high) - math.log1p(low)))
            for low, high in (
                (shorter.mentions, longer.mentions),
                (shorter.low, longer.low),
                (shorter.high, longer.high),
            )
        )
    )


def _hours(one: Horizon) -> int:
    return one.hours


def sparkline(words: Words, transition: Transition) -> str:
    """Draw how it went in the last hours, one block for each step; empty where nothing tells.

    The height is the root of the count, so that the usual stays visible beside a storm. What was
    not heard, in full or in part, is hatched.
    """
    course = transition.course
    if course is None or not any(course.mentions):
        return ""
    shown = course.mentions[-BARS:]
    step = timedelta(seconds=course.step_s)
    start = course.until - len(shown) * step
    most = max(shown)
    gaps = [one for one in transition.completeness.gaps if one.recovered != "full"]
    bars = []
    for place, count in enumerate(shown):
        begin = start + place * step
        unheard = any(gap.start < begin + step and gap.end > begin for gap in gaps)
        height = round(math.sqrt(count / most) * (len(_BLOCKS) - 1))
        bars.append(_UNHEARD if unheard else _BLOCKS[height])
    return words.say(
        "chart",
        bars="".join(bars),
        start=words.time(start),
        end=words.time(course.until),
        step=words.duration(course.step_s),
        most=words.number(most),
    )
