"""A day or a week: was it heard, what rang, what nearly did, who moved, the alarm itself."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from agents.alerting.i18n import Words
from agents.web.clock import time_of
from agents.web.layout import block, foot, lines, page, paragraph, path_of_brand
from agents.web.markup import Child, Html, tag
from agents.web.store.courses import DAY_S, Slot
from agents.web.views.desk import COMPARED, Desk
from agents.web.views.parts import as_of, figures, over_line, quiet_line
from agents.web.views.strip import strip
from pipeline.detection.incident.merge import Incident

SPANS: Final = {"1": 1, "7": 7}
MOVED: Final = 10
RECORD_DAYS: Final = 30
QUARTER_DAYS: Final = 91.3


def digest(words: Words, desk: Desk, span: str) -> str:
    """Return the page. ``span``: how many days, one of ``SPANS``."""
    days = SPANS[span]
    end_s = max(
        (desk.whole_minute(brand) for brand in desk.brands), default=int(desk.now.timestamp())
    )
    start_s = end_s - days * DAY_S
    since, until = time_of(start_s), time_of(end_s)
    inside = [
        one for one in desk.incidents if since <= (one.newest.heads_up_at or one.onset) <= until
    ]
    rang = [one for one in inside if one.newest.level == "ring"]
    quiet = [one for one in inside if one.newest.level == "heads_up"]
    sums = desk.courses.sums(start_s, end_s)
    posts = sum(slot.mentions for slot in sums.values())
    unheard = [brand for brand in desk.brands if not desk.is_heard(brand)]
    title = _verdict(words, rang, unheard)
    body = [
        tag("div", tag("h1", title), class_="title"),
        paragraph(
            words.say("digest_span", since=words.moment(since), until=words.moment(until)),
            class_="soft",
        ),
        _choose(words, span),
        figures(
            [
                (
                    words.texts["digest_posts"],
                    words.number(posts),
                    words.count("brands_n", len(desk.brands)),
                ),
                (words.texts["digest_rang"], words.number(len(rang)), ""),
                (words.texts["digest_quiet"], words.number(len(quiet)), ""),
                (
                    words.texts["digest_heard"],
                    _heard(words, desk, start_s, end_s),
                    words.texts["digest_heard_how"],
                ),
            ]
        ),
        _section(
            words, "digest_rang", "digest_rang_none", [over_line(words, one, desk) for one in rang]
        ),
        _section(
            words, "digest_quiet", "heads_ups_none", [quiet_line(words, one, desk) for one in quiet]
        ),
        _moved(words, desk, sums, days, end_s),
        block(words.texts["digest_alarm"], lines(list(_record(words, desk, end_s)))),
        foot(as_of(words, desk.now)),
    ]
    heard = strip(words, tuple(desk.brands.values()), desk.statuses, desk.now, desk.sources)
    return page(words, title, body, here="digest", heard=heard, reload=True)


def _verdict(words: Words, rang: Sequence[Incident], unheard: Sequence[str]) -> str:
    """Say what rang; that nothing did only where everything is heard."""
    if rang:
        return words.count("digest_verdict", len(rang))
    return words.texts["digest_unsure" if unheard else "digest_calm"]


def _choose(words: Words, chosen: str) -> Html:
    links = [
        tag(
            "li",
            tag(
                "a",
                words.texts[f"digest_{each}"],
                href=f"/digest?days={each}",
                aria_current="true" if each == chosen else None,
            ),
        )
        for each in SPANS
    ]
    return tag("nav", tag("ul", *links, class_="choose"), aria_label=words.texts["zoom"])


def _heard(words: Words, desk: Desk, start_s: int, end_s: int) -> str:
    """Return the share of brands' time that is in no gap."""
    span_s = end_s - start_s
    missed_s = desk.courses.missed_s(start_s, end_s)
    missed = 0
    for brand in desk.brands:
        status = desk.statuses.get(brand)
        silent_s = 0
        if status is not None and status.since is not None and not desk.is_heard(brand):
            silent_s = end_s - int(status.since.timestamp())
        missed += min(missed_s.get(brand, 0) + max(silent_s, 0), span_s)
    every = span_s * max(len(desk.brands), 1)
    return words.percent(1 - missed / every)


def _section(words: Words, heading: str, none: str, items: Sequence[Html]) -> Html:
    body = (
        tag("ul", *items, class_="lines") if items else paragraph(words.texts[none], class_="soft")
    )
    return block(words.texts[heading], body)


def _moved(words: Words, desk: Desk, sums: dict[str, Slot], days: int, end_s: int) -> Html:
    rows = []
    known = [(brand, sums[brand]) for brand in desk.brands if brand in sums]
    known.sort(key=_loudest)
    for brand, slot in known[:COMPARED]:
        usual = desk.courses.usual(brand, end_s)
        if not usual.hours:
            continue
        usually = days * sum(band.middle for band in usual.hours)
        rows.append(((slot.mentions + 1) / (usually + 1), brand, slot, usual))
    rows.sort(key=_times, reverse=True)
    head = tag(
        "tr",
        *(
            tag("th", words.texts[key], scope="col", class_="right" if at else None)
            for at, key in enumerate(("col_brand", "col_posts", "col_times", "col_negative"))
        ),
    )
    shown = [
        tag(
            "tr",
            tag("th", tag("a", desk.name(brand), href=path_of_brand(brand)), scope="row"),
            tag("td", words.number(slot.mentions), class_="right"),
            tag("td", f"×{words.number(round(times, 1))}", class_="right"),
            tag(
                "td",
                "–" if slot.negative_share is None else words.percent(slot.negative_share),
                f" ({words.percent(usual.negative.middle)})" if usual.negative else None,
                class_="right",
            ),
        )
        for times, brand, slot, usual in rows[:MOVED]
    ]
    if not shown:
        return block(
            words.texts["digest_moved"], paragraph(words.texts["usual_unknown"], class_="soft")
        )
    return block(
        words.texts["digest_moved"], tag("table", tag("thead", head), tag("tbody", *shown))
    )


def _loudest(known: tuple[str, Slot]) -> int:
    return -known[1].mentions


def _times(row: tuple[float, object, object, object]) -> float:
    return row[0]


def _record(words: Words, desk: Desk, end_s: int) -> Iterator[Child]:
    """Say how often it rang, how often for nothing, what was allowed, how soon people came."""
    since = time_of(end_s - RECORD_DAYS * DAY_S)
    rang = [one for one in desk.incidents if one.rung_at is not None and one.rung_at >= since]
    false = [one for one in rang if any(step.reason == "false_alarm" for step in one.trail)]
    allowed = sum(brand.false_rings_per_quarter for brand in desk.brands.values()) / QUARTER_DAYS
    yield words.say(
        "digest_record",
        days=words.number(RECORD_DAYS),
        rang=words.number(len(rang)),
        false=words.number(len(false)),
        allowed=words.number(round(allowed * RECORD_DAYS, 1)),
    )
    waits = [
        (step.at - one.rung_at).total_seconds()
        for one in rang
        if one.rung_at is not None
        for step in [step for step in one.trail if step.reason in {"acknowledged", "snoozed"}][:1]
    ]
    if waits:
        yield words.say(
            "digest_answered",
            middle=words.duration(max(median(waits), 0)),
            worst=words.duration(max(*waits, 0)),
        )
