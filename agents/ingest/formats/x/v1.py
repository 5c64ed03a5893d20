"""Tweets of API v1.1, as archives of the years before 2023 hold them, → mentions.

Both shapes: ``full_text`` (extended mode) and ``text`` with ``extended_tweet`` (streams).
Source: Twitter API v1.1 data dictionary.
"""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from agents.ingest.formats.files.lenient import Needed, loaded, salvaged
from agents.ingest.formats.make import (
    UNKNOWN_AUTHOR,
    TextEntities,
    all_sound,
    checked,
    created_at,
    distinct,
    first_kind,
    known,
    placed,
    reposted_handle,
    unescape,
)
from agents.ingest.formats.mapped.times import twitter_time
from pipeline.phrase import Phrase
from schemas.codec import Decoder, UnreadableError
from schemas.mention import Author, Kind, Mention

Id = str | int


class _Tag(Struct, frozen=True):
    text: str = ""


class _Url(Struct, frozen=True):
    url: str | None = None
    expanded_url: str | None = None


class _Addressed(Struct, frozen=True):
    screen_name: str = ""


class _Entities(Struct, frozen=True):
    hashtags: tuple[_Tag, ...] = ()
    urls: tuple[_Url, ...] = ()
    user_mentions: tuple[_Addressed, ...] = ()


class _Extended(Struct, frozen=True):
    full_text: str = ""
    entities: _Entities | None = None


class User(Struct, frozen=True):
    """The fields of a user that matter to us."""

    id_str: str | None = None
    id: Id | None = None
    screen_name: str = ""
    followers_count: Annotated[int, Meta(ge=0)] | None = None
    verified: bool | None = None
    created_at: str | None = None


class Tweet(Struct, frozen=True):
    """The fields of a tweet that matter to us."""

    id_str: str | None = None
    id: Id | None = None
    created_at: str | None = None
    text: str | None = None
    full_text: str | None = None
    extended_tweet: _Extended | None = None
    user: User | None = None
    lang: str | None = None
    entities: _Entities | None = None
    retweeted_status: "Tweet | None" = None
    quoted_status: "Tweet | None" = None
    quoted_status_id_str: str | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_screen_name: str | None = None


_NEEDED: Needed = {
    Tweet: frozenset(("id", "created_at", "text", "full_text")),
    User: frozenset(("id",)),
}
_decode_strictly = Decoder(Tweet, limit_bytes=16_000_000).decode
_PAGES = ("statuses", "results")
"""Where the answers of the searches of v1.1 hold their tweets: standard, and premium."""


def parse(raw: bytes) -> list[Mention]:
    """Mentions in one line, one for each tweet; raises ``UnreadableError`` for what is no tweet.

    ``read`` is for pages, of which a faulty tweet costs itself alone.
    """
    return all_sound(read(raw))


def read(raw: bytes) -> list[Mention | UnreadableError]:
    """Mentions in one line, which may be a page, and what is wrong with each faulty tweet.

    Raises ``UnreadableError`` if there is no tweet at all.
    """
    try:
        tweet = _decode_strictly(raw)
    except UnreadableError as error:
        line = loaded(raw, error)
        if not isinstance(line, dict):
            raise
        return _read_page(line) or list(_salvaged(line))
    if not _id(tweet) and (b'"statuses"' in raw or b'"results"' in raw):
        page = loaded(raw, UnreadableError("invalid", Phrase("no tweet")))
        if found := _read_page(page):
            return found
    return list(to_mentions(tweet))


def _read_page(line: dict[str, Any]) -> list[Mention | UnreadableError]:
    """What is in a page; nothing if the line is none."""
    pages = [line[name] for name in _PAGES if isinstance(line.get(name), list)]
    tweets: list[Any] = pages[0] if pages else []
    found = [_mention_or_error(tweet) for tweet in tweets]
    return [
        placed(one, place, len(found)) if isinstance(one, UnreadableError) else one
        for place, one in enumerate(found, 1)
    ]


def _mention_or_error(line: Any) -> Mention | UnreadableError:  # noqa: ANN401 - any JSON
    try:
        [mention] = _salvaged(line)
    except UnreadableError as error:
        return error
    return mention


