"""What several pages show of an incident: its chip, its severity, its line, its buttons."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import quote

from agents.alerting.i18n import Words
from agents.alerting.message.compose import message_of
from agents.alerting.message.neutral import outside
from agents.alerting.message.plain import plainly
from agents.alerting.message.sections import evidence
from agents.alerting.message.sections.missing import would_ring
from agents.web.charts.icons import cells, icon, severity_class
from agents.web.clock import clock
from agents.web.layout import paragraph, path_of
from agents.web.markup import Child, Html, tag
from agents.web.views.calls import next_line, where_taken
from agents.web.views.desk import OVER, Desk, is_held, why_of
from pipeline.detection.incident.merge import Incident
from schemas.brand import Brand
from schemas.incident import Transition

_NAME_CHARACTERS: Final = 60


class Visitor(NamedTuple):
    """Who may answer. ``token``: for the forms; ``once``: a number of this showing of the page."""

    user: str
    token: str
    once: str


def chip(words: Words, incident: Incident) -> Html:
    """Say where it stands: a shape and a word, and only then a colour."""
    told, texts = incident.newest, words.texts
    if told.state in OVER:
        said = (
            texts["said_false_alarm"] if told.reason == "false_alarm" else words.states[told.state]
        )
        return tag("span", said, class_="chip over")
    if told.level == "heads_up":
        return tag("span", icon("diamond"), texts["chip_heads_up"], class_="chip watch")
    if is_held(incident):
        by = told.handling.acknowledged_by or told.handling.snoozed_by
        who = words.say("chip_held", by=outside(by, _NAME_CHARACTERS))
        return tag("span", icon("person"), who, class_="chip hand")
    tone = severity_class(told.severity)
    return tag("span", icon("bell"), texts["chip_rings"], class_=f"chip ring {tone}")


def back_and_other(words: Words, told: Transition, part: str, other: str) -> tuple[Child, ...]:
    """Link back to the incident, and to the same part of it in the ``other`` language."""
    return (
        tag("a", words.texts["brief_back"], href=path_of(told.incident)),
        " · ",
        tag(
            "a",
            words.texts["brief_other"],
            href=path_of(told.incident, part=part, lang=other),
            hreflang=other,
            lang=other,
        ),
    )


def meter(words: Words, told: Transition, severity: int | None = None) -> Html:
    """Say how grave it is: a number, a word, ten cells, and the range that is likely."""
    grave = told.severity if severity is None else severity
    low, high = (
        (told.sighting.severity_low, told.sighting.severity_high) if told.sighting else (1.0, 10.0)
    )
    known = severity is None and (low, high) != (1.0, 10.0)
    likely = words.say("meter_likely", low=words.number(round(low)), high=words.number(round(high)))
    return tag(
        "span",
        tag("span", tag("b", words.number(grave)), "/10"),
        tag("b", words.severity(grave)),
        cells(grave, low, high) if known else cells(grave, 1.0, 10.0),
        tag("span", likely, class_="soft small") if known else None,
        class_=f"meter {severity_class(grave)}",
    )


def who_has_it(words: Words, incident: Incident) -> Html | None:
    """Say in whose hands it is, or that it is in nobody's and for how long it rings."""
    told = incident.newest
    if told.state in OVER or told.level != "ring":
        return None
    if is_held(incident):
        said = [line for part in evidence.hands(words, told) for line in part.lines[:1]]
        where = where_taken(words, incident)
        more = f" {where}" if where else None
        return paragraph(icon("person"), " ", " ".join(said), more) if said else None
    rung = incident.rung_at or told.at
    return paragraph(
        icon("phone"),
        " ",
        tag("strong", words.texts["nobody_has_it"]),
        " ",
        words.texts["rang_at"],
        " ",
        clock(words, rung, beside=told.at),
        ".",
    )


def card(words: Words, desk: Desk, incident: Incident, visitor: Visitor | None) -> Html:
    """Show an incident, or what is certain of it: one fault must not hide all the others."""
    brand = desk.find(incident.newest)
    try:
        return _card(words, desk, incident, brand, visitor)
    except Exception as error:  # noqa: BLE001 - shown and handed on
        desk.failed(incident.newest, error)
        line = plainly(incident.newest, brand, error)
        return tag("li", tag("a", line, href=path_of(incident.newest.incident)), class_="incident")


