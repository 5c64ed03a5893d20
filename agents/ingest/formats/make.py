"""From the loose ends of a foreign record to a ``Mention`` that keeps its promises."""

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from pipeline.phrase import Phrase
from schemas.base import EARLIEST, LATEST
from schemas.codec import UnreadableError
from schemas.mention import (
    MOST_FOLLOWERS,
    MOST_TAGS,
    MOST_VERSIONS,
    MOST_WEIGHT,
    TAG_CHARACTERS,
    URL_CHARACTERS,
    Kind,
    Mention,
)

UNKNOWN_AUTHOR = "unknown"
"""Author id where a source does not say; such posts count as one author's, never as many."""

NO_CONTROL: Final = {code: None for code in range(0x20) if chr(code) not in "\t\n\r"}
"""For ``str.translate``: control characters that no record may bear are left out."""

_ID_LIMIT: Final = 256
_TEXT_LIMIT: Final = 30_000
_LANGUAGE_LIMIT: Final = 35

# A pattern that begins with the sign itself is searched at the speed of memchr.
_TAG = re.compile(r"#(?<!\w#)(\w*[^\W\d_]\w*)")
_ADDRESSED = re.compile(r"@(?<![\w@]@)(\w{1,20})", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>\"]+")
_REPOST = re.compile(r"RT @(\w{1,20})", re.ASCII)
_LINK_END = ".,;:!?…)'\""

# Snowflake ids carry their time: milliseconds since this epoch above 22 bits of machine and
# sequence. Ids from before November 2010 were plain counters, all smaller than the bound.
_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
_FIRST_SNOWFLAKE = 29_700_859_247


class TextEntities(NamedTuple):
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
    return plain.translate(NO_CONTROL) if "&#" in text else plain


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
    """The mention, as its schema demands; raise ``UnreadableError`` where that can't be.

    Building a record does not check it; decoding it does. This stands in for decoding. What a post
    can do without and is too long (a link, a hashtag, a handle) is left out: the post counts.
    """
    if not 0 < len(mention.id) <= _ID_LIMIT:
        msg = Phrase("id of {n} characters, not 1 to {most}", n=len(mention.id), most=_ID_LIMIT)
        raise UnreadableError("invalid", msg)
    if not 0 < len(mention.author.id) <= _ID_LIMIT:
        msg = Phrase(
            "author id of {n} characters, not 1 to {most}",
            n=len(mention.author.id),
            most=_ID_LIMIT,
        )
        raise UnreadableError("invalid", msg)
    if len(mention.text) > _TEXT_LIMIT:
        msg = Phrase(
            "text of {n} characters, at most {most}",
            n=len(mention.text),
            most=_TEXT_LIMIT,
        )
        raise UnreadableError("invalid", msg)
    if len(mention.brand) > _ID_LIMIT:
        msg = Phrase(
            "brand of {n} characters, at most {most}", n=len(mention.brand), most=_ID_LIMIT
        )
        raise UnreadableError("invalid", msg)
    if not 0 <= mention.weight <= MOST_WEIGHT:
        msg = Phrase(
            "weight {weight} is not from 0 to {most:g}",
            weight=mention.weight,
            most=MOST_WEIGHT,
        )
        raise UnreadableError("invalid", msg)
    changes = _too_much(mention)
    return replace(mention, **changes) if changes else mention


def within(at: datetime) -> datetime:
    """The time, if a record may bear it; else raise ``UnreadableError``."""
    if not EARLIEST <= at <= LATEST:
        raise UnreadableError(
            "invalid",
            Phrase("created_at: {at} is no time of a post", at=at.isoformat()),
        )
    return at


def created_at(stated: datetime | None, post_id: str) -> datetime:
    """When a post was made: as it says, else as its id tells; raises ``UnreadableError``."""
    at = stated or snowflake_time(post_id)
    if at is None:
        raise UnreadableError("invalid", Phrase("no created_at, and the id does not tell it"))
    return within(at)


def known(at: datetime | None) -> datetime | None:
    """When an account was made, if that can be: what a source says wrongly is not known."""
    return at if at is not None and EARLIEST <= at <= LATEST else None


def placed(error: UnreadableError, place: int, count: int) -> UnreadableError:
    """The error of one post of a page of ``count``, with its place on it, from 1 on."""
    return UnreadableError(
        error.reason,
        Phrase("post {place} of {count}: {detail}", place=place, count=count, detail=error.detail),
    )


def all_sound(found: Iterable[Mention | UnreadableError]) -> list[Mention]:
    """The mentions, if no post is faulty; else raise the first ``UnreadableError``."""
    mentions = []
    for one in found:
        if isinstance(one, UnreadableError):
            raise one
        mentions.append(one)
    return mentions


def _too_much(mention: Mention) -> dict[str, Any]:
    """Fields that have no room in a mention, as they are without what is too long."""
    changes: dict[str, Any] = {}
    for name in ("ref_id", "ref_author", "conversation_id"):
        if len(getattr(mention, name)) > _ID_LIMIT:
            changes[name] = ""
    if len(mention.lang) > _LANGUAGE_LIMIT:
        changes["lang"] = "und"
    for name, most in (
        ("hashtags", TAG_CHARACTERS),
        ("urls", URL_CHARACTERS),
        ("addressed", _ID_LIMIT),
    ):
        values: tuple[str, ...] = getattr(mention, name)
        if values and (len(values) > MOST_TAGS or max(map(len, values)) > most):
            changes[name] = tuple([each for each in values if len(each) <= most][:MOST_TAGS])
    versions = mention.edit_history
    if len(versions) > MOST_VERSIONS or any(len(each) > _ID_LIMIT for each in versions):
        short = [each for each in versions if len(each) <= _ID_LIMIT]
        changes["edit_history"] = tuple(short[:MOST_VERSIONS])
    author = mention.author
    if len(author.handle) > _ID_LIMIT or author.followers > MOST_FOLLOWERS:
        changes["author"] = replace(
            author,
            handle=author.handle if len(author.handle) <= _ID_LIMIT else "",
            followers=min(author.followers, MOST_FOLLOWERS),
        )
    return changes


def first_kind(*, repost: bool, reply: bool, quote: bool) -> Kind:
    """One kind for a post that may be several: a repost before all, a quoting reply is a reply."""
    if repost:
        return "repost"
    if reply:
        return "reply"
    return "quote" if quote else "original"
