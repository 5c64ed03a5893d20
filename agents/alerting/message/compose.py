"""What an alert says of a transition, in the brand's language; no channel is known here.

``message_of`` gives the whole alert, ``heads_up_of`` the few lines of what has not rung,
``update_of`` those of one step, ``forward_of`` the line that stands where a heads-up stood. All are
pure.
"""

from typing import Final

from agents.alerting.i18n import Words
from agents.alerting.message import sections
from agents.alerting.message.brands import NAME_LIMIT, name_of, words_of
from agents.alerting.message.drivers import drivers, reply
from agents.alerting.message.model import AnswerKind, Fact, HeadsUp, Message, Update
from agents.alerting.message.neutral import cut, outside
from agents.alerting.message.stories import stories
from agents.alerting.message.tone import Tone, tone_of
from agents.labelling import is_labelable
from schemas.brand import Brand
from schemas.incident import State, Transition
from schemas.notification import Snapshot

HEADLINE_LIMIT: Final = 148

_FIGURES: Final = 4
_WORSE: Final[frozenset[State]] = frozenset({"open", "escalating", "reopened"})


def message_of(transition: Transition, brand: Brand) -> Message:
    """Return the incident as it stands after ``transition``."""
    words = words_of(brand)
    headline = _headline(words, transition, brand)
    facts = _facts(words, transition)
    volume, negative = facts[0], facts[1]
    tone = _tone(transition)
    why = " ".join(sections.ruling(words, transition))
    return Message(
        tone=tone,
        brand=name_of(brand),
        headline=headline,
        why=why,
        summary=f"{tone.mark} {headline}. "
        f"{volume.label}{words.colon} {volume.value}. "
        f"{negative.label}{words.colon} {negative.value}. {why}".rstrip(),
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
        completeness=sections.completeness(words, transition),
        advice=sections.advice(words, transition),
        links=sections.watched_links(words, transition),
        next=words.texts["next"],
        footer=words.say(
            "footer",
            incident=outside(transition.incident, 80),
            step=words.number(transition.seq),
            moment=words.moment(transition.at),
            model=outside(transition.model, 60) or "?",
        ),
    )


def heads_up_of(transition: Transition, brand: Brand) -> HeadsUp:
    """Return what has not rung, in a few lines: what was seen, and what would make it ring."""
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
    return HeadsUp(
        tone=_tone(transition),
        brand=name_of(brand),
        headline=_headline(words, transition, brand),
        lines=tuple(lines),
        links=sections.watched_links(words, transition),
    )


def forward_of(transition: Transition, brand: Brand) -> str:
    """Return the line that stands in the place of a heads-up once it has rung."""
    words = words_of(brand)
    moment = words.moment(transition.rung_at or transition.at)
    rang = words.say("headline_rang", brand=name_of(brand), time=moment)
    return f"{_tone(transition).mark} {rang}"


def update_of(transition: Transition, brand: Brand, before: Snapshot) -> Update:
    """Return what ``transition`` changed since ``before``, and by which rule."""
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
    return Update(
        tone=_tone(transition),
        brand=name_of(brand),
        headline=headline,
        lines=tuple(line for line in lines if line),
    )


def answers_to(transition: Transition) -> tuple[AnswerKind, ...]:
    """Return the answers that make sense where the incident stands.

    What is over can still be called a false alarm; of what was called one, only posts can be
    labelled.
    """
    answers: tuple[AnswerKind, ...] = ()
    if transition.reason != "false_alarm":
        over = transition.state in {"resolved", "dismissed"}
        answers = ("false_alarm",) if over else ("ack", "snooze", "false_alarm")
    if any(is_labelable(post) for post in transition.examples[: sections.EXAMPLE_LIMIT]):
        answers += ("label",)
    return answers


def _tone(transition: Transition) -> Tone:
    return tone_of(transition.state, transition.severity)


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
