"""What an alert says, before anyone decides how it looks: a transition told in one language.

``tell`` gives the whole message, ``tell_change`` the few lines of its thread. Both are pure. Every
string in them is safe to be shown literally; none is safe to be parsed as markup (``mrkdwn`` of
``agents.alerting.message.neutral`` makes it so for Slack).
"""

from datetime import datetime
from typing import Final

from msgspec import Struct

from agents.alerting.i18n import LANGUAGES, Words
from agents.alerting.message import sections
from agents.alerting.message.drivers import drivers, reply
from agents.alerting.message.neutral import cut, outside
from agents.alerting.message.sections import Link, Part, Quote
from agents.alerting.message.stories import stories
from pipeline.detection.detector.severity import SeverityBand
from schemas.brand import Brand
from schemas.incident import State, Transition

HEADLINE_LIMIT = 148
NAME_LIMIT = 60

_EASING: dict[State, str] = {
    "noticed": "⚪",
    "fading": "🔵",
    "resolved": "🟢",
    "dismissed": "⚪",
}
_COLOURS: Final = {
    SeverityBand.EXTREME: "🔴",
    SeverityBand.SEVERE: "🔴",
    SeverityBand.SERIOUS: "🟠",
    SeverityBand.MODERATE: "🟡",
    SeverityBand.MINOR: "🟡",
}
_SECOND_WAVE = ("fading", "escalating")
_LOUD = frozenset({"snooze_broken", "larger"})
_CALM = frozenset({"acknowledged", "false_alarm"})
_FIGURES = 4
_WORSE: frozenset[State] = frozenset({"open", "escalating", "reopened"})


class Fact(Struct, frozen=True):
    """One figure to see at a glance: a label, the figure, and what puts it in proportion."""

    label: str
    value: str
    beside: str = ""
    dated: bool = False
    """Whether the value is the onset, which may be shown in the reader's own time as well."""


class Story(Struct, frozen=True, kw_only=True):
    """A message. ``summary`` stands alone: it is what a locked phone shows."""

    mark: str
    brand: str
    headline: str
    summary: str
    facts: tuple[Fact, ...]
    onset: datetime
    your_time: str
    parts: tuple[Part, ...]
    quotes_heading: str
    quotes: tuple[Quote, ...]
    closing: tuple[Part, ...]
    next: str
    footer: str


class Snapshot(Struct, frozen=True, kw_only=True):
    """What was last said of an incident, to say what changed since."""

    seq: int
    state: State
    severity: int
    last_hour: float
    negative_share: float


class Change(Struct, frozen=True, kw_only=True):
    """One step of an incident, for its thread. ``loud``: people must hear of it again."""

    mark: str
    brand: str
    headline: str
    lines: tuple[str, ...]
    loud: bool
    links: tuple[Link, ...] = ()


def snapshot(transition: Transition) -> Snapshot:
    """Return what the next change will be compared with."""
    return Snapshot(
        seq=transition.seq,
        state=transition.state,
        severity=transition.severity,
        last_hour=transition.volume.last_hour,
        negative_share=transition.negative_share,
    )


def words_of(brand: Brand) -> Words:
    """Return the words of the brand's alert language."""
    return LANGUAGES[brand.alert_language]


def name_of(brand: Brand) -> str:
    """Return the brand's name as its owner writes it first."""
    return outside(brand.names[0] if brand.names else brand.id, NAME_LIMIT)


def mark(transition: Transition) -> str:
    """Return the coloured dot: of its severity, blue and green when it ends.

    What never rang is white.
    """
    if transition.state in _EASING:
        return _EASING[transition.state]
    return _COLOURS[SeverityBand.of(transition.severity)]


def tell(transition: Transition, brand: Brand) -> Story:
    """Tell the incident as it stands after ``transition``."""
    words = words_of(brand)
    headline = _headline(words, transition, brand)
    facts = _facts(words, transition)
    volume, negative = facts[0], facts[1]
    return Story(
        mark=mark(transition),
        brand=name_of(brand),
        headline=headline,
        summary=f"{mark(transition)} {headline}. "
        f"{volume.label}{words.colon} {volume.value}. "
        f"{negative.label}{words.colon} {negative.value}.",
        facts=facts,
        onset=transition.onset,
        your_time=words.texts["since_local"],
        parts=(
            *sections.hands(words, transition),
            *sections.why(words, transition),
            *stories(words, transition),
            drivers(words, transition, brand),
        ),
        quotes_heading=words.texts["heading_examples"],
        quotes=sections.quotes(words, transition),
        closing=(
            sections.completeness(words, transition),
            sections.advice(words, transition),
        ),
        next=words.texts["next"],
        footer=words.say(
            "footer",
            incident=outside(transition.incident, 80),
            step=words.number(transition.seq),
            moment=words.moment(transition.at),
            model=outside(transition.model, 60) or "?",
        ),
    )


