"""The page of one incident: what its alert says, how it went, and the forms to answer it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple, get_args

from agents.alerting.i18n import Words
from agents.alerting.message import sections
from agents.alerting.message.brands import name_of
from agents.alerting.message.compose import message_of
from agents.alerting.message.model import Fact, Part, Quote
from agents.alerting.message.neutral import outside
from agents.alerting.message.plain import plainly
from agents.labelling import ATTACK_FIELD, ATTACK_WORDS, is_labelable, post_key
from agents.web.forms import NOTE_CHARACTERS, SNOOZE_HOURS
from agents.web.layout import lines, page, paragraph, path_of
from agents.web.listing import OVER
from agents.web.markup import Html, tag
from pipeline.detection.incident.merge import Incident, Step
from schemas.brand import Brand
from schemas.feedback import Label
from schemas.incident import Transition

SAID: Final = ("ack", "snooze", "false_alarm", "labels")
_STEPS: Final = 40
_USUAL_HOURS: Final = 2
_NAME_CHARACTERS: Final = 60


class Visitor(NamedTuple):
    """Who may answer. ``token``: for the forms; ``once``: a number of this showing of the page."""

    user: str
    token: str
    once: str


def detail(
    words: Words,
    incident: Incident,
    brand: Brand,
    *,
    visitor: Visitor | None,
    said: str,
    now: datetime,
) -> str:
    """Return the page. ``brand``: speaks the visitor's language; ``said``: what was just kept."""
    told = incident.newest
    message = message_of(told, brand)
    seen, advice = message.closing
    hands = len(sections.hands(words, told))
    body = [
        paragraph(words.texts[f"page_said_{said}"], class_="kept") if said in SAID else None,
        tag("div", tag("h1", message.headline), class_=f"head {message.tone.value}"),
        tag("dl", *(part for fact in message.facts for part in _fact(fact))),
        *(one for part in (*message.parts[:hands], advice) for one in _part(part)),
        *_answers(words, told, visitor),
        *(one for part in message.parts[hands:] for one in _part(part)),
        *_posts(words, told, brand, visitor),
        *_part(seen),
        *_trail(words, incident),
        tag(
            "p",
            message.footer,
            " ",
            words.say("page_as_of_once", time=words.time(now)),
            " ",
            tag("a", words.texts["page_again"], href=path_of(told.incident)),
            " · ",
            tag("a", words.texts["page_back"], href="/"),
            class_="soft foot",
        ),
    ]
    return page(words, message.headline, body)


def plain_detail(
    words: Words, incident: Incident, brand: Brand, error: Exception, *, visitor: Visitor | None
) -> str:
    """Return the page of an incident that cannot be told: what is certain, and the answers."""
    told = incident.newest
    body = [
        tag("h1", plainly(told, brand, error)),
        paragraph(words.say("page_plainly", incident=told.incident)),
        *_answers(words, told, visitor),
        paragraph(tag("a", words.texts["page_back"], href="/"), class_="soft foot"),
    ]
    return page(words, name_of(brand), body)


def _fact(fact: Fact) -> tuple[Html, Html]:
    beside = tag("span", fact.beside) if fact.beside else None
    return tag("dt", fact.label), tag("dd", fact.value, beside)


def _part(part: Part) -> list[Html]:
    links = [
        paragraph(tag("a", one.text, href=one.url, rel="noreferrer noopener")) for one in part.links
    ]
    return [tag("h2", part.heading), *([lines(part.lines)] if part.lines else []), *links]


def _answers(words: Words, told: Transition, visitor: Visitor | None) -> list[Html]:
    texts = words.texts
    heading = tag("h2", texts["page_heading_answer"])
    if visitor is None:
        return [heading, paragraph(texts["page_read_only"], class_="soft")]
    you = words.say("page_you", user=_name(visitor.user))
    forms = []
    if told.state not in OVER:
        ack = tag("button", texts["button_ack"], name="kind", value="ack")
        snooze = tag("button", texts["page_snooze"], name="kind", value="snooze", class_="second")
        forms.append(_form(told, visitor, _note(words), _row(ack, _hours(words), snooze)))
    if told.reason != "false_alarm":
        false = tag("button", texts["confirm_yes"], name="kind", value="false_alarm")
        forms.append(
            tag(
                "details",
                tag("summary", texts["button_false"]),
                paragraph(texts["confirm_text"], class_="soft"),
                _form(told, visitor, _note(words), _row(false)),
            )
        )
    return [heading, paragraph(you, class_="soft"), *forms] if forms else []


