"""From the loose ends of a foreign record to a ``Mention`` that keeps its promises."""

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from schemas.codec import UnreadableError
from schemas.mention import Kind, Mention

UNKNOWN_AUTHOR = "unknown"
"""Author id where a source does not say; such posts count as one author's, never as many."""

_ID_LIMIT = 256
_TEXT_LIMIT = 30_000

# A pattern that begins with the sign itself is searched at the speed of memchr.
_TAG = re.compile(r"#(?<!\w#)(\w*[^\W\d_]\w*)")
_ADDRESSED = re.compile(r"@(?<![\w@]@)(\w{1,20})", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>\"]+")
_NO_CONTROL = {code: None for code in range(0x20) if chr(code) not in "\t\n\r"}
_REPOST = re.compile(r"RT @(\w{1,20})", re.ASCII)
_LINK_END = ".,;:!?…)'\""

# Snowflake ids carry their time: milliseconds since this epoch above 22 bits of machine and
# sequence. Ids from before November 2010 were plain counters, all smaller than the bound.
_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
_FIRST_SNOWFLAKE = 29_700_859_247


class Found(NamedTuple):
    """What is in a text, as X would have told it in ``entities``."""

    hashtags: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()


def unescape(text: str) -> str:
    """X escapes ``&``, ``<`` and ``>`` for web pages; take that back.

    Control characters that are smuggled in that way (``&#7;``) are dropped.

    >>> unescape("a &lt; b&#7;")
    'a < b'
    """
    if "&" not in text:
        return text
    plain = html.unescape(text)
    return plain.translate(_NO_CONTROL) if "&#" in text else plain


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Without empty and repeated values, in order."""
    return tuple(filter(None, dict.fromkeys(values)))


def hashtags_in(text: str) -> tuple[str, ...]:
    """Hashtags of a text, without ``#``.

    >>> hashtags_in("#Nestlé is not #1, is it?")
    ('Nestlé',)
    """
    if not text.isascii():
        text = text.replace("＃", "#")
    return distinct(_TAG.findall(text)) if "#" in text else ()


def addressed_in(text: str) -> tuple[str, ...]:
    """Handles of a text, without ``@``."""
    if not text.isascii():
        text = text.replace("＠", "@")
    return distinct(_ADDRESSED.findall(text)) if "@" in text else ()


def urls_in(text: str) -> tuple[str, ...]:
    """Links of a text, without the punctuation that follows them."""
    if "http" not in text:
        return ()
    return distinct([link.rstrip(_LINK_END) for link in _LINK.findall(text)])


def reposted_handle(text: str) -> str:
    """Whom ``RT @…`` at the beginning of a text names, or ``""``."""
    found = _REPOST.match(text) if text.startswith("RT @") else None
    return found.group(1) if found else ""


def snowflake_time(post_id: str) -> datetime | None:
    """When a post of this id was made, for ids since November 2010.

    >>> snowflake_time("1050118621198921728").isoformat()
    '2018-10-10T20:19:24.211000+00:00'
    """
    if not (post_id.isascii() and post_id.isdigit()) or int(post_id) < _FIRST_SNOWFLAKE:
        return None
    if int(post_id) >= 1 << 63:
        return None
    milliseconds = (int(post_id) >> 22) + _SNOWFLAKE_EPOCH_MS
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def checked(mention: Mention) -> Mention:
    """The mention, if it is as its schema demands; else raise ``UnreadableError``.

    Building a record does not check it; decoding it does. This stands in for decoding.
    """
    if not 0 < len(mention.id) <= _ID_LIMIT:
        msg = f"id of {len(mention.id)} characters, not 1 to {_ID_LIMIT}"
        raise UnreadableError("invalid", msg)
    if not 0 < len(mention.author.id) <= _ID_LIMIT:
        msg = f"author id of {len(mention.author.id)} characters, not 1 to {_ID_LIMIT}"
        raise UnreadableError("invalid", msg)
    if len(mention.text) > _TEXT_LIMIT:
        msg = f"text of {len(mention.text)} characters, at most {_TEXT_LIMIT}"
        raise UnreadableError("invalid", msg)
    return mention


def first_kind(*, repost: bool, reply: bool, quote: bool) -> Kind:
    """One kind for a post that may be several: a repost before all, a quoting reply is a reply."""
    if repost:
        return "repost"
    if reply:
        return "reply"
    return "quote" if quote else "original"
