"""The sections of an alert: why, how complete, in whose words, what to come, what to do."""

import math
import re
from math import exp
from typing import get_args

from agents.alerting.i18n import Words
from agents.alerting.message.model import Link, Part, Quote
from agents.alerting.message.neutral import outside
from pipeline.detection.detector.levels import KIND_MOST, RARITY_MOST, RING_KIND, RING_RARITY
from pipeline.detection.detector.severity import SeverityBand
from pipeline.detection.feedback.handling import BREAKS_AT
from pipeline.detection.patterns.confidence import LIVE_S, PROMPT_S
from pipeline.detection.patterns.features import WORDING_MARK
from pipeline.detection.reasons import WATCH_RULES, FeedbackRule
from pipeline.snowflake import posted_at_s
from schemas.bucket import Example, Watched
from schemas.incident import Learned, Projection, Reason, Transition

FOR_LIMIT = 5
AGAINST_LIMIT = 2
EXAMPLE_LIMIT = 3
GAP_LIMIT = 3
NEAREST_LIMIT = 3

_X = "https://x.com"
_X_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_SNOWFLAKE_SLACK_S = 2.0
_MOST_ODDS_LOG10 = 4.0
_TELLING = 0.1
"""A term that moves the log-odds by less is not told."""
_MOST_FACTOR = 9.2
_DOUBTFUL = 0.8
_NAME_LIMIT = 60
_HANDLE_LIMIT = 40
_WATCHED_S = 9 * 86_400
"""A post is watched for two days, and an incident lasts a week at most."""
_NOTE_LIMIT = 280

FEEDBACK_RULES = frozenset(get_args(FeedbackRule))
"""Reasons of steps that people caused: they say nothing about why it rings."""


def why(words: Words, transition: Transition) -> tuple[Part, ...]:
    """Say what decided, what it is like and, where something does, what speaks against it."""
    decided = [*ruling(words, transition), *watched(words, transition)]
    decided += figures(words, transition)
    if transition.nature != "unclear":
        decided.append(words.texts[f"nature_{transition.nature}"])
    if transition.level == "heads_up":
        decided += would_ring(words, transition)
    alike = (*reasons(words, transition, limit=FOR_LIMIT), *nearest(words, transition))
    links = watched_links(words, transition)
    parts = [Part(words.texts["heading_why"], tuple(decided), links)]
    if alike:
        parts.append(Part(words.texts["heading_like"], alike))
    light = sorted(transition.reasons, key=lambda reason: reason.weight)[:AGAINST_LIMIT]
    against = [sentence(words, reason) for reason in light if reason.weight < 0]
    against = [*_terms(words, transition, sign=-1), *against]
    if against:
        parts.append(Part(words.texts["heading_against"], tuple(against)))
    return tuple(parts)


def ruling(words: Words, transition: Transition) -> list[str]:
    """Say the rule that decided, unless it was a person."""
    by_person = transition.reason in FEEDBACK_RULES
    return [] if by_person else [rule(words, transition.reason)]


def watched(words: Words, transition: Transition) -> list[str]:
    """Say what the watch list told, the newest first; the headline says what decided."""
    told = decisive(transition)
    return [watched_line(words, one) for one in reversed(transition.watched) if one is not told]


def decisive(transition: Transition) -> Watched | None:
    """Return what the watch list told that decided, where it did."""
    by = (one for one in transition.watched if WATCH_RULES[one.kind] == transition.reason)
    return next(by, None)


def watched_line(words: Words, one: Watched) -> str:
    """Return one step that the watch list told, as a sentence."""
    handle = outside(one.handle, _HANDLE_LIMIT)
    return words.say(f"watched_{one.kind}", handle=handle, count=words.number(one.count))


def watched_links(words: Words, transition: Transition) -> tuple[Link, ...]:
    """Return where to read the posts of it that are certainly on X, the newest first."""
    return tuple(
        Link(words.say("open_watched", handle=one.handle), url)
        for one in reversed(transition.watched)
        if (url := _watched_url(one, transition))
    )


