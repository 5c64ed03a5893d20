"""From a document to entries, and from an entry to a mention. Pure."""

import calendar
import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import feedparser

from agents.ingest.formats.make import checked, distinct, hashtags_in
from schemas.mention import Author, Mention

MOST_ENTRIES: Final = 1_000
_TEXT_CHARACTERS: Final = 10_000
_ID_CHARACTERS: Final = 256
_HASH_CHARACTERS: Final = 16
_NO_CONTROL: Final = {code: None for code in range(0x20) if chr(code) not in "\t\n\r"}
_SILENT: Final = frozenset({"script", "style", "template", "noscript"})
_BLOCKS: Final = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"})


class NoFeedError(ValueError):
    """A document that is no feed; the message says why in a few fixed words."""


class FeedEntry(NamedTuple):
    """One entry. ``guid`` is what the feed calls it, ``at`` what it says of its time."""

    guid: str
    text: str
    link: str = ""
    at: datetime | None = None

    @property
    def key(self) -> str:
        """Which entry it is, in a few characters."""
        return _hash(self.guid)

    @property
    def content(self) -> str:
        """What it says, in a few characters: another one is a later version."""
        return _hash(self.text)


class Document(NamedTuple):
    """Entries as the feed lists them, mostly the newest first."""

    entries: Sequence[FeedEntry] = ()
    lang: str = "und"


def parse(raw: bytes, content_type: str = "") -> Document:
    r"""Return what is in a document; raise ``NoFeedError`` if that is no feed.

    >>> item = b"<item><guid>1</guid><title>Acme</title><description>a &lt;b&gt;b</description>"
    >>> document = parse(b"<rss version='2.0'><channel>" + item + b"</item></channel></rss>")
    >>> document.entries[0].text
    'Acme\n\na b'
    """
    if b"<!ENTITY" in raw.replace(b"\0", b""):
        raise NoFeedError("it declares entities")  # a few bytes of them can become gigabytes
    try:
        return _document(raw, content_type)
    except NoFeedError:
        raise
    except Exception as error:
        # What a stranger wrote must not end the process, whichever way it trips up a parser.
        raise NoFeedError(f"it cannot be read: {type(error).__name__}") from error


def _document(raw: bytes, content_type: str) -> Document:
    found = feedparser.parse(raw, response_headers={"content-type": content_type})
    if not found.get("version"):
        raise NoFeedError("it is no feed")
    entries = [one for one in map(_entry, found.entries[:MOST_ENTRIES]) if one.text]
    times = Counter(one.guid for one in entries)
    lang = _plain(found.feed.get("language"))
    return Document(
        [one if times[one.guid] == 1 else _apart(one) for one in entries],
        lang if lang.isascii() else "und",
    )


def feed_name(url: str) -> str:
    """Return what a feed is called: its address without what may be secret in it.

    >>> feed_name("https://ana:secret@example.org:8080/news/?key=secret")
    'example.org:8080/news'
    """
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")[:_ID_CHARACTERS]


def mention_of(entry: FeedEntry, url: str, lang: str, at: datetime, *, is_changed: bool) -> Mention:
    """Return the mention in an entry that came ``at`` this time; raise ``UnreadableError``.

    The author is the feed. An address as guid is the same in every feed of a publisher; any other
    one is of its feed only. What ``is_changed`` is a further version of the first.
    """
    name = feed_name(url)
    first = entry.guid if "://" in entry.guid else f"{name}#{entry.guid}"
    if len(first) > _ID_CHARACTERS - 1 - _HASH_CHARACTERS:
        first = f"{name[:100]}#{entry.key}"
    version = f"{first}#{entry.content}" if is_changed else first
    return checked(
        Mention(
            id=version,
            created_at=at,
            text=entry.text,
            author=Author(id=name),
            lang=lang or "und",
            hashtags=hashtags_in(entry.text),
            urls=distinct([entry.link]),
            edit_history=(first, version) if is_changed else (),
        )
    )


def plain_text(html: str) -> str:
    r"""Return the text of HTML: no tags, no scripts, a line for each block.

    >>> plain_text("<p>One &amp; <b>two</b><script>x()</script></p><p>three")
    'One & two\nthree'
    """
    reader = _TextOf()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).splitlines())
    return "\n".join(filter(None, lines)).translate(_NO_CONTROL)


class _TextOf(HTMLParser):
    """Collects what is to be read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ANN401, ARG002 - as the parent
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(self._silent - (tag in _SILENT), 0)
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def _entry(found: Any) -> FeedEntry:  # noqa: ANN401 - feedparser has no types
    title = plain_text(_plain(found.get("title")))
    contents = [_plain(one.get("value")) for one in found.get("content") or ()]
    body = plain_text(max([*contents, _plain(found.get("summary"))], key=len))
    text = body if body.startswith(title) else f"{title}\n\n{body}".strip()
    text = text[:_TEXT_CHARACTERS]
    link = _plain(found.get("link")).strip()
    link = link if link.startswith(("http://", "https://")) and link.isprintable() else ""
    guid = "".join(filter(str.isprintable, _plain(found.get("id")).strip()))
    # Not found.get, which warns where it takes one for the other.
    at = dict.get(found, "published_parsed") or dict.get(found, "updated_parsed")
    return FeedEntry(guid or link or _hash(text), text, link, _time(at))


def _apart(entry: FeedEntry) -> FeedEntry:
    """An entry of a feed that calls several by one name: its content tells it from the others."""
    return entry._replace(guid=f"{entry.guid}#{entry.content}")


def _plain(value: Any) -> str:  # noqa: ANN401 - the same
    return value.translate(_NO_CONTROL) if isinstance(value, str) else ""


def _time(parsed: Any) -> datetime | None:  # noqa: ANN401 - the same
    """A time as feedparser gives it, in UTC; None if there is none that a calendar has."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (OverflowError, ValueError, OSError, TypeError):
        return None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:_HASH_CHARACTERS]
