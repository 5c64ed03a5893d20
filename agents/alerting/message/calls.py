"""What a message says of calls: who is next and when, and that one was called again."""

from collections.abc import Sequence

from msgspec.structs import replace

from agents.alerting.i18n import Words
from agents.alerting.message.brands import name_of, words_of
from agents.alerting.message.model import Message, Part, Update
from agents.alerting.message.neutral import outside
from agents.alerting.message.tone import tone_of
from schemas.brand import Brand
from schemas.incident import Transition
from schemas.notification import NextCall


def with_calls(
    message: Message,
    brand: Brand,
    ahead: Sequence[NextCall],
    because: str = "",
) -> Message:
    """Return ``message`` with who is called and who is next, before all that it argues.

    ``ahead``: receivers, and when they are called unless somebody has it by then. ``because``: why
    the reader is called now; empty where it rings for them as for everybody.
    """
    words = words_of(brand)
    lines = [because] if because else []
    if ahead:
        lines.append(_next(words, ahead))
    if not lines:
        return message
    why = f"{because}. {message.why}".strip() if because else message.why
    part = Part(words.texts["heading_calls"], tuple(lines))
    hands = (*message.hands, *lines)
    return replace(message, why=why, hands=hands, parts=(part, *message.parts))


def called(transition: Transition, brand: Brand, escalated: str, waited_s: float) -> Update:
    """Return the update by which people are called of what they know already.

    ``escalated``: the receiver whose turn it is; empty for a reminder.
    """
    words = words_of(brand)
    duration = words.duration(waited_s)
    if escalated:
        headline = words.say("called_escalated", duration=duration, name=outside(escalated, 60))
    else:
        headline = words.say("called_reminder", duration=duration)
    figures = words.say(
        "called_figures",
        hour=words.number(round(transition.volume.last_hour)),
        share=words.percent(transition.negative_share),
    )
    return Update(
        tone=tone_of(transition.state, transition.severity),
        brand=name_of(brand),
        headline=headline,
        lines=(figures,),
    )


def _next(words: Words, ahead: Sequence[NextCall]) -> str:
    who = words.texts["calls_then"].join(
        words.say("calls_one", name=outside(one.receiver, 60), time=words.time(one.at))
        for one in ahead
    )
    return words.say("calls_next", who=who)
