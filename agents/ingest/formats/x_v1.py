"""Tweets of API v1.1, as archives of the years before 2023 hold them, → mentions.

Both shapes: ``full_text`` (extended mode) and ``text`` with ``extended_tweet`` (streams).
Source: Twitter API v1.1 data dictionary.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from agents.ingest.formats.make import (
    UNKNOWN_AUTHOR,
    Found,
    checked,
    distinct,
    first_kind,
    known,
    reposted_handle,
    snowflake_time,
    unescape,
    within,
)
from agents.ingest.formats.times import twitter_time
from schemas.codec import Decoder, UnreadableError
from schemas.mention import Author, Kind, Mention


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

    id_str: str = ""
    id: int | None = None
    screen_name: str = ""
    followers_count: Annotated[int, Meta(ge=0)] | None = None
    verified: bool | None = None
    created_at: str | None = None


class Tweet(Struct, frozen=True):
    """The fields of a tweet that matter to us."""

    id_str: str = ""
    id: int | None = None
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


_decode = Decoder(Tweet, limit_bytes=16_000_000).decode


def parse(raw: bytes) -> list[Mention]:
    """Mentions in one line (always one); raises ``UnreadableError`` if it holds no tweet."""
    return to_mentions(_decode(raw))


def to_mentions(tweet: Tweet) -> list[Mention]:
    """Map a tweet; raises ``UnreadableError`` for messages of a stream that are no tweets."""
    identity = _id(tweet)
    if not identity:
        raise UnreadableError("unmapped", "no tweet but another message: it has no id")
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
        created_at=_created_at(tweet, identity),
        text=unescape(_raw_text(spoken)),
        author=_author(tweet.user),
        lang=tweet.lang or "und",
        kind=kind,
        ref_id=ref_id,
        ref_author=ref_author,
        hashtags=found.hashtags,
        urls=found.urls,
        addressed=found.addressed,
    )
    return [checked(mention)]


def _id(thing: Tweet | User) -> str:
    return thing.id_str or ("" if thing.id is None else str(thing.id))


def _raw_text(tweet: Tweet) -> str:
    extended = tweet.extended_tweet.full_text if tweet.extended_tweet else ""
    return extended or tweet.full_text or tweet.text or ""


def _found(tweet: Tweet) -> Found:
    extended = tweet.extended_tweet.entities if tweet.extended_tweet else None
    entities = extended or tweet.entities
    if entities is None:
        return Found()
    return Found(
        distinct(tag.text for tag in entities.hashtags),
        distinct(url.expanded_url or url.url or "" for url in entities.urls),
        distinct(mention.screen_name for mention in entities.user_mentions),
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
        raise UnreadableError("invalid", f"created_at: {error}") from error


def _created_at(tweet: Tweet, identity: str) -> datetime:
    moment = _time(tweet.created_at) if tweet.created_at else snowflake_time(identity)
    if moment is None:
        raise UnreadableError("invalid", "no created_at, and the id does not tell it")
    return within(moment)


def _author(user: User | None) -> Author:
    if user is None or not _id(user):
        return Author(id=UNKNOWN_AUTHOR)
    return Author(
        id=_id(user),
        handle=user.screen_name,
        followers=user.followers_count or 0,
        verified=bool(user.verified),
        created_at=known(_time(user.created_at)) if user.created_at else None,
    )
