"""Can it wait until morning? Yes or no, until when, why, and what to do first.

What decides is where it goes and what it risks, not how bad it is at the moment: a Nestlé begins
with severity 3. Pure.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from agents.alerting.i18n import Words
from agents.alerting.message.model import Part
from agents.alerting.message.neutral import outside
from agents.alerting.message.sections.outlook import eases, morning, state, warning_episode
from agents.alerting.routing.team import Team
from pipeline.detection.detector.severity import SeverityBand
from schemas.incident import Transition

Because = Literal[
    "severe",
    "wave",
    "growing",
    "early",
    "doubt",
    "pause",
    "small",
    "fading",
    "heads_up",
    "snoozed",
    "over",
]
DECIDE_S: Final = 1800.0
AGREE_S: Final = 3600.0
CLEARER_S: Final = 3 * 3600.0
"""So long after it was noticed, severity is about as certain as it gets."""
LOOK_S: Final = 3600.0
RISES: Final = 1.25
NIGHT: Final = (20, 7)
STEPS: Final = 3
_LIKELY: Final = 0.5
_NAME_LIMIT: Final = 80
_STEP_LIMIT: Final = 200
_WAVES: Final = frozenset({"second_wave", "wave_after_reply", "larger", "renewed"})


class Urgency(NamedTuple):
    """Whether it can wait; ``until``: when to decide, or to look again; None for no such time."""

    waits: bool
    because: Because
    until: datetime | None = None


def urgency(words: Words, transition: Transition) -> Urgency:
    """Return whether it can wait. ``words``: on whose clocks the morning is."""
    at = transition.at
    if transition.state in {"resolved", "dismissed"} or transition.reason == "false_alarm":
        return Urgency(True, "over")
    if transition.level == "heads_up":
        return Urgency(True, "heads_up")
    snoozed = transition.handling.snoozed_until
    if snoozed is not None:
        return Urgency(True, "snoozed", snoozed)
    if transition.state == "fading" and eases(transition):
        return Urgency(True, "fading", morning(words, at))
    return _under_way(words, transition)


def _under_way(words: Words, transition: Transition) -> Urgency:
    at, band, worst = transition.at, SeverityBand.of(transition.severity), _worst(transition)
    may_be_serious = worst >= SeverityBand.SERIOUS
    now: Because | None = None
    if band >= SeverityBand.SEVERE:
        now = "severe"
    elif transition.reason in _WAVES and may_be_serious:
        now = "wave"
    elif _rises(transition) and may_be_serious:
        now = "growing"
    elif worst >= SeverityBand.SEVERE and band >= SeverityBand.SERIOUS:
        now = "pause" if transition.state == "fading" else "early"
    if now is not None and now != "pause":
        in_s = DECIDE_S if now in {"severe", "wave"} else AGREE_S
        return Urgency(False, now, at + timedelta(seconds=in_s))
    look = at + timedelta(seconds=LOOK_S)
    if transition.state == "fading":
        return Urgency(True, "pause", look)
    if may_be_serious or warning_episode(transition):
        noticed = transition.heads_up_at or transition.onset
        return Urgency(True, "doubt", max(noticed + timedelta(seconds=CLEARER_S), look))
    return Urgency(True, "small", morning(words, at))


def _worst(transition: Transition) -> SeverityBand:
    """The band that it is likely to reach."""
    seen = transition.sighting
    high = transition.severity if seen is None else seen.severity_high
    return SeverityBand.of(max(round(high), transition.severity))


def _rises(transition: Transition) -> bool:
    to_come = transition.projection
    if to_come is None:
        return transition.state == "escalating"
    return to_come.growing or to_come.next_hour >= RISES * max(transition.volume.last_hour, 1.0)


def advice(words: Words, transition: Transition, team: Team | None = None) -> Part:
    """Say whether it can wait, until when and why, and what to do, in at most three steps."""
    found = urgency(words, transition)
    team = team or Team()
    lines = list(dict.fromkeys(_steps(words, transition, found, team)))
    return Part(_question(words, transition, found), tuple(lines[:STEPS]))


def _question(words: Words, transition: Transition, found: Urgency) -> str:
    question = words.texts["wait_question" if _is_night(words, transition) else "wait_question_day"]
    why = words.say(
        f"because_{found.because}",
        severity=words.number(transition.severity),
        worst=words.number(_high(transition)),
        state=state(words, transition),
    )
    if found.until is None:
        answer = words.say("wait_yes", why=why)
    else:
        key = "wait_until" if found.waits else "wait_no"
        time = words.moment(found.until, beside=transition.at)
        answer = words.say(key, time=time, why=why)
    return f"{question} {answer}"


def _is_night(words: Words, transition: Transition) -> bool:
    hour = words.local(transition.at).hour
    return hour >= NIGHT[0] or hour < NIGHT[1]


def _high(transition: Transition) -> int:
    seen = transition.sighting
    return max(round(seen.severity_high) if seen else 1, transition.severity)


def _steps(words: Words, transition: Transition, found: Urgency, team: Team) -> Iterator[str]:
    if transition.reason == "false_alarm":
        yield words.texts["do_false"]
        return
    if found.because == "over":
        yield words.texts["do_nothing" if transition.level == "heads_up" else "do_over"]
        return
    if found.because == "heads_up":
        yield words.texts["do_read"]
        return
    if transition.reason == "wave_after_reply":
        yield words.texts["do_one_voice"]
    yield from (words.say("do_team", step=outside(step, _STEP_LIMIT)) for step in team.steps)
    yield from _lesson(words, transition)
    if not found.waits:
        who = outside(team.decides, _NAME_LIMIT) or words.texts["whoever_decides"]
        yield words.say("do_wake" if _is_night(words, transition) else "do_ask", who=who)
        yield words.texts["do_doubt" if transition.confidence < _LIKELY else "do_prepare"]
    elif found.because in {"fading", "pause"}:
        yield words.texts["do_easing"]
        yield words.texts["do_watch_on"]
    else:
        yield words.texts["do_watch"]


def _lesson(words: Words, transition: Transition) -> Iterator[str]:
    """What an episode that it is like has taught; the episode is named."""
    own = any(near.title for near in transition.nearest if near.episode == transition.pattern)
    if transition.pattern in words.lessons and not own:
        yield words.say(
            "lesson",
            pattern=words.pattern(transition.pattern),
            lesson=words.lessons[transition.pattern],
        )
