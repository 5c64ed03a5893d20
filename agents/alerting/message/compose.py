"""What an alert says of a transition, in the brand's language; no channel is known here.

``message_of`` gives the whole alert, ``heads_up_of`` the few lines of what has not rung,
``update_of`` those of one step, ``forward_of`` the line that stands where a heads-up stood. All are
pure.
"""

from typing import Final

from agents.alerting.i18n import Words
from agents.alerting.message.brands import name_of, words_of
from agents.alerting.message.chart import chart_of
from agents.alerting.message.model import AnswerKind, Fact, HeadsUp, Link, Message, Update
from agents.alerting.message.neutral import cut, outside
from agents.alerting.message.sections import evidence
from agents.alerting.message.sections.drivers import drivers, reply
from agents.alerting.message.sections.missing import would_ring
from agents.alerting.message.sections.outlook import projection, sparkline, wave
from agents.alerting.message.sections.outlook import state as state_of
from agents.alerting.message.sections.sources import by_source
from agents.alerting.message.sections.stories import stories
from agents.alerting.message.sections.urgency import advice
from agents.alerting.message.tone import Tone, mark_of, tone_of
from agents.alerting.routing.team import Team
from agents.labelling import is_labelable
from pipeline.detection.reasons import FEEDBACK_RULES
from schemas.brand import Brand
from schemas.incident import State, Transition
from schemas.notification import Snapshot

HEADLINE_LIMIT: Final = 148

_TERMS: Final = 3
_WORSE: Final[frozenset[State]] = frozenset({"open", "escalating", "reopened"})


def message_of(
    transition: Transition, brand: Brand, *, team: Team | None = None, page: str = ""
) -> Message:
    """Return the incident as it stands after ``transition``.

    ``team``: what the routes say of the people. ``page``: the address of the incident's page.
    """
    words = words_of(brand)
    headline = _headline(words, transition, brand)
    why = _why(words, transition)
    mark = mark_of(transition)
    return Message(
        tone=_tone(transition),
        mark=mark,
        brand=name_of(brand),
        headline=headline,
        why=why,
        summary=_summary(words, transition, brand),
        facts=_facts(words, transition),
        onset=transition.onset,
        as_of=transition.at,
        time=words.with_utc(transition.at),
        your_time=words.texts["since_local"],
        parts=(
            *evidence.hands(words, transition),
            *evidence.why(words, transition),
            *stories(words, transition),
            drivers(words, transition, brand),
        ),
        hands=tuple(line for part in evidence.hands(words, transition) for line in part.lines),
        quotes_heading=words.texts["heading_examples"],
        quotes=evidence.quotes(words, transition),
        completeness=evidence.completeness(words, transition),
        advice=advice(words, transition, team),
        links=(*_page_link(words, page), *evidence.watched_links(words, transition)),
        chart=sparkline(words, transition),
        drawing=chart_of(words, transition),
        standing=_standing(words, transition),
        evidence_heading=words.say("thread_heading", moment=words.moment(transition.at)),
        next=words.texts["next"],
        footer=words.say(
            "footer",
            incident=outside(transition.incident, 80),
            step=words.number(transition.seq),
            moment=words.moment(transition.at),
            model=outside(transition.model, 60) or "?",
        ),
    )


def heads_up_of(transition: Transition, brand: Brand, *, page: str = "") -> HeadsUp:
    """Return what has not rung, in a few quiet lines: what was seen, and what would make it ring.

    What is over ends with how to say that it should have rung.
    """
    words = words_of(brand)
    over = transition.state == "dismissed"
    why = _why(words, transition)
    lines = [
        *(line for part in evidence.hands(words, transition) for line in part.lines),
        why,
        *evidence.watched(words, transition),
        *would_ring(words, transition),
        *_rare_level(words, transition),
        *(f"{one.label}{words.colon} {one.value}" for one in _by_source(words, transition)),
        *evidence.terms(words, transition, sign=1, but=("attacking",))[:_TERMS],
        *([] if over else evidence.blind_spots(words, transition)),
    ]
    if over and transition.reason != "false_alarm":
        lines.append(words.say("should_have_rung", incident=outside(transition.incident, 80)))
    lines.append(words.say("as_of", moment=words.with_utc(transition.at)))
    return HeadsUp(
        tone=_tone(transition),
        mark=mark_of(transition),
        brand=name_of(brand),
        headline=_headline(words, transition, brand),
        lines=tuple(line for line in lines if line),
        links=(*_page_link(words, page), *evidence.watched_links(words, transition)),
        summary=_summary(words, transition, brand),
    )