def _card(
    words: Words, desk: Desk, incident: Incident, brand: Brand, visitor: Visitor | None
) -> Html:
    told = incident.newest
    message = message_of(told, brand)
    href = path_of(told.incident)
    ack = None
    if visitor is not None and not is_held(incident):
        button = tag("button", words.texts["button_ack"], name="kind", value="ack")
        ack = sent_to(told, visitor, "answer", button)
    held = " held" if is_held(incident) else ""
    return tag(
        "li",
        tag(
            "div",
            chip(words, incident),
            tag("h2", tag("a", desk.title(told), href=href)),
            meter(words, told),
            class_="line",
        ),
        paragraph(message.why or message.headline, class_="why"),
        paragraph(words.say("page_since", moment=words.moment(told.onset)), class_="soft small"),
        who_has_it(words, incident),
        next_line(words, desk, incident),
        tag(
            "div",
            ack,
            tag("a", words.texts["open_incident"], href=href, class_="btn second"),
            class_="row",
        ),
        class_=f"incident {severity_class(told.severity)}{held}",
        id=f"i-{quote(told.incident)}",
    )


def over_line(words: Words, incident: Incident, desk: Desk) -> Html:
    """Show in a line what is over."""
    told = incident.newest
    duration = words.duration((told.at - incident.onset).total_seconds())
    figures = (
        words.say("page_lasted", moment=words.moment(incident.onset), duration=duration),
        words.say("page_worst", n=words.number(incident.worst)),
    )
    return tag("li", _link_or_line(incident, desk), paragraph(" · ".join(figures), class_="soft"))


def quiet_line(words: Words, incident: Incident, desk: Desk) -> Html:
    """Show a heads-up: what it is about, and what would make it ring or why it never did."""
    brand = desk.find(incident.newest)
    told = incident.newest
    try:
        why = why_of(incident, brand)
        needed = would_ring(words, told) if told.state not in OVER else []
        more = [line for line in needed if line not in why]
    except Exception as error:  # noqa: BLE001 - shown and handed on
        desk.failed(told, error)
        return tag("li", tag("a", plainly(told, brand, error), href=path_of(told.incident)))
    return tag(
        "li",
        tag("strong", tag("a", desk.title(told), href=path_of(told.incident))),
        " · ",
        clock(words, told.heads_up_at or told.onset),
        " · ",
        why,
        *(f" {line}" for line in more),
    )


def _link_or_line(incident: Incident, desk: Desk) -> Html:
    brand = desk.find(incident.newest)
    try:
        said = message_of(incident.newest, brand).headline
    except Exception as error:  # noqa: BLE001 - shown and handed on
        desk.failed(incident.newest, error)
        said = plainly(incident.newest, brand, error)
    return tag("a", said, href=path_of(incident.newest.incident))


def hidden(visitor: Visitor, **fields: str) -> Html:
    """Return the fields that prove where a form comes from."""
    named = {"token": visitor.token, **fields}
    return Html("".join(tag("input", type="hidden", name=k, value=v) for k, v in named.items()))


def sent_to(
    told: Transition, visitor: Visitor, part: str, *fields: Html, **hidden_fields: str
) -> Html:
    """Return a form about an incident that is sent to one of its parts."""
    return tag(
        "form",
        hidden(visitor, once=visitor.once, **hidden_fields),
        *fields,
        method="post",
        action=path_of(told.incident, part=part),
    )


def figures(items: Iterable[tuple[str, Child, Child]], *, class_: str = "") -> Html:
    """Show figures: what it is, its value, and what it is measured against."""
    return tag(
        "dl",
        *(
            tag(
                "div",
                tag("dt", label),
                tag("dd", value, class_="value"),
                tag("dd", beside, class_="beside") if beside else None,
            )
            for label, value, beside in items
        ),
        class_=f"figures {class_}".rstrip(),
    )


def reach(words: Words, followers: int) -> str:
    """Say how many follow; no source that knows it says 0."""
    return words.count("followers", followers) if followers else words.texts["reach_unsaid"]


def as_of(words: Words, at: datetime) -> Html:
    """Say as of when a page stands, and how it keeps itself up to date."""
    return tag("p", words.say("page_current", time=words.time(at)))