def tell_heads_up(transition: Transition, brand: Brand) -> Change:
    """Tell what has not rung, in a few quiet lines: what was seen, and what would make it ring."""
    words = words_of(brand)
    over = transition.state == "dismissed"
    lines = [
        *(line for part in sections.hands(words, transition) for line in part.lines),
        *sections.ruling(words, transition),
        *sections.watched(words, transition),
        *sections.figures(words, transition)[:_FIGURES],
        *sections.would_ring(words, transition),
        *([] if over else sections.blind_spots(words, transition)),
    ]
    return Change(
        mark=mark(transition),
        brand=name_of(brand),
        headline=_headline(words, transition, brand),
        lines=tuple(lines),
        loud=False,
        links=sections.watched_links(words, transition),
    )


def tell_rung(transition: Transition, brand: Brand) -> str:
    """Tell, in the place of a heads-up, that it has rung."""
    words = words_of(brand)
    moment = words.moment(transition.rung_at or transition.at)
    return f"{mark(transition)} {words.say('headline_rang', brand=name_of(brand), time=moment)}"


def tell_change(transition: Transition, brand: Brand, before: Snapshot) -> Change:
    """Tell what ``transition`` changed since ``before``, and by which rule."""
    words = words_of(brand)
    said = words.texts.get(f"said_{transition.reason}")  # by a person, or of what one had said
    state = _capital(said or words.states[transition.state])
    fields = {"state": state, "time": words.moment(transition.at)}
    after = words.number(transition.severity)
    if before.severity == transition.severity:
        headline = words.say("change_same", after=after, **fields)
    else:
        headline = words.say("change", before=words.number(before.severity), after=after, **fields)
    if transition.reason in sections.FEEDBACK_RULES:
        lines = [line for part in sections.hands(words, transition) for line in part.lines]
    else:
        lines = [sections.rule(words, transition.reason)]
    lines.append(_figures(words, transition, before))
    if transition.state in _WORSE:
        lines += sections.reasons(words, transition, limit=3)
        lines += _reply_and_projection(words, transition)
    if transition.state == "resolved":
        lines.append(
            words.say(
                "change_total",
                total=words.number(transition.volume.since_onset),
                duration=words.duration((transition.at - transition.onset).total_seconds()),
                peak=words.moment(transition.peak or transition.onset, beside=transition.at),
            )
        )
    lines += sections.blind_spots(words, transition)
    return Change(
        mark=mark(transition),
        brand=name_of(brand),
        headline=headline,
        lines=tuple(line for line in lines if line),
        loud=is_loud(transition, before),
    )


def is_loud(transition: Transition, before: Snapshot) -> bool:
    """Whether people who saw the alert must hear of this step.

    They must when it came back, when it rises again after it had ebbed, and when its severity
    reached a graver word than last time. Once somebody has it in hand, only a graver word than then
    is news. A snooze is silent until it breaks; when its time is over, people hear of it where it
    got graver meanwhile.
    """
    handling = transition.handling
    if handling.snoozed_until is not None or transition.reason in _CALM:
        return False
    if transition.state == "noticed":
        return False
    if transition.state == "reopened" or transition.reason in _LOUD:
        return True
    seen = before.severity
    if transition.reason == "unsnoozed":
        seen = handling.snoozed_severity
    elif handling.acknowledged_by:
        seen = max(seen, handling.acknowledged_severity)
    elif (before.state, transition.state) == _SECOND_WAVE:
        return True
    return SeverityBand.of(transition.severity) > SeverityBand.of(seen)


def is_of_old(transition: Transition) -> bool:
    """Whether it was dismissed before December 2026, when nothing was said of what never rang."""
    return transition.state == "dismissed" and transition.heads_up_at is None


def is_silent(transition: Transition) -> bool:
    """Whether a snooze keeps this step out of sight; that somebody snoozed is itself shown."""
    return transition.handling.snoozed_until is not None and transition.reason != "snoozed"


