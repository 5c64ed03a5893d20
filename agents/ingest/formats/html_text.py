"""What is to be read in HTML: its text, and where its links lead. Pure."""

from html.parser import HTMLParser
from typing import Final, NamedTuple

from agents.ingest.formats.make import NO_CONTROL

_SILENT: Final = frozenset({"script", "style", "template", "noscript"})
_BLOCKS: Final = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"})
_SILENT_CLASS: Final = "quote-inline"
"""Mastodon's: the address of a quoted post, for readers that don't know of quotes."""
_NAMING: Final = frozenset({"mention", "hashtag"})
"""Classes of links that lead to an account or a hashtag, as the fediverse writes them."""


class Content(NamedTuple):
    """Text, a line for each block, and the addresses of links to other places."""

    text: str
    links: tuple[str, ...]


def read_html(html: str) -> Content:
    r"""Return what is to be read: no tags, no scripts.

    >>> read_html("<p>One &amp; <b>two</b><script>x()</script></p><p>three")
    Content(text='One & two\nthree', links=())
    >>> read_html('<a href="https://a.example" class="u-url mention">@ana</a> '
    ...           '<a href="https://b.example/1"><span>https://</span>b.example/1</a>')
    Content(text='@ana https://b.example/1', links=('https://b.example/1',))
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).splitlines())
    text = "\n".join(filter(None, lines)).translate(NO_CONTROL)
    return Content(text, tuple(dict.fromkeys(reader.links)))


class _Reader(HTMLParser):
    """Collects what is to be read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.links: list[str] = []
        self._silent: list[str] = []  # the element that is left out, and those of its name in it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        classes = (told.get("class") or "").split()
        if self._silent:
            if tag == self._silent[0]:
                self._silent.append(tag)
        elif tag in _SILENT or _SILENT_CLASS in classes:
            self._silent.append(tag)
        elif tag == "a" and _NAMING.isdisjoint(classes):
            link = told.get("href") or ""
            if link.startswith(("http://", "https://")) and link.isprintable():
                self.links.append(link)
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[0]:
            self._silent.pop()
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)
