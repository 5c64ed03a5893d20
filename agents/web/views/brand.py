"""The page of one brand: its course, its stories, its market, what was before."""

import math
from typing import Final
from urllib.parse import urlencode

from agents.alerting.i18n import Words
from agents.alerting.message.brands import network_name
from agents.alerting.message.neutral import outside
from agents.alerting.message.sections.sources import by_source
from agents.web.editor.page import PATH as EDIT
from agents.web.layout import block, foot, page, paragraph, path_of_brand
from agents.web.markup import Html, join, tag
from agents.web.store.courses import DAY_S, Slot, UsualDay
from agents.web.store.posts import StoryRow
from agents.web.store.tables import HOUR_S
from agents.web.views.course import WINDOWS, chart, window_of
from agents.web.views.desk import OVER, Desk, is_heads_up, is_ringing
from agents.web.views.market import market
from agents.web.views.now import VisitorOf
from agents.web.views.parts import as_of, card, figures, over_line, quiet_line
from agents.web.views.people import people_of_brand
from agents.web.views.strip import strip
from schemas.brand import Brand

BEFORE: Final = 20
_ABOUT: Final = 60


def brand_page(words: Words, desk: Desk, brand: Brand, window: str, visitor_of: VisitorOf) -> str:
    """Return the page. ``window``: one of ``WINDOWS``."""
    name, told = desk.name(brand.id), desk.of_brand(brand.id)
    ringing = [one for one in told if is_ringing(one)]
    heads_ups = [one for one in told if is_heads_up(one)]
    past = [one for one in told if one.newest.state in OVER]
    cards = [card(words, desk, one, visitor_of(one)) for one in ringing]
    main = [
        tag("ul", *cards, class_="incidents") if cards else None,
        tag("ul", *(quiet_line(words, one, desk) for one in heads_ups), class_="lines card block")
        if heads_ups
        else None,
        tag("div", _figures(words, desk, brand.id), _split(words, desk, brand), class_="block"),
        block(
            words.texts[f"window_{window}"],
            _windows(words, brand.id, window),
            chart(words, desk, brand.id, window_of(brand.id, desk, window), key=window),
            class_="card chart",
        ),
        _stories(words, desk, brand.id),
        *people_of_brand(words, desk, brand),
    ]
    side = [
        *market(words, desk, brand),
        block(
            words.texts["page_past"],
            tag("ul", *(over_line(words, one, desk) for one in past[:BEFORE]), class_="lines")
            if past
            else paragraph(words.texts["page_no_past"], class_="soft"),
        ),
        _watched(words, desk, brand),
    ]
    body = [
        tag("div", tag("h1", name), _spoken(words, brand), class_="title"),
        tag(
            "div",
            tag("div", *main, id="main", data_live=True),
            tag("div", *side, id="side", data_live=True),
            class_="split",
        ),
        foot(as_of(words, desk.now)),
    ]
    return page(
        words,
        name,
        body,
        heard=strip(words, [brand], desk.statuses, desk.now, desk.sources),
        rings=[one.newest.incident for one in ringing],
        reload=True,
        count=len(ringing),
        feed=path_of_brand(brand.id, part="incidents.atom"),
    )


def _spoken(words: Words, brand: Brand) -> Html:
    languages = ", ".join(words.language(tag) for tag in brand.languages)
    said = words.say("brand_in", languages=languages) if languages else words.texts["brand_in_all"]
    return tag("span", said, class_="soft")


def _windows(words: Words, brand: str, chosen: str) -> Html:
    links = [
        tag(
            "li",
            tag(
                "a",
                words.texts[f"zoom_{each}"],
                href=path_of_brand(brand, window=each),
                aria_current="true" if each == chosen else None,
            ),
        )
        for each in WINDOWS
    ]
    return tag("nav", tag("ul", *links, class_="choose"), aria_label=words.texts["zoom"])


def _figures(words: Words, desk: Desk, brand: str) -> Html:
    hour, usual = desk.hour(brand)
    end_s = desk.whole_minute(brand)
    week = desk.courses.sums(end_s - 7 * DAY_S, end_s).get(brand)
    before = desk.courses.sums(end_s - 14 * DAY_S, end_s - 7 * DAY_S).get(brand)
    return figures(
        [
            _mentions(words, hour, usual),
            _share(
                words,
                "fig_negative",
                hour.negative_share,
                usual.negative.middle if usual.negative else None,
            ),
            _share(words, "fig_attack", hour.attack_share, usual.attack),
            (
                words.texts["fig_week"],
                "–" if week is None else words.number(week.mentions),
                _week(words, week, before),
            ),
        ]
    )