def forward_of(transition: Transition, brand: Brand) -> str:
    """Return the line that stands in the place of a heads-up once it has rung."""
    words = words_of(brand)
    moment = words.moment(transition.rung_at or transition.at)
    rang = words.say("headline_rang", brand=name_of(brand), time=moment)
    return f"{mark_of(transition)} {rang}"


def update_of(transition: Transition, brand: Brand, before: Snapshot) -> Update:
    """Return what ``transition`` changed since ``before``, and by which rule."""
    words = words_of(brand)
    said = words.texts.get(f"said_{transition.reason}")  # by a person, or of what one had said
    state = _capital(said or state_of(words, transition))
    fields = {"state": state, "time": words.moment(transition.at)}
    after = words.number(transition.severity)
    if before.severity == transition.severity:
        headline = words.say("change_same", after=after, **fields)
    else:
        headline = words.say("change", before=words.number(before.severity), after=after, **fields)
    if transition.reason in FEEDBACK_RULES:
        lines = [line for part in evidence.hands(words, transition) for line in part.lines]
    else:
        lines = evidence.ruling(words, transition)
    lines.append(_figures(words, transition, before))
    if transition.state in {"peaking", "fading"}:
        lines += wave(words, transition)
    if transition.state in _WORSE:
        lines += evidence.reasons(words, transition, limit=3)
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
    lines += evidence.blind_spots(words, transition)
    return Update(
        tone=_tone(transition),
        mark=mark_of(transition),
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
    if transition.state == "dismissed" and transition.reason not in {"false_alarm", "missed"}:
        answers = ("missed",)
    elif transition.reason != "false_alarm":
        over = transition.state in {"resolved", "dismissed"}
        answers = ("false_alarm",) if over else ("ack", "snooze", "false_alarm")
    if any(is_labelable(post) for post in transition.examples[: evidence.EXAMPLE_LIMIT]):
        answers += ("label",)
    return answers


def _tone(transition: Transition) -> Tone:
    return tone_of(transition.state, transition.severity)


def _reply_and_projection(words: Words, transition: Transition) -> list[str]:
    lines = []
    if transition.reply is not None:
        lines.append(reply(words, transition.reply, beside=transition.at))
    if transition.projection is not None:
        said, bounds = projection(words, transition.projection, transition.at)
        lines.append(f"{words.texts['label_projection']}{words.colon} {said} ({bounds}).")
    return lines


def _headline(words: Words, transition: Transition, brand: Brand) -> str:
    likeness = evidence.like(words, transition)
    told = evidence.decisive(transition)
    if told is not None:
        likeness = evidence.watched_line(words, told)
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
        else state_of(words, transition),
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
    more = " · ".join([more, *_rarity(words, transition)])
    learned = evidence.learned(words, transition.learned)
    if transition.reason == "false_alarm":
        learned = []  # told among what was said of it
    to_come = projection(words, transition.projection, transition.at)
    return (
        Fact(words.texts["label_volume"], said, more),
        _tone_fact(words, transition),
        Fact(
            words.texts["label_since"],
            words.say(
                "since",
                moment=words.moment(transition.onset),
                duration=words.duration((transition.at - transition.onset).total_seconds()),
            ),
            dated=True,
        ),
        *_by_source(words, transition),
        Fact(words.texts["label_sure"], *evidence.chance(words, transition)),
        *_severity(words, transition),
        *(
            [Fact(words.texts["label_projection"], *to_come)]
            if transition.state != "resolved"
            else []
        ),
        *([Fact(words.texts["label_learned"], " ".join(learned))] if learned else []),
    )


def _by_source(words: Words, transition: Transition) -> list[Fact]:
    split = by_source(words, transition.by_source)
    return [Fact(words.texts["label_by_source"], split)] if split else []


def _rarity(words: Words, transition: Transition) -> list[str]:
    """How rare such a level is for the brand, as once in so long; nothing where it is not known."""
    volume = transition.volume
    if volume.return_period_s <= 0:
        return []
    rarity = "rarity_originals" if volume.rare_originals else "rarity"
    return [words.say(rarity, period=words.period(volume.return_period_s))]


def _tone_fact(words: Words, transition: Transition) -> Fact:
    key, share, usual = _hostility(transition)
    said = words.say("negative", share=words.percent(share), usual=words.percent(usual))
    return Fact(words.texts["label_attack" if key == "attacks" else "label_negative"], said)


def _rare_level(words: Words, transition: Transition) -> list[str]:
    period_s = transition.volume.return_period_s
    return [words.say("rare_level", period=words.period(period_s))] if period_s > 0 else []


def _why(words: Words, transition: Transition) -> str:
    """The rule that decided and the figures, in one line; of a step by a person the figures."""
    if _rose(transition):
        return figures_of(words, transition)
    said = " ".join(evidence.ruling(words, transition))
    return f"{said} {figures_of(words, transition)}".strip()


def _rose(transition: Transition) -> bool:
    """Whether it rose after a post of the brand's own, with figures that still say so."""
    given = transition.reply
    if transition.reason != "wave_after_reply" or given is None:
        return False
    return 0 < given.before < given.now


def figures_of(words: Words, transition: Transition) -> str:
    """The pair of figures that is told everywhere, and what of it attacks the brand."""
    volume, given = transition.volume, transition.reply
    if _rose(transition) and given is not None:
        before, now = words.number(round(given.before)), words.number(round(given.now))
        said = words.say("rose", before=before, now=now)
    else:
        key = "figures" if volume.usual_per_hour > 0 else "figures_new"
        hour = words.number(round(volume.last_hour))
        said = words.say(key, hour=hour, usual=words.number(volume.usual_per_hour))
    key, share, usual = _hostility(transition)
    tone = words.say(key, share=words.percent(share), usual=words.percent(usual))
    return f"{said}. {tone}."


def _hostility(transition: Transition) -> tuple[str, float, float]:
    """Which share of what came on top attacks the brand, and the usual one.

    Where no step tells that, what of it is negative.
    """
    attacking = evidence.attack(transition)
    if attacking is not None:
        return "attacks", attacking.share, attacking.usual
    return "negatives", transition.negative_share, transition.usual_negative_share


def _summary(words: Words, transition: Transition, brand: Brand) -> str:
    """What a locked phone shows: who, how bad, the figures, and why."""
    said = words.say(
        "summary_heads_up" if transition.level == "heads_up" else "summary",
        brand=name_of(brand),
        severity=words.number(transition.severity),
        state=words.texts["said_false_alarm"]
        if transition.reason == "false_alarm"
        else state_of(words, transition),
    )
    told = evidence.decisive(transition)
    why = [] if _rose(transition) else evidence.ruling(words, transition)
    if told is not None:
        why = [evidence.watched_line(words, told)]
    if transition.reason in FEEDBACK_RULES:
        why = [line for part in evidence.hands(words, transition) for line in part.lines[:1]]
    figures = figures_of(words, transition)
    return " ".join([f"{mark_of(transition)} {said}{words.colon} {figures}", *why])


def _standing(words: Words, transition: Transition) -> str:
    """As of when, how sure, how bad it may get, and whether all of it was heard."""
    share, detail = evidence.chance(words, transition)
    if detail:
        percent = words.percent(transition.confidence)
        share = words.say("chance_taken", share=percent, detail=detail)
    parts = [words.say("as_of", moment="{token}"), share]
    seen = transition.sighting
    if seen is not None and transition.state not in {"resolved", "dismissed"}:
        low, high = words.number(round(seen.severity_low)), words.number(round(seen.severity_high))
        parts.append(words.say("range", low=low, high=high))
    unheard = evidence.blind_spots(words, transition)
    parts.append(words.texts["not_all_heard" if unheard else "all_heard"])
    return " · ".join(parts)


def _page_link(words: Words, page: str) -> tuple[Link, ...]:
    return (Link(words.texts["page_link"], page),) if page else ()


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
