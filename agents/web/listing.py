"""The list of incidents: what rings now, and what rang before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from agents.alerting.i18n import Words
from agents.alerting.message import sections
from agents.alerting.message.brands import name_of
from agents.alerting.message.compose import message_of
from agents.alerting.message.plain import plainly
from agents.coverage.verdict import Status
from agents.web.layout import page, paragraph, path_of
from agents.web.markup import Html, tag
from agents.web.strip import calm, strip
from agents.web.undelivered import Undelivered, notices
from pipeline.detection.incident.merge import Incident
from schemas.brand import Brand
from schemas.incident import Transition

MOST: Final = 100
OVER: Final = ("resolved", "dismissed")

BrandOf = Callable[[Transition], Brand]
"""The brand of a transition, speaking the visitor's language."""

Failed = Callable[[Transition, Exception], object]
"""Is told of an incident of which no more than a line could be shown, and why."""


def listing(
    words: Words,
    incidents: Iterable[Incident],
    brand_of: BrandOf,
    *,
    chosen: str,
    brands: Sequence[Brand],
    statuses: Mapping[str, Status],
    now: datetime,
    failed: Failed,
    undelivered: Sequence[Undelivered] = (),
) -> str:
    """Return the page. ``incidents``: the latest onset first; ``chosen``: a brand's id, or none.

    ``statuses``: by brand, whether it is heard. ``undelivered``: alerts that did not reach people
    as they should, the latest first.
    """
    told = [one for one in incidents if chosen in {"", one.newest.brand}]
    shown = told[:MOST]
    current = [one for one in shown if one.newest.state not in OVER]
    current.sort(key=lambda one: one.newest.level == "heads_up")
    past = [one for one in shown if one.newest.state in OVER]
    asked = [brand for brand in brands if chosen in {"", brand.id}]
    quiet = calm(words, [statuses[one.id] for one in asked if one.id in statuses], now)
    body = [
        strip(words, asked, statuses, now),
        tag("h1", words.texts["page_title"]),
        _choice(words, brands, chosen) if len(brands) > 1 else None,
        *notices(words, [one for one in undelivered if chosen in {"", one.told.brand}], brand_of),
        *_section(words, "page_now", quiet, current, brand_of, failed),
        *_section(words, "page_past", words.texts["page_no_past"], past, brand_of, failed),
        paragraph(words.say("page_more", n=words.number(MOST)), class_="soft")
        if len(told) > MOST
        else None,
        paragraph(words.say("page_as_of", time=words.time(now)), class_="soft foot"),
    ]
    return page(words, words.texts["page_title"], body, reload=True)


def _choice(words: Words, brands: Sequence[Brand], chosen: str) -> Html:
    def link(name: str, brand: str) -> Html:
        href = f"/?{urlencode({'brand': brand})}" if brand else "/"
        current = "page" if brand == chosen else None
        return tag("li", tag("a", name, href=href, aria_current=current))

    items = [link(words.texts["page_every_brand"], "")]
    items += [link(name_of(brand), brand.id) for brand in brands]
    return tag("nav", tag("ul", *items, class_="brands"), aria_label=words.texts["page_brands"])


def _section(  # noqa: PLR0917 - one call for each part of the page
    words: Words,
    heading: str,
    empty: str,
    incidents: Sequence[Incident],
    brand_of: BrandOf,
    failed: Failed,
) -> list[Html]:
    cards = [_card_or_line(words, one, brand_of(one.newest), failed) for one in incidents]
    return [
        tag("h2", words.texts[heading]),
        tag("ul", *cards, class_="cards") if cards else paragraph(empty),
    ]


def _card_or_line(words: Words, incident: Incident, brand: Brand, failed: Failed) -> Html:
    """Show an incident, or what is certain of it: one fault must not hide all the others."""
    try:
        return _card(words, incident, brand)
    except Exception as error:  # noqa: BLE001 - shown and handed on
        failed(incident.newest, error)
        line = plainly(incident.newest, brand, error)
        return tag("li", tag("a", line, href=path_of(incident.newest.incident)), class_="card")


def _card(words: Words, incident: Incident, brand: Brand) -> Html:
    now = incident.newest
    message = message_of(now, brand)
    onset = words.moment(incident.onset)
    if now.state in OVER:
        duration = words.duration((now.at - incident.onset).total_seconds())
        figures = [
            words.say("page_lasted", moment=onset, duration=duration),
            words.say("page_worst", n=words.number(incident.worst)),
        ]
    else:
        hour = words.number(round(now.volume.last_hour))
        figures = [
            words.say("page_since", moment=onset),
            words.say("page_hour", hour=hour),
        ]
    hands = [line for part in sections.hands(words, now) for line in part.lines[:1]]
    return tag(
        "li",
        tag("a", message.headline, href=path_of(now.incident)),
        paragraph(" · ".join(figures), class_="soft"),
        *(paragraph(line, class_="soft") for line in hands),
        class_=f"card {message.tone.value}",
    )
