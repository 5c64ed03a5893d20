"""The first page: is everything heard, what rings and who has it, and how each brand does."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlencode

from agents.alerting.i18n import Words
from agents.web.charts.icons import icon, severity_class
from agents.web.charts.spark import spark
from agents.web.layout import block, foot, page, paragraph, path_of_brand
from agents.web.markup import Child, Html, tag
from agents.web.store.courses import DAY_S, HOUR_S, Slot, UsualDay
from agents.web.undelivered import notices
from agents.web.views.desk import COMPARED, DAY, OVER, Desk, is_heads_up, is_held, is_ringing
from agents.web.views.parts import Visitor, as_of, card, over_line, quiet_line
from agents.web.views.strip import calm, strip
from pipeline.detection.incident.merge import Incident

ROWS: Final = 100
"""Brands in the table; of more, those that matter most are shown, and the rest counted."""

PAST: Final = 20
_SPARK_S: Final = 1800
_SPARK_WIDE: Final = 48

VisitorOf = Callable[[Incident], Visitor | None]


class _Row(NamedTuple):
    brand: str
    incident: Incident | None
    hour: Slot
    usual: UsualDay

    @property
    def times(self) -> float | None:
        """How many times the usual was said."""
        band = self.usual.at(self.hour.start_s + self.hour.width_s / 2)
        return (self.hour.per_hour + 1) / (band.middle + 1) if band else None


def now_page(words: Words, desk: Desk, visitor_of: VisitorOf) -> str:
    """Return the page."""
    ringing = sorted(filter(is_ringing, desk.incidents), key=_gravest)
    heads_ups = [one for one in desk.incidents if is_heads_up(one)]
    dismissed = [
        one
        for one in desk.incidents
        if one.newest.state == "dismissed" and desk.until(one.newest.brand) - one.newest.at < DAY
    ]
    past = [
        one for one in desk.incidents if one.newest.state in OVER and one.newest.level == "ring"
    ]
    title = headline(words, desk, ringing)
    cards = [card(words, desk, one, visitor_of(one)) for one in ringing]
    main = [
        tag("ul", *cards, class_="incidents") if cards else None,
        _blind(words, desk),
        brands_table(words, desk),
    ]
    side = [
        _side(
            words,
            "heads_ups",
            "heads_ups_none",
            [quiet_line(words, one, desk) for one in heads_ups],
        ),
        _side(
            words,
            "dismissed",
            "dismissed_none",
            [quiet_line(words, one, desk) for one in dismissed],
            folded=True,
        ),
        _side(
            words, "page_past", "page_no_past", [over_line(words, one, desk) for one in past[:PAST]]
        ),
    ]
    body = [
        tag(
            "div",
            tag("h1", title),
            tag("span", _beside(words, desk, heads_ups), class_="soft"),
            class_="title",
            id="title",
            data_live=True,
        ),
        tag(
            "div",
            *notices(words, desk.undelivered, desk.find),
            id="undelivered",
            data_live=True,
        ),
        tag(
            "div",
            tag("div", *main, id="rings", data_live=True),
            tag("div", *side, id="side", data_live=True),
            class_="split",
        ),
        foot(as_of(words, desk.now)),
    ]
    return page(
        words,
        title,
        body,
        here="now",
        heard=strip(words, tuple(desk.brands.values()), desk.statuses, desk.now, desk.sources),
        rings=[one.newest.incident for one in ringing],
        reload=True,
        count=len(ringing),
        feed="/incidents.atom",
    )


def headline(words: Words, desk: Desk, ringing: Sequence[Incident]) -> str:
    """Say what rings; that nothing does only where it is proven."""
    if not ringing:
        return calm(words, list(desk.statuses.values()), desk.now)
    held = sum(is_held(one) for one in ringing)
    open_ = len(ringing) - held
    said = []
    if open_:
        said.append(words.count("rings", open_))
    if held:
        said.append(words.count("in_hand" if open_ else "only_in_hand", held))
    return " ".join(said)


def _beside(words: Words, desk: Desk, heads_ups: Sequence[Incident]) -> str:
    heard = sum(desk.is_heard(brand) for brand in desk.brands)
    said = [words.count("heads_ups_n", len(heads_ups))] if heads_ups else []
    if heard < len(desk.brands):
        said.append(words.count("unheard_n", len(desk.brands) - heard))
    return " · ".join(said)


def _blind(words: Words, desk: Desk) -> Html | None:
    """Say what to do by hand about brands of which silence means nothing."""
    unheard = [brand for brand in desk.brands if not desk.is_heard(brand)]
    if not unheard:
        return None
    # Those of which most is said usually are looked at first.
    loud = (
        sorted(unheard, key=lambda brand: -_usually(desk, brand))[:3]
        if len(unheard) <= COMPARED
        else unheard[:3]
    )
    links: list[Child] = []
    for brand in loud:
        links += [", "] if links else []
        links.append(
            tag("a", desk.name(brand), href=_search(desk, brand), rel="noreferrer noopener")
        )
    return tag(
        "div",
        tag(
            "div",
            tag("strong", words.count("blind_means", len(unheard))),
            " ",
            words.texts["blind_look"],
            " ",
            *links,
            ". ",
            tag("span", words.texts["blind_later"], class_="soft"),
        ),
        class_="state blind",
    )


def _usually(desk: Desk, brand: str) -> float:
    band = desk.courses.usual(brand, desk.whole_minute(brand)).at(desk.whole_minute(brand))
    return band.middle if band else 0.0


def _search(desk: Desk, brand: str) -> str:
    names = desk.brands[brand].names
    return f"https://x.com/search?{urlencode({'q': names[0] if names else brand, 'f': 'live'})}"


def brands_table(words: Words, desk: Desk) -> Html:
    """Return the table of brands, what matters first."""
    rows = _rows(desk)
    shown = rows[:ROWS]
    until_s = {row.brand: desk.whole_minute(row.brand) for row in shown}
    sparks = _sparks(desk, until_s)
    head = tag(
        "tr",
        tag("th", tag("span", words.texts["col_state"], class_="said"), class_="mark", scope="col"),
        tag("th", words.texts["col_brand"], scope="col"),
        tag("th", words.texts["col_day"], class_="spark", scope="col"),
        tag("th", words.texts["col_hour"], class_="right", scope="col"),
        tag("th", words.texts["col_times"], class_="right", scope="col"),
        tag("th", words.texts["col_negative"], class_="right wide", scope="col"),
    )
    more = len(rows) - len(shown)
    return block(
        words.count("brands_n", len(desk.brands)),
        paragraph(words.texts["brands_order"], class_="soft small"),
        tag(
            "table",
            tag("thead", head),
            tag("tbody", *(_row(words, desk, row, sparks[row.brand]) for row in shown)),
            class_="brands",
        ),
        paragraph(words.count("brands_more", more), class_="soft small") if more > 0 else None,
        class_="card bleed",
    )


def _rows(desk: Desk) -> list[_Row]:
    worst: dict[str, Incident] = {}
    for one in desk.incidents:
        known = worst.get(one.newest.brand)
        if one.newest.state not in OVER and (known is None or _gravest(one) < _gravest(known)):
            worst[one.newest.brand] = one
    compare = len(desk.brands) <= COMPARED
    ends: dict[int, list[str]] = {}
    for brand in desk.brands:
        ends.setdefault(desk.whole_minute(brand), []).append(brand)
    rows = []
    for end_s, brands in ends.items():
        sums = desk.courses.sums(end_s - HOUR_S, end_s)
        for brand in brands:
            hour = sums.get(brand, Slot(end_s - HOUR_S, HOUR_S))
            usual = desk.courses.usual(brand, end_s) if compare or brand in worst else UsualDay()
            rows.append(_Row(brand, worst.get(brand), hour, usual))

    def order(row: _Row) -> tuple[object, ...]:
        unheard = not desk.is_heard(row.brand)
        rank = (0, *_gravest(row.incident)) if row.incident else (1 if unheard else 2, 0, 0, 0)
        return (*rank, -(row.times or 0.0), -row.hour.mentions, desk.name(row.brand))

    return sorted(rows, key=order)


def _sparks(desk: Desk, until_s: dict[str, int]) -> dict[str, list[Slot]]:
    ends: dict[int, list[str]] = {}
    for brand, end_s in until_s.items():
        ends.setdefault(end_s - end_s % _SPARK_S, []).append(brand)
    found: dict[str, list[Slot]] = {}
    for end_s, brands in ends.items():
        found |= desk.courses.several(brands, end_s - DAY_S, end_s, _SPARK_S)
    return found


def _row(words: Words, desk: Desk, row: _Row, slots: list[Slot]) -> Html:
    name = tag("a", desk.name(row.brand), href=path_of_brand(row.brand))
    heard = desk.is_heard(row.brand)
    mark, loud = _mark(words, row, heard=heard)
    figures: list[Html]
    if heard:
        share, usual = row.hour.negative_share, row.usual.negative
        figures = [
            tag("td", words.number(row.hour.mentions), class_="right"),
            tag(
                "td", f"×{words.number(round(row.times, 1))}" if row.times else "–", class_="right"
            ),
            tag(
                "td",
                "–" if share is None else words.percent(share),
                tag("span", f" ({words.percent(usual.middle)})", class_="soft") if usual else None,
                class_="right wide",
            ),
        ]
    else:
        status = desk.statuses.get(row.brand)
        since = status.since if status is not None else None
        lasts = words.duration((desk.now - since).total_seconds()) if since else ""
        said = words.say("unheard_for", duration=lasts) if lasts else words.texts["unheard"]
        figures = [
            tag("td", tag("strong", said), class_="right", colspan="2"),
            tag("td", class_="wide"),
        ]
    return tag(
        "tr",
        mark,
        tag("th", name, scope="row"),
        tag("td", spark(slots, row.usual), class_="spark"),
        *figures,
        class_=" ".join(filter(None, ("loud" if loud else "", "" if heard else "unheard"))) or None,
    )


def _mark(words: Words, row: _Row, *, heard: bool) -> tuple[Html, bool]:
    """Return the cell of the shape, and whether the row is one of the few that matter."""
    one = row.incident
    if one is not None and is_ringing(one):
        held = is_held(one)
        drawn = (
            icon("person", words.texts["mark_held"])
            if held
            else icon("bell", words.texts["chip_rings"])
        )
        tone = "dark" if held else f"ring {severity_class(one.newest.severity)}"
        return tag("td", drawn, class_=f"mark {tone}"), True
    if one is not None:
        return tag("td", icon("diamond", words.texts["chip_heads_up"]), class_="mark watch"), True
    if not heard:
        return tag("td", icon("blind", words.texts["unheard"]), class_="mark dark"), False
    if not row.usual.hours:
        return tag("td", icon("learn", words.texts["mark_learning"]), class_="mark"), False
    return tag("td", icon("dot", words.texts["mark_quiet"]), class_="mark"), False


def _side(
    words: Words, heading: str, none: str, items: Sequence[Html], *, folded: bool = False
) -> Html:
    title = (
        f"{words.texts[heading]} ({words.number(len(items))})" if items else words.texts[heading]
    )
    body = (
        tag("ul", *items, class_="lines") if items else paragraph(words.texts[none], class_="soft")
    )
    if folded and items:
        inside = tag("details", tag("summary", title), body, id=f"fold-{heading}")
        return tag("section", inside, class_="block card")
    return block(title, body)


def _gravest(incident: Incident) -> tuple[int, int, int]:
    """What matters first: a ring before a heads-up, in nobody's hands first, the gravest first."""
    kind = 0 if is_ringing(incident) else 1
    return kind, int(is_held(incident)), -incident.newest.severity