def _reply_and_projection(words: Words, transition: Transition) -> list[str]:
    lines = []
    if transition.reply is not None:
        lines.append(reply(words, transition.reply, transition))
    if transition.projection is not None:
        said, bounds = sections.projection(words, transition.projection)
        lines.append(f"{words.texts['label_projection']}{words.colon} {said} ({bounds}).")
    return lines


def _headline(words: Words, transition: Transition, brand: Brand) -> str:
    nearest = next((near for near in transition.nearest), None)
    pattern = transition.pattern or (nearest.episode if nearest else "")
    kinds = {near.episode: near.kind for near in transition.nearest}
    if pattern in {"", "unknown"}:
        likeness = words.texts["like_nothing"]
    else:
        key = "like_harmless" if kinds.get(pattern) == "harmless" else "like"
        known = words.pattern(pattern, sections.title_of(transition))
        likeness = words.say(key, pattern=outside(known, NAME_LIMIT))
    told = sections.decisive(transition)
    if told is not None:
        likeness = sections.watched_line(words, told)
    if transition.level == "heads_up":
        key = "headline_dismissed" if transition.state == "dismissed" else "headline_heads_up"
        since = words.moment(transition.heads_up_at or transition.onset)
        said = words.say(key, brand=name_of(brand), time=since, likeness=likeness)
        return cut(said, HEADLINE_LIMIT)
    headline = words.say(
        "headline",
        brand=name_of(brand),
        word=words.severity(transition.severity),
        severity=words.number(transition.severity),
        state=words.texts["said_false_alarm"]
        if transition.reason == "false_alarm"
        else words.states[transition.state],
        likeness=likeness,
    )
    return cut(headline, HEADLINE_LIMIT)


def _facts(words: Words, transition: Transition) -> tuple[Fact, ...]:
    volume = transition.volume
    hour = words.number(round(volume.last_hour))
    if volume.usual_per_hour > 0:
        said = words.say(
            "volume",
            hour=hour,
            ratio=words.count("times", volume.last_hour / volume.usual_per_hour),
            usual=words.number(volume.usual_per_hour),
        )
    else:
        said = words.say("volume_unusual", hour=hour)
    more = words.say(
        "volume_more",
        ten=words.number(round(volume.last_10_min)),
        total=words.number(volume.since_onset),
    )
    if volume.return_period_s > 0:
        rarity = "rarity_originals" if volume.rare_originals else "rarity"
        more += f" · {words.say(rarity, period=words.period(volume.return_period_s))}"
    learned = sections.learned(words, transition.learned)
    if transition.reason == "false_alarm":
        learned = []  # told among what was said of it
    to_come = sections.projection(words, transition.projection)
    return (
        Fact(words.texts["label_volume"], said, more),
        Fact(
            words.texts["label_negative"],
            words.say(
                "negative",
                share=words.percent(transition.negative_share),
                usual=words.percent(transition.usual_negative_share),
            ),
        ),
        Fact(
            words.texts["label_since"],
            words.say(
                "since",
                moment=words.moment(transition.onset),
                duration=words.duration((transition.at - transition.onset).total_seconds()),
            ),
            dated=True,
        ),
        Fact(
            words.texts["label_sure"],
            words.say(
                "sure",
                words=words.sure(transition.confidence),
                confidence=words.percent(transition.confidence),
            ),
            sections.evidence(words, transition.evidence),
        ),
        *_severity(words, transition),
        *(
            [Fact(words.texts["label_projection"], *to_come)]
            if transition.state != "resolved"
            else []
        ),
        *([Fact(words.texts["label_learned"], " ".join(learned))] if learned else []),
    )


def _severity(words: Words, transition: Transition) -> list[Fact]:
    """How bad, and where it may end; nothing where nobody reckoned it."""
    seen = transition.sighting
    if seen is None or transition.state in {"resolved", "dismissed"}:
        return []
    low, high = words.number(round(seen.severity_low)), words.number(round(seen.severity_high))
    now = words.say("severity_now", severity=words.number(transition.severity))
    label = words.texts["label_severity"]
    return [Fact(label, now, words.say("severity_range", low=low, high=high))]


def _figures(words: Words, transition: Transition, before: Snapshot) -> str:
    hour = words.number(round(transition.volume.last_hour))
    share = words.percent(transition.negative_share)
    return words.say(
        "change_volume",
        hour=hour,
        hour_before=words.number(round(before.last_hour)),
        share=share,
        share_before=words.percent(before.negative_share),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
