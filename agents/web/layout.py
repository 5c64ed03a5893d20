"""What all pages have in common: head, language, the line at the top, what is heard, the foot."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal
from urllib.parse import quote, urlencode

from agents.alerting.i18n import Words
from agents.web.assets import ICON, SCRIPT, STYLE
from agents.web.charts.icons import icon
from agents.web.markup import Child, Html, join, tag

RELOAD_S: Final = 60

Place = Literal["now", "digest", ""]
_PLACES: Final[tuple[tuple[Place, str], ...]] = (("now", "/"), ("digest", "/digest"))


def page(
    words: Words,
    title: str,
    body: Sequence[Child],
    *,
    here: Place = "",
    heard: Html | None = None,
    rings: Iterable[str] = (),
    reload: bool = False,
    count: int = 0,
    feed: str = "",
) -> str:
    """Return a whole page.

    ``heard``: the strip. ``rings``: incidents that ring, so that a new one can be said aloud.
    ``reload``: without a script it loads itself again every minute; not where a form may be half
    filled. ``count``: stands before the title. ``feed``: address of an Atom feed.
    """
    again = tag("meta", http_equiv="refresh", content=str(RELOAD_S))
    atom = tag("link", rel="alternate", type="application/atom+xml", href=feed) if feed else None
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("noscript", again) if reload else None,
        tag("title", f"({words.number(count)}) {title} · Tocsin" if count else f"{title} · Tocsin"),
        tag("link", rel="icon", href=ICON.path, type="image/svg+xml"),
        tag("link", rel="stylesheet", href=STYLE.path),
        atom,
        tag("script", src=SCRIPT.path, defer=True),
    )
    main = tag("main", *body, id="content", data_rings=" ".join(map(quote, rings)))
    shown = [
        _top(words, here),
        tag("p", words.texts["page_lost_server"], id="lost", hidden=True, role="status"),
        tag("div", heard, id="heard", data_live=True) if heard else None,
        tag("div", id="said", class_="said", role="alert"),
        main,
    ]
    return "<!doctype html>\n" + tag("html", head, tag("body", *shown), lang=words.code)


def _top(words: Words, here: Place) -> Html:
    items = [
        tag(
            "li",
            tag(
                "a",
                words.texts[f"nav_{name}"],
                href=href,
                aria_current="page" if name == here else None,
            ),
        )
        for name, href in _PLACES
    ]
    return tag(
        "header",
        tag("a", words.texts["page_skip"], href="#content", class_="skip"),
        tag("a", icon("bell"), " Tocsin", href="/", class_="name"),
        tag("nav", tag("ul", *items), aria_label=words.texts["nav"]),
        class_="top",
    )


def foot(*said: Child) -> Html:
    """Return the last lines of a page."""
    return tag("footer", *said, class_="page", id="foot", data_live=True)


def refusal(words: Words, why: str) -> str:
    """Return the page that says what went wrong; ``why`` is the key of a text."""
    body = [
        tag("h1", words.texts["page_wrong"]),
        tag("p", words.texts[why]),
        tag("p", tag("a", words.texts["page_back"], href="/")),
    ]
    return page(words, words.texts["page_wrong"], body)


def path_of(incident: str, *, part: str = "", **query: str) -> str:
    """Return the address of an incident's page, or of what its forms are sent to."""
    path = f"/incidents/{quote(incident, safe='')}"
    return path + (f"/{part}" if part else "") + (f"?{urlencode(query)}" if query else "")


def path_of_brand(brand: str, *, part: str = "", **query: str) -> str:
    """Return the address of a brand's page."""
    path = f"/brands/{quote(brand, safe='')}"
    return path + (f"/{part}" if part else "") + (f"?{urlencode(query)}" if query else "")


def lines(items: Sequence[Child]) -> Html:
    """Return a list of lines."""
    return tag("ul", *(tag("li", item) for item in items), class_="plain")


def paragraph(*children: Child, class_: str | None = None) -> Html:
    """Return a paragraph."""
    return tag("p", join(children), class_=class_)


def block(
    heading: str, *body: Child, key: str = "", live: bool = False, class_: str = "card"
) -> Html:
    """Return a part of a page with a heading, which a script may keep up to date."""
    return tag(
        "section",
        tag("h2", heading) if heading else None,
        *body,
        class_=f"block {class_}",
        id=key or None,
        data_live=live and bool(key),
    )
