"""The sections of an alert: why, how complete, in whose words, what to come, what to do."""

import math
from collections.abc import Collection, Mapping
from typing import Protocol

from agents.alerting.i18n import Words
from agents.alerting.message.addresses import X_HANDLE, X, post_url, translation_url
from agents.alerting.message.model import Link, Part, Quote
from agents.alerting.message.neutral import outside
from agents.alerting.message.sections.missing import would_ring
from agents.alerting.message.sections.outlook import eases, wave
from pipeline.detection.feedback.handling import BREAKS_AT
from pipeline.detection.patterns.confidence import LIVE_S, PROMPT_S
from pipeline.detection.patterns.features import WORDING_MARK
from pipeline.detection.reasons import FEEDBACK_RULES, WATCH_RULES
from pipeline.snowflake import posted_at_s
from schemas.bucket import Example, Watched
from schemas.incident import Learned, Reason, Resemblance, Sighting, Term, Transition

FOR_LIMIT = 5
AGAINST_LIMIT = 2
EXAMPLE_LIMIT = 5
GAP_LIMIT = 3
NEAREST_LIMIT = 3

_TELLING = 0.1
"""A term that moves the log-odds by less is not told."""
_NAME_LIMIT = 60
_HANDLE_LIMIT = 40
_WATCHED_S = 9 * 86_400
"""A post is watched for two days, and an incident lasts a week at most."""
_NOTE_LIMIT = 280

_TOLD_ABOVE = frozenset({"surge", "acceleration", "negative_shift", "negative"})
"""Volume and tone are told once, at the head of the alert."""
_TOLD_AT_THE_HEAD = frozenset({"attacking"})
_WAYS: Mapping[str, int] = {
    **dict.fromkeys(
        (
            *("accusing", "attacking", "fierce", "attacks_passed_on", "negative_passed_on"),
            *("leading_post", "sample", "passed_on", "outrage", "boycott", "takedown"),
        ),
        1,
    ),
    **dict.fromkeys(
        (
            *("positive", "praise", "sad", "complaint", "off_topic", "rivals"),
            *("positive_share", "sad_news"),
        ),
        -1,
    ),
}
"""Which way more than usual of each speaks to a reader: for a crisis (1), or against one."""
_AGAINST = frozenset({"addressed", "course", "false_alarms"})
"""What speaks against it wherever it has such a weight, whether it is more than usual or less."""


class Weighed(Protocol):
    """What a transition and an incident of a report both hold: what spoke for it, and against."""

    @property
    def sighting(self) -> Sighting | None:
        """The figures of its voices and of their kind."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What made it alike to episodes of the library."""

    @property
    def nearest(self) -> tuple[Resemblance, ...]:
        """Those episodes, the nearest first."""

    @property
    def pattern(self) -> str:
        """The name of what it is like."""


def why(words: Words, transition: Transition) -> tuple[Part, ...]:
    """Say what decided, what it is like and, where something does, what speaks against it.

    The rule itself and the share of attacks are left to the line that stands above all this
    (``compose``), and told once.
    """
    decided = [*watched(words, transition), *figures(words, transition, but=_TOLD_AT_THE_HEAD)]
    if transition.nature != "unclear":
        decided.append(words.texts[f"nature_{transition.nature}"])
    if transition.level == "heads_up":
        decided += would_ring(words, transition)
    else:
        decided += wave(words, transition)
    alike = likeness(words, transition)
    links = watched_links(words, transition)
    parts = [Part(words.texts["heading_why"], tuple(decided), links)] if decided or links else []
    if alike:
        parts.append(Part(words.texts["heading_like"], alike))
    if against := contrary(words, transition):
        parts.append(Part(words.texts["heading_against"], tuple(against)))
    return tuple(parts)


def like(words: Words, told: Weighed) -> str:
    """Say in a headline what it is like."""
    nearest = next(iter(told.nearest), None)
    pattern = told.pattern or (nearest.episode if nearest else "")
    if pattern in {"", "unknown"}:
        return words.texts["like_nothing"]
    kinds = {near.episode: near.kind for near in told.nearest}
    key = "like_harmless" if kinds.get(pattern) == "harmless" else "like"
    known = words.pattern(pattern, title_of(told))
    return words.say(key, pattern=outside(known, _NAME_LIMIT))


def likeness(words: Words, told: Weighed) -> tuple[str, ...]:
    """Say what makes it alike to episodes of the library, and to which."""
    return (*reasons(words, told, limit=FOR_LIMIT), *nearest(words, told))


def contrary(words: Words, told: Weighed) -> list[str]:
    """Say what speaks against it."""
    light = [one for one in told.reasons if one.weight < 0 and argues(words, one, against=True)]
    light.sort(key=lambda one: one.weight)
    against = [sentence(words, one) for one in light[:AGAINST_LIMIT]]
    return [*terms(words, told, sign=-1), *against]


def ruling(words: Words, transition: Transition) -> list[str]:
    """Say the rule that decided, unless it was a person."""
    if transition.reason in FEEDBACK_RULES:
        return []
    if transition.reason == "falling" and not eases(transition):
        return [words.texts["rule_pause"]]
    return [rule(words, transition.reason)]


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
    return f"{X}/{one.handle}/status/{one.post}" if X_HANDLE.fullmatch(one.handle) else ""