def _salvaged(line: Any) -> list[Mention]:  # noqa: ANN401 - any JSON
    return to_mentions(salvaged(_with_exact_ids(line), Tweet, _NEEDED))


def _with_exact_ids(line: Any) -> Any:  # noqa: ANN401 - any JSON
    """The line without each ``id`` such as 1.2e18 beside which the exact one stands as a text."""
    if isinstance(line, list):
        return [_with_exact_ids(one) for one in line]
    if not isinstance(line, dict):
        return line
    lossy = line.get("id_str") and not isinstance(line.get("id"), int)
    return {
        name: _with_exact_ids(one) for name, one in line.items() if not (lossy and name == "id")
    }


def to_mentions(tweet: Tweet) -> list[Mention]:
    """Map a tweet; raises ``UnreadableError`` for messages of a stream that are no tweets."""
    identity = _id(tweet)
    if not identity:
        raise UnreadableError("unmapped", Phrase("no tweet but another message: it has no id"))
    reposted, quoted = tweet.retweeted_status, tweet.quoted_status
    reply_to = tweet.in_reply_to_status_id_str or ""
    kind = first_kind(
        repost=reposted is not None or bool(reposted_handle(_raw_text(tweet))),
        reply=bool(reply_to or tweet.in_reply_to_screen_name),
        quote=quoted is not None or bool(tweet.quoted_status_id_str),
    )
    spoken = reposted or tweet
    found = _found(spoken)
    ref_id, ref_author = _reference(tweet, kind)
    mention = Mention(
        id=identity,
        created_at=created_at(_time(tweet.created_at) if tweet.created_at else None, identity),
        text=unescape(_needed_text(spoken)),
        author=_author(tweet.user),
        lang=tweet.lang or "und",
        kind=kind,
        ref_id=ref_id,
        ref_author=ref_author,
        quoted_text="" if quoted is None else unescape(_raw_text(quoted)),
        hashtags=found.hashtags,
        urls=found.urls,
        addressed=found.addressed,
    )
    return [checked(mention)]


def _id(thing: Tweet | User) -> str:
    return thing.id_str or ("" if thing.id is None else str(thing.id))


def _needed_text(tweet: Tweet) -> str:
    if tweet.text is None and tweet.full_text is None and not _raw_text(tweet):
        raise UnreadableError("invalid", Phrase("no text"))
    return _raw_text(tweet)


def _raw_text(tweet: Tweet) -> str:
    extended = tweet.extended_tweet.full_text if tweet.extended_tweet else ""
    return extended or tweet.full_text or tweet.text or ""


def _found(tweet: Tweet) -> TextEntities:
    extended = tweet.extended_tweet.entities if tweet.extended_tweet else None
    entities = extended or tweet.entities
    if entities is None:
        return TextEntities()
    return TextEntities(
        distinct([tag.text for tag in entities.hashtags]),
        distinct([url.expanded_url or url.url or "" for url in entities.urls]),
        distinct([mention.screen_name for mention in entities.user_mentions]),
    )


def _reference(tweet: Tweet, kind: Kind) -> tuple[str, str]:
    """Id and author's handle of the post that ``tweet`` refers to."""
    if kind == "reply":
        return tweet.in_reply_to_status_id_str or "", tweet.in_reply_to_screen_name or ""
    referred = {"repost": tweet.retweeted_status, "quote": tweet.quoted_status}.get(kind)
    if referred is not None:
        return _id(referred), referred.user.screen_name if referred.user else ""
    if kind == "repost":
        return "", reposted_handle(_raw_text(tweet))
    return tweet.quoted_status_id_str or "" if kind == "quote" else "", ""


def _time(written: str) -> datetime:
    try:
        return twitter_time(written)
    except (ValueError, OverflowError) as error:
        raise UnreadableError("invalid", Phrase("created_at: {error}", error=error)) from error


def _author(user: User | None) -> Author:
    if user is None or not _id(user):
        return Author(id=UNKNOWN_AUTHOR)
    return Author(
        id=_id(user),
        handle=user.screen_name,
        followers=user.followers_count or 0,
        verified=bool(user.verified),
        created_at=_joined(user.created_at) if user.created_at else None,
    )


def _joined(written: str) -> datetime | None:
    try:
        return known(twitter_time(written))
    except (ValueError, OverflowError):
        return None