def _split(words: Words, desk: Desk, brand: Brand) -> Html | None:
    """Which source brought how much of the last day, where there is more than one."""
    end_s = desk.whole_minute(brand.id)
    counts = desk.courses.by_source(brand.id, end_s - DAY_S, end_s)
    sources = by_source(words, counts)
    if not sources:
        return None
    if brand.judge.each:
        said = words.say("split_each", sources=sources)
    elif isinstance(brand.judge.sources, str):
        said = words.say("split_all", sources=sources)
    else:
        judged = ", ".join(network_name(one) for one in brand.judge.sources)
        said = words.say("split_some", sources=sources, judged=judged)
    return paragraph(said, class_="soft small")


def _mentions(words: Words, hour: Slot, usual: UsualDay) -> tuple[str, str, str]:
    band = usual.at(hour.start_s + HOUR_S / 2)
    beside = words.texts["usual_unknown"]
    if band is not None:
        times = (hour.mentions + 1) / (band.middle + 1)
        beside = words.say(
            "usual_times",
            usual=words.number(round(band.middle)),
            times=words.number(round(times, 1)),
            low=words.number(round(band.low)),
            high=words.number(math.ceil(band.high)),
        )
    return words.texts["fig_hour"], words.number(hour.mentions), beside


def _share(
    words: Words, key: str, share: float | None, usual: float | None
) -> tuple[str, str, str]:
    value = "–" if share is None else words.percent(share)
    beside = words.texts["usual_unknown"]
    if usual is not None:
        beside = words.say("usual_share", usual=words.percent(usual))
    return words.texts[key], value, beside


def _week(words: Words, week: Slot | None, before: Slot | None) -> str:
    if week is None or week.negative_share is None:
        return ""
    said = words.say("week_negative", share=words.percent(week.negative_share))
    if before is not None and before.negative_share is not None:
        said += words.say("week_before", share=words.percent(before.negative_share))
    return said


def _stories(words: Words, desk: Desk, brand: str) -> Html:
    end_s = desk.whole_minute(brand)
    found = desk.archive.stories(brand, end_s - DAY_S, end_s + 60)
    if not found:
        return block(words.texts["stories"], paragraph(words.texts["stories_none"], class_="soft"))
    heads = (
        tag("th", words.texts["col_story"], scope="col"),
        tag("th", words.texts["col_posts"], scope="col", class_="right"),
        tag("th", words.texts["col_voices"], scope="col", class_="right wide"),
        tag("th", words.texts["col_story_negative"], scope="col", class_="right"),
    )
    return block(
        words.texts["stories"],
        paragraph(words.texts["stories_how"], class_="soft small"),
        tag(
            "table",
            tag("thead", tag("tr", *heads)),
            tag("tbody", *(_story(words, one) for one in found)),
        ),
    )


def _story(words: Words, story: StoryRow) -> Html:
    about = " · ".join(outside(each, _ABOUT) for each in story.about[:4]) or "…"
    languages = ", ".join(words.language(outside(each, 20)) for each in story.languages)
    began = words.say("story_began", moment=words.moment(story.started, beside=story.last))
    beside = " · ".join(filter(None, (began, languages)))
    share = words.percent(story.negative / story.posts) if story.posts else "–"
    return tag(
        "tr",
        tag("th", tag("span", about, dir="auto"), tag("span", beside, class_="under"), scope="row"),
        tag("td", words.number(story.posts), class_="right"),
        tag("td", words.number(story.voices), class_="right wide"),
        tag("td", share, class_="right"),
    )


def _watched(words: Words, desk: Desk, brand: Brand) -> Html:
    usual = desk.courses.usual(brand.id, desk.whole_minute(brand.id))
    said = [
        words.say(
            "watched_spellings",
            names=words.number(len(brand.names)),
            handles=words.number(len(brand.handles)),
            own=words.number(len(brand.own_accounts)),
        ),
        words.say("watched_budget", rings=words.number(brand.false_rings_per_quarter)),
        words.say("watched_days", days=words.count("days", round(usual.days, 1)))
        if usual.hours
        else words.texts["watched_learning"],
    ]
    change = tag(
        "a", words.texts["watched_change"], href=f"{EDIT}?{urlencode({'brand': brand.id})}"
    )
    links = join(
        [
            tag("a", "Atom", href=path_of_brand(brand.id, part="incidents.atom")),
            " · ",
            tag("a", "CSV", href=f"/api/v1{path_of_brand(brand.id, part='course.csv')}"),
            " · ",
            tag("a", "JSON", href=f"/api/v1{path_of_brand(brand.id, part='course')}"),
        ]
    )
    return block(
        words.texts["watched"],
        tag("ul", *(tag("li", each) for each in (*said, change, links)), class_="lines"),
    )