def figures(words: Words, transition: Weighed, *, but: Collection[str] = ()) -> list[str]:
    """Say how many voices there are, and which of their shares speak most for a crisis.

    ``but``: codes that are told elsewhere.
    """
    seen = transition.sighting
    if seen is None:
        return []
    voices = words.say(
        "voices",
        voices=words.number(round(seen.voices)),
        usual=words.number(round(seen.usual_voices, 1)),
    )
    return [voices, *terms(words, transition, sign=1, but=but)]


def terms(words: Words, transition: Weighed, *, sign: int, but: Collection[str] = ()) -> list[str]:
    """Return sentences for the terms of the kind that speak for it, or against it.

    ``but``: codes that are told elsewhere.
    """
    seen = transition.sighting
    known = () if seen is None else seen.terms
    found = [one for one in known if sign * one.weight >= _TELLING and one.code not in but]
    found.sort(key=lambda one: -sign * one.weight)
    told = (Reason(code=one.code, value=one.share, normal=one.usual) for one in found)
    speaking = [one for one in told if argues(words, one, against=sign < 0)]
    return [sentence(words, one) for one in speaking[: FOR_LIMIT if sign > 0 else AGAINST_LIMIT]]


def reasons(words: Words, transition: Weighed, *, limit: int) -> list[str]:
    """Return sentences for the reasons that speak for a crisis, the heaviest first."""
    speaking = [
        one for one in transition.reasons if one.weight >= 0 and argues(words, one, against=False)
    ]
    speaking.sort(key=lambda reason: -reason.weight)
    return [sentence(words, reason) for reason in speaking[:limit]]


def argues(words: Words, reason: Reason, *, against: bool) -> bool:
    """Whether the figures of a reason, read as a sentence, argue in the direction of its heading.

    A difference that is rounded away argues for nothing: "7 % against 7 % usually".

    Weights compare with the episodes of a library, so that "14 times as many mentions" may weigh
    against a likeness to a louder one; as a sentence it would argue for it. And the volume is told
    once, by one pair of figures, at the head of the alert.
    """
    return _argues(
        reason.code, reason.value, reason.normal, against=against
    ) and not _is_rounded_away(words, reason)


def _is_rounded_away(words: Words, reason: Reason) -> bool:
    """Whether the two figures of a sentence are written alike."""
    if reason.normal is None:
        return False
    known = words.reasons.get(reason.code)
    if known is None:
        return words.number(reason.value) == words.number(reason.normal)
    if "{normal}" not in known.text:
        return False
    return words.value(known.unit, reason.value) == words.value(known.unit, reason.normal)


def _argues(code: str, value: float, normal: float | None, *, against: bool) -> bool:
    """The same of a code, what was seen, and what is normal.

    >>> _argues("attacking", 0.4, 0.1, against=True), _argues("praise", 0.4, 0.1, against=True)
    (False, True)
    """
    if code in _TOLD_ABOVE:
        return False
    way = _WAYS.get(code)
    if way is None:
        return code in _AGAINST or not against
    if normal is None:
        return (way < 0) == against
    return value != normal and ((value > normal) == (way > 0)) != against


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
    if transition.reason == "missed":
        lines.append(words.say("hands_missed", by=_name(transition.by), time=words.moment(at)))
        lines += learned(words, transition.learned)
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
    if known.lenient > 1:
        times = words.count("times", round(known.lenient, 1))
        lines.append(words.say("learned_lenient", times=times))
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


def nearest(words: Words, transition: Weighed) -> list[str]:
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


def title_of(transition: Weighed) -> str:
    """Return the title of the pattern, where it is an episode that a user added."""
    found = (near.title for near in transition.nearest if near.episode == transition.pattern)
    return next(found, "")


def chance(words: Words, transition: Transition) -> tuple[str, str]:
    """Say the one probability, and what was taken off from what the evidence alone says."""
    share = words.percent(transition.confidence)
    left = before = transition.confidence + sum(one.share for one in transition.taken_off)
    parts = []
    for one in transition.taken_off:
        # Rounded as what is left is, so that what is told adds up.
        points = round(100 * left) - round(100 * (left - one.share))
        left -= one.share
        if points:
            parts.append(words.say(f"taken_{one.code}", share=words.number(points)))
    if not parts:
        return words.say("chance", share=share), ""
    before_said = words.percent(min(before, 1.0))
    detail = words.say("sure_taken", before=before_said, taken=", ".join(parts))
    return words.say("chance", share=share), detail


def attack(transition: Transition) -> Term | None:
    """Return the share of what came on top that attacks the brand, where the step tells it."""
    seen = transition.sighting
    terms = seen.terms if seen is not None else ()
    return next((one for one in terms if one.code == "attacking"), None)


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
    """Return up to five examples, neutralised."""
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
        lang=post.lang,
        translation=_translation(words, post),
    )


def _translation(words: Words, post: Example) -> Link | None:
    """Where to read a post that is in another language than the alert."""
    lang = post.lang.partition("-")[0]
    if lang in {"und", words.code} or not post.text:
        return None
    return Link(words.texts["translate"], translation_url(outside(post.text), lang, words.code))