def _watched_url(one: Watched, transition: Transition) -> str:
    """The address of a watched post, whose id says that it is of the days before."""
    made_s = posted_at_s(one.post)
    at_s = transition.at.timestamp()
    if made_s is None or not at_s - _WATCHED_S <= made_s <= at_s:
        return ""
    return f"{_X}/{one.handle}/status/{one.post}" if _X_HANDLE.fullmatch(one.handle) else ""


def figures(words: Words, transition: Transition) -> list[str]:
    """Say how many voices there are, and which of their shares speak most for a crisis."""
    seen = transition.sighting
    if seen is None:
        return []
    voices = words.say(
        "voices",
        voices=words.number(round(seen.voices)),
        usual=words.number(round(seen.usual_voices, 1)),
    )
    return [voices, *_terms(words, transition, sign=1)]


def _terms(words: Words, transition: Transition, *, sign: int) -> list[str]:
    """Return sentences for the terms of the kind that speak for it, or against it."""
    seen = transition.sighting
    terms = [] if seen is None else [one for one in seen.terms if sign * one.weight >= _TELLING]
    terms.sort(key=lambda one: -sign * one.weight)
    return [
        sentence(words, Reason(code=one.code, value=one.share, normal=one.usual))
        for one in terms[: FOR_LIMIT if sign > 0 else AGAINST_LIMIT]
    ]


def would_ring(words: Words, transition: Transition) -> list[str]:
    """Say what is missing to a ring: how much rarer, how much surer, or both.

    Neither counts without bound, so that at times only the other could make it ring.
    """
    seen = transition.sighting
    if seen is None:
        return []
    rarer = exp(min(max(seen.needed_rarity - seen.rarity, 0.0), _MOST_FACTOR))
    surer = exp(min(max(seen.needed_kind - seen.kind, 0.0), _MOST_FACTOR))
    by_rarity = seen.needed_rarity <= RARITY_MOST and seen.kind >= RING_KIND
    by_kind = seen.needed_kind <= KIND_MOST and seen.rarity >= RING_RARITY
    key = "would_ring_both"
    if by_rarity and by_kind:
        key = "would_ring"
    elif by_rarity:
        key = "would_ring_rarer"
    elif by_kind:
        key = "would_ring_surer"
    fields = {
        "rarer": words.count("times", _two_digits(rarer)),
        "surer": words.count("times", _two_digits(surer)),
    }
    return [words.say(key, **fields)]


def _two_digits(value: float) -> float:
    """Round to two digits: what is estimated is no more exact.

    >>> _two_digits(4321.0), _two_digits(3.14)
    (4300.0, 3.1)
    """
    return float(f"{value:.2g}")


def reasons(words: Words, transition: Transition, *, limit: int) -> list[str]:
    """Return sentences for the reasons that speak for a crisis, the heaviest first."""
    speaking = [reason for reason in transition.reasons if reason.weight >= 0]
    speaking.sort(key=lambda reason: -reason.weight)
    return [sentence(words, reason) for reason in speaking[:limit]]


def sentence(words: Words, reason: Reason) -> str:
    """Return one reason as a sentence; a code that is not known is shown as it is, with figures."""
    if reason.code == "course" and reason.weight < 0:
        return words.texts["course_against"]
    detail = _detail(words, reason)
    known = words.reasons.get(reason.code)
    if known is None:
        code = outside(reason.code.replace("_", " "), 40)
        value = words.number(reason.value)
        if reason.normal is None:
            return words.say("reason_unknown_bare", code=code, value=value)
        return words.say(
            "reason_unknown", code=code, value=value, normal=words.number(reason.normal)
        )
    value = words.value(known.unit, reason.value)
    if reason.normal is None:
        return known.bare.format(value=value, detail=detail)
    normal = words.value(known.unit, reason.normal)
    return known.text.format(value=value, normal=normal, detail=detail)


def _detail(words: Words, reason: Reason) -> str:
    # What carries an episode is a hashtag, a link or a reposted post; an id tells a reader nothing.
    if reason.detail.startswith(WORDING_MARK):
        return words.texts["one_wording"]
    if reason.code == "concentration" and not ({"#", ".", "/"} & set(reason.detail)):
        return words.texts["one_post"]
    return outside(reason.detail, 80)


def rule(words: Words, name: str) -> str:
    """Return the sentence for the rule that decided; one that is not known keeps its name."""
    return words.rules.get(name) or words.say(
        "rule_unknown", rule=outside(name.replace("_", " "), 60)
    )


