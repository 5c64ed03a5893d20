"""The posts of an incident, to be looked through: by kind, language, tone and reach."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from agents.alerting.i18n import Words
from agents.alerting.message.addresses import post_url
from agents.alerting.message.neutral import outside
from agents.web.clock import clock
from agents.web.language import lang_of
from agents.web.layout import foot, page, paragraph, path_of
from agents.web.markup import Child, Html, tag
from agents.web.store.posts import PostFilter, PostRow
from agents.web.views.course import window_of_incident
from agents.web.views.desk import Desk
from agents.web.views.parts import as_of, reach
from agents.web.views.strip import strip
from pipeline.detection.incident.merge import Incident
from schemas.bucket import Example

SHOWN: Final = 50
KINDS: Final = ("original", "reply", "quote", "repost")
REACHES: Final = (0, 1_000, 10_000, 100_000)
_PAGES: Final = 100


def wanted_of(incident: Incident, desk: Desk, query: Mapping[str, str]) -> PostFilter:
    """Which posts a query asks for; what it does not know asks for all."""
    start_s, end_s = window_of_incident(incident, desk)
    kind, reach = query.get("kind", ""), query.get("reach", "")
    lang = query.get("lang_of_post", "")
    return PostFilter(
        brand=incident.newest.brand,
        start_s=start_s,
        end_s=end_s,
        kind=kind if kind in KINDS else "",
        lang=lang if lang.replace("-", "").isalnum() and len(lang) <= 35 else "",  # noqa: PLR2004
        negative=query.get("negative") == "yes",
        followers=next((one for one in REACHES if str(one) == reach), 0),
    )


def page_number(query: Mapping[str, str]) -> int:
    """Which page of results is asked for, from 0."""
    said = query.get("page", "")
    return min(int(said), _PAGES) if said.isascii() and said.isdigit() and len(said) < 5 else 0  # noqa: PLR2004


def explorer(words: Words, desk: Desk, incident: Incident, query: Mapping[str, str]) -> str:
    """Return the page."""
    wanted, number = wanted_of(incident, desk, query), page_number(query)
    told = incident.newest
    posts = desk.archive.posts(wanted, most=SHOWN, skip=number * SHOWN)
    every = desk.archive.how_many(wanted)
    title = words.say("posts_title", brand=desk.name(told.brand))
    known = desk.brands.get(told.brand)
    body = [
        tag("div", tag("h1", title), class_="title"),
        paragraph(
            tag("a", words.texts["posts_back"], href=path_of(told.incident)),
            " · ",
            tag("a", words.texts["posts_csv"], href=_href(told.incident, wanted, part="posts.csv")),
        ),
        _filters(words, desk, told.incident, wanted),
        paragraph(
            words.count("posts_found", every), " ", words.texts["posts_which"], class_="soft small"
        ),
        tag("ul", *(post(words, one, told.at) for one in posts), class_="lines card"),
        _more(words, told.incident, wanted, number, every),
        foot(as_of(words, desk.now)),
    ]
    heard = strip(words, [known] if known else [], desk.statuses, desk.now, desk.sources)
    return page(words, title, body, heard=heard)


def post(words: Words, one: PostRow, beside: datetime) -> Html:
    """Show one post: strangers' words, set apart and marked with their language."""
    example = Example(
        id=one.id,
        handle=one.handle,
        followers=one.followers,
        created_at=one.at,
        kind="original",
        text="",
        p_negative=one.p_negative,
    )
    url = post_url(example)
    meta: list[Child] = [
        outside(f"@{one.handle or '?'}", 40),
        reach(words, one.followers),
        words.texts.get(f"kind_{one.kind}", ""),
        words.say("posts_negative", share=words.percent(one.p_negative)),
    ]
    said = " · ".join(str(part) for part in meta if part)
    return tag(
        "li",
        tag(
            "blockquote",
            tag(
                "p",
                outside(one.text) or "…",
                dir="auto",
                lang=lang_of(one.lang),
            ),
            tag(
                "footer",
                said,
                " · ",
                clock(words, one.at, beside=beside),
                *(
                    [" · ", tag("a", words.texts["open_post"], href=url, rel="noreferrer noopener")]
                    if url
                    else []
                ),
            ),
        ),
        class_="post",
    )


def _filters(words: Words, desk: Desk, incident: str, wanted: PostFilter) -> Html:
    def choice(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> Html:
        made = [
            tag("option", said, value=value, selected=value == chosen) for value, said in options
        ]
        return tag("label", words.texts[label], " ", tag("select", *made, name=name))

    every = ("", words.texts["posts_all"])
    languages = desk.archive.languages(wanted.brand, wanted.start_s, wanted.end_s)
    known = [(code, words.language(outside(code, 20))) for code in languages]
    kinds = [(kind, words.texts[f"kind_name_{kind}"]) for kind in KINDS]
    reaches = [
        (str(reach), words.say("posts_reach_from", n=words.number(reach)) if reach else every[1])
        for reach in REACHES
    ]
    tones = [every, ("yes", words.texts["posts_only_negative"])]
    return tag(
        "form",
        tag(
            "div",
            choice("kind", "posts_kind", [every, *kinds], wanted.kind),
            choice("lang_of_post", "posts_lang", [every, *known], wanted.lang),
            choice("negative", "posts_tone", tones, "yes" if wanted.negative else ""),
            choice("reach", "posts_reach", reaches, str(wanted.followers)),
            tag("button", words.texts["posts_filter"], class_="second"),
            class_="row",
        ),
        method="get",
        action=path_of(incident, part="posts"),
    )


def _more(words: Words, incident: str, wanted: PostFilter, number: int, every: int) -> Html | None:
    links: list[Child] = []
    if number:
        links.append(
            tag("a", words.texts["posts_before"], href=_href(incident, wanted, page=number - 1))
        )
    if (number + 1) * SHOWN < every and number < _PAGES:
        links += [" · "] if links else []
        links.append(
            tag("a", words.texts["posts_next"], href=_href(incident, wanted, page=number + 1))
        )
    return paragraph(*links) if links else None


def _href(incident: str, wanted: PostFilter, *, part: str = "posts", page: int = 0) -> str:
    asked = {
        "kind": wanted.kind,
        "lang_of_post": wanted.lang,
        "negative": "yes" if wanted.negative else "",
        "reach": str(wanted.followers or ""),
        "page": str(page or ""),
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return path_of(incident, part=part) + (f"?{query}" if query else "")
