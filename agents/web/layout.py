"""What all pages have in common: head, language, and the line at the top."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from urllib.parse import quote, urlencode

from agents.alerting.i18n import Words
from agents.web.markup import Child, Html, join, tag
from agents.web.style import ICON, STYLE

STYLE_PATH: Final = f"/style-{sha256(STYLE.encode()).hexdigest()[:12]}.css"
ICON_PATH: Final = f"/icon-{sha256(ICON.encode()).hexdigest()[:12]}.svg"
RELOAD_S: Final = 60


def page(words: Words, title: str, body: Sequence[Child], *, reload: bool = False) -> str:
    """Return a whole page. ``reload``: it loads itself again every minute."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", http_equiv="refresh", content=str(RELOAD_S)) if reload else None,
        tag("title", f"{title} · Tocsin"),
        tag("link", rel="icon", href=ICON_PATH, type="image/svg+xml"),
        tag("link", rel="stylesheet", href=STYLE_PATH),
    )
    top = tag(
        "header",
        tag("a", words.texts["page_skip"], href="#content", class_="skip"),
        tag("a", "Tocsin", href="/", class_="name"),
    )
    main = tag("main", *body, id="content")
    return "<!doctype html>\n" + tag("html", head, tag("body", top, main), lang=words.code)


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


def lines(items: Sequence[str]) -> Html:
    """Return a list of lines."""
    return tag("ul", *(tag("li", item) for item in items))


def paragraph(*children: Child, class_: str | None = None) -> Html:
    """Return a paragraph."""
    return tag("p", join(children), class_=class_)