def hands(words: Words, transition: Transition) -> tuple[Part, ...]:
    """Say in whose hands it is, where somebody said anything about it."""
    handling, at = transition.handling, transition.at
    lines = []
    if transition.reason == "false_alarm":
        lines.append(words.say("hands_false", by=_name(transition.by), time=words.moment(at)))
        lines += _note(words, transition) + learned(words, transition.learned)
        return (Part(words.texts["heading_hands"], tuple(lines)),)
    if handling.acknowledged_at is not None:
        by, since = _name(handling.acknowledged_by), handling.acknowledged_at
        lines.append(words.say("hands_ack", by=by, time=words.moment(since, beside=at)))
    if handling.snoozed_until is not None:
        lines.append(
            words.say(
                "hands_snoozed",
                by=_name(handling.snoozed_by),
                time=words.moment(handling.snoozed_until, beside=at),
                severity=words.number(handling.snoozed_severity + BREAKS_AT),
            )
        )
    elif transition.reason == "snooze_broken":
        lines.append(
            words.say(
                "hands_broken",
                by=_name(handling.snoozed_by),
                before=words.number(handling.snoozed_severity),
                after=words.number(transition.severity),
            )
        )
    elif transition.reason == "unsnoozed":
        lines.append(words.say("hands_woken", by=_name(handling.snoozed_by)))
    lines += _note(words, transition)
    return (Part(words.texts["heading_hands"], tuple(lines)),) if lines else ()


def learned(words: Words, known: Learned) -> list[str]:
    """Say what false alarms still change for the brand; nothing where they change nothing."""
    lines = []
    if known.budget < 1:
        times = words.count("times", 1 / known.budget if known.budget else math.inf)
        lines.append(words.say("learned_budget", times=times))
    lines += [
        words.say(
            "learned_weight",
            pattern=outside(words.pattern(episode), _NAME_LIMIT),
            share=words.percent(weight),
        )
        for episode, weight in known.weights
    ]
    return lines


def _name(by: str) -> str:
    return outside(by, _NAME_LIMIT)


def _note(words: Words, transition: Transition) -> list[str]:
    if not transition.note:
        return []
    note = outside(transition.note, _NOTE_LIMIT)
    return [words.say("hands_note", by=_name(transition.by), note=note)]


def nearest(words: Words, transition: Transition) -> list[str]:
    """Name the nearest episodes of the library and how far along this one would be."""
    items = [
        words.say(
            "nearest_harmless" if near.kind == "harmless" else "nearest_item",
            pattern=outside(words.pattern(near.episode, near.title), 60),
            phase=words.percent(near.phase),
        )
        for near in transition.nearest[:NEAREST_LIMIT]
    ]
    return [words.say("nearest", episodes=", ".join(items))] if items else []


def title_of(transition: Transition) -> str:
    """Return the title of the pattern, where it is an episode that a user added."""
    found = (near.title for near in transition.nearest if near.episode == transition.pattern)
    return next(found, "")


def evidence(words: Words, log10_odds: float) -> str:
    """Say the odds crisis : harmless; beyond 10,000 : 1 no figure is claimed."""
    odds = words.number(round(10 ** min(abs(log10_odds), _MOST_ODDS_LOG10)))
    if abs(log10_odds) > _MOST_ODDS_LOG10:
        odds = f">\u00a0{odds}"
    return words.say("odds_for" if log10_odds >= 0 else "odds_against", odds=odds)


def projection(words: Words, expected: Projection | None) -> tuple[str, str]:
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
    return said, f"{bounds} · {words.texts['projection_growing']}" if expected.growing else bounds


def completeness(words: Words, transition: Transition) -> Part:
    """Say what was seen of the time since the onset, and what was not."""
    lines = blind_spots(words, transition) or [words.texts["seen_all"]]
    if transition.completeness.behind_s > LIVE_S:
        lines.append(words.texts["seen_behind_long"])
    return Part(words.texts["heading_seen"], tuple(lines))