def _form(told: Transition, visitor: Visitor, *fields: Html) -> Html:
    return tag(
        "form",
        _hidden(visitor, once=visitor.once),
        *fields,
        method="post",
        action=path_of(told.incident, part="answer"),
    )


def _note(words: Words) -> Html:
    most = str(NOTE_CHARACTERS)
    field = tag("input", type="text", name="note", maxlength=most, autocomplete="off")
    return tag("label", words.texts["page_note"], field)


def _hours(words: Words) -> Html:
    choices = [
        tag(
            "option",
            words.count("page_hours", hours),
            value=str(hours),
            selected=hours == _USUAL_HOURS,
        )
        for hours in SNOOZE_HOURS
    ]
    return tag("select", *choices, name="hours", aria_label=words.texts["page_for"])


def _row(*children: Html) -> Html:
    return tag("div", *children, class_="row")


def _posts(words: Words, told: Transition, brand: Brand, visitor: Visitor | None) -> list[Html]:
    """Show what is said, and ask about it whoever may answer."""
    posts = told.examples[: sections.EXAMPLE_LIMIT]
    shown = list(zip(posts, sections.quotes(words, told), strict=True))
    heading = tag("h2", words.texts["heading_examples"])
    if not shown:
        return []
    if visitor is None or not any(is_labelable(post) for post, _ in shown):
        return [heading, *(_quote(quote) for _, quote in shown)]
    asked = [
        _choice(words, number, post_key(post), quote) if is_labelable(post) else _quote(quote)
        for number, (post, quote) in enumerate(shown, 1)
    ]
    kept = words.say("page_labels_kept", user=_name(visitor.user))
    form = tag(
        "form",
        _hidden(visitor),
        *asked,
        paragraph(kept, class_="soft"),
        tag("button", words.texts["labels_save"]),
        method="post",
        action=path_of(told.incident, part="labels"),
    )
    return [heading, paragraph(words.say("labels_ask", brand=name_of(brand))), form]


def _quote(quote: Quote) -> Html:
    link = tag("a", quote.open, href=quote.url, rel="noreferrer noopener") if quote.url else None
    return tag(
        "blockquote",
        tag("p", quote.text or "…", dir="auto"),
        tag("footer", quote.by, " " if link else None, link),
    )


def _choice(words: Words, number: int, key: str, quote: Quote) -> Html:
    ordinal = words.number(number)
    attack = tag(
        "fieldset",
        tag("legend", words.say("labels_attack", n=ordinal)),
        _options(words, ATTACK_FIELD + key, ATTACK_WORDS),
    )
    legend = tag("legend", words.say("labels_post", n=ordinal))
    return tag("fieldset", legend, _quote(quote), _options(words, key, get_args(Label)), attack)


def _options(words: Words, name: str, answers: Iterable[str]) -> Html:
    options = [
        tag(
            "label",
            tag("input", type="radio", name=name, value=answer),
            tag("div", words.texts[f"say_{answer}"], " ", _hint(words, answer)),
            class_="choice",
        )
        for answer in answers
    ]
    return tag("div", *options, class_="choices")


def _hint(words: Words, answer: str) -> Html:
    return tag("span", words.texts[f"say_{answer}_hint"])


def _hidden(visitor: Visitor, **fields: str) -> Html:
    named = {"token": visitor.token, **fields}
    return Html("".join(tag("input", type="hidden", name=k, value=v) for k, v in named.items()))


def _trail(words: Words, incident: Incident) -> list[Html]:
    steps = incident.trail[-_STEPS:][::-1]
    return [
        tag("h2", words.texts["page_heading_trail"]),
        tag("ol", *(_step(words, step, incident) for step in steps), class_="trail"),
    ]


def _step(words: Words, step: Step, incident: Incident) -> Html:
    state = words.texts.get(f"said_{step.reason}") or words.states[step.state]
    by = _name(step.by)
    said = [words.say("page_step", severity=words.number(step.severity))]
    if by:
        said.append(words.say("hands_note", by=by, note=outside(step.note)) if step.note else by)
    else:
        said.append(sections.rule(words, step.reason))
    when = words.moment(step.at, beside=incident.newest.at)
    return tag(
        "li",
        tag("strong", state[:1].upper() + state[1:]),
        f" · {when}",
        paragraph(" · ".join(said), class_="soft"),
    )


def _name(user: str) -> str:
    return outside(user, _NAME_CHARACTERS)