def blind_spots(words: Words, transition: Transition) -> list[str]:
    """Say what could not be seen; empty where everything was."""
    seen = transition.completeness
    lines = []
    if seen.coverage < 1:
        lines.append(words.say("seen_part", coverage=words.percent(seen.coverage)))
    lines += [
        words.say(
            "seen_gap",
            start=words.moment(gap.start, beside=transition.at),
            end=words.moment(gap.end, beside=transition.at),
            cause=words.causes[gap.cause],
            recovery=words.recoveries[gap.recovered],
        )
        for gap in seen.gaps[:GAP_LIMIT]
    ]
    if len(seen.gaps) > GAP_LIMIT:
        lines.append(words.count("seen_gaps_more", len(seen.gaps) - GAP_LIMIT))
    if seen.blind:
        names = ", ".join(outside(name, 40) for name in seen.blind[:GAP_LIMIT])
        lines.append(words.say("seen_blind", sources=names))
    if seen.quarantined:
        names = ", ".join(outside(name, 40) for name in seen.quarantined[:GAP_LIMIT])
        lines.append(words.say("seen_quarantined", sources=names))
    if seen.sampled:
        lines.append(words.texts["seen_sampled"])
    if seen.from_history:
        lines.append(words.texts["seen_history"])
    if seen.late > 0:
        lines.append(words.say("seen_late", share=words.percent(seen.late)))
    if seen.future > 0:
        lines.append(words.say("seen_future", share=words.percent(seen.future)))
    if PROMPT_S < seen.behind_s <= LIVE_S:
        lines.append(words.say("seen_behind", duration=words.duration(seen.behind_s)))
    return lines


def quotes(words: Words, transition: Transition) -> tuple[Quote, ...]:
    """Return up to three examples, neutralised."""
    return tuple(_quote(words, transition, post) for post in transition.examples[:EXAMPLE_LIMIT])


def _quote(words: Words, transition: Transition, post: Example) -> Quote:
    by = [
        outside(f"@{post.handle or '?'}", 40),
        words.count("followers", post.followers),
        words.texts[f"kind_{post.kind}"],
        words.moment(post.created_at, beside=transition.at),
    ]
    return Quote(
        by=", ".join(part for part in by if part),
        text=outside(post.text),
        url=post_url(post),
        open=words.texts["open_post"],
    )


def post_url(post: Example) -> str:
    """Return the address of a post on X, or nothing where it is not certainly one of X.

    An id that X gave carries the time of the post, and X's handles have at most 15 characters;
    what was simulated, or comes from elsewhere, fails one or the other.
    """
    made_s = posted_at_s(post.id)
    if made_s is None or not _X_HANDLE.fullmatch(post.handle):
        return ""
    if abs(made_s - post.created_at.timestamp()) > _SNOWFLAKE_SLACK_S:
        return ""
    return f"{_X}/{post.handle}/status/{post.id}"


def advice(words: Words, transition: Transition) -> Part:
    """Say what to do now, in at most three lines."""
    lines = []
    if transition.reason == "false_alarm":
        lines.append(words.texts["do_false"])
    elif transition.level == "heads_up":
        over = transition.state == "dismissed"
        lines.append(words.texts["do_nothing" if over else "do_read"])
    elif transition.state == "resolved":
        lines.append(words.texts["do_over"])
    elif transition.state == "fading":
        lines.append(words.texts["do_easing"])
    else:
        lines += _decide(words, transition)
    if transition.reason == "wave_after_reply":
        lines.append(words.texts["do_one_voice"])
    elif (
        transition.pattern in words.lessons
        and transition.level == "ring"
        and transition.state != "resolved"
        and not title_of(transition)
    ):
        pattern = words.pattern(transition.pattern)
        lesson = words.lessons[transition.pattern]
        lines.append(words.say("lesson", pattern=pattern, lesson=lesson))
    return Part(words.texts["heading_do"], tuple(lines))


def _decide(words: Words, transition: Transition) -> list[str]:
    band = SeverityBand.of(transition.severity)
    if band >= SeverityBand.SEVERE:
        first = "do_decide"
    elif band >= SeverityBand.SERIOUS:
        first = "do_prepare"
    else:
        first = "do_watch"
    lines = [words.texts[first]]
    if transition.confidence < _DOUBTFUL:
        lines.append(words.texts["do_doubt"])
    return lines
