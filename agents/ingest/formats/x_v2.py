"""Posts of X API v2 → mentions: lines of the filtered stream, of search pages, or bare posts.

Pure: the live agent and the replay of a recording go through the same mapping. Fields come in any
order and any may be missing (Source: X API v2 data dictionary and filtered stream, 2026).
"""

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

import msgspec
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
from schemas.base import UtcTime
from schemas.brand import BrandKey
from schemas.codec import Decoder, UnreadableError
from schemas.mention import Author, Mention

Id = str | int


class _Tag(Struct, frozen=True):
    tag: str = ""


class _Url(Struct, frozen=True):
    url: str = ""
    expanded_url: str = ""
    unwound_url: str = ""


class _Addressed(Struct, frozen=True):
    username: str = ""
    id: Id = ""


class _Entities(Struct, frozen=True):
    hashtags: tuple[_Tag, ...] = ()
    urls: tuple[_Url, ...] = ()
    mentions: tuple[_Addressed, ...] = ()


class _Note(Struct, frozen=True):
    text: str = ""
    entities: _Entities | None = None


class _Reference(Struct, frozen=True):
    type: str
    id: Id


class Post(Struct, frozen=True):
    """The fields of a post that matter to us."""

    id: Id
    text: str = ""
    created_at: UtcTime | None = None
    author_id: Id | None = None
    lang: str | None = None
    conversation_id: Id | None = None
    in_reply_to_user_id: Id | None = None
    referenced_tweets: tuple[_Reference, ...] | None = None
    entities: _Entities | None = None
    note_tweet: _Note | None = None
    edit_history_tweet_ids: tuple[Id, ...] | None = None


class _Metrics(Struct, frozen=True):
    followers_count: Annotated[int, Meta(ge=0)] = 0


class User(Struct, frozen=True):
    """The fields of an expanded user that matter to us."""

    id: Id
    username: str = ""
    verified: bool | None = None
    created_at: UtcTime | None = None
    public_metrics: _Metrics | None = None


class _Includes(Struct, frozen=True):
    users: tuple[User, ...] = ()
    tweets: tuple[Post, ...] = ()


class _MatchedRule(Struct, frozen=True):
    tag: str | None = None


class Page(Struct, frozen=True):
    """One line of a stream (``data`` is a post) or one page of a search (``data`` is a list)."""

    data: Post | tuple[Post, ...] | None = None
    includes: _Includes | None = None
    matching_rules: tuple[_MatchedRule, ...] | None = None
    errors: list[dict[str, Any]] | None = None


_decode_page = Decoder(Page, limit_bytes=16_000_000).decode
_decode_post = Decoder(Post, limit_bytes=16_000_000).decode


def parse(raw: bytes) -> list[Mention]:
    """Mentions in one line; raises ``UnreadableError`` if it holds no post."""
    page = _decode_page(raw)
    if page.data is None and page.errors is None:
        page = Page(data=_decode_post(raw))
    return to_mentions(page)


def to_mentions(page: Page | dict[str, Any]) -> list[Mention]:
    """Map a response to mentions, one per post and brand.

    Tags of the rules that matched are brands (``x_rules`` tags them so); a post without a usable
    tag gets no brand and is left to the ``Matcher``. Raises ``UnreadableError`` for a response
    without posts, such as an error within the stream.

    >>> post = {"id": "1050118621198921728", "text": "Non &amp; non", "author_id": "7"}
    >>> [mention] = to_mentions({"data": post, "matching_rules": [{"id": "1", "tag": "nestle"}]})
    >>> mention.text, mention.brand, mention.created_at.year
    ('Non & non', 'nestle', 2018)
    """
    if not isinstance(page, Page):
        try:
            page = msgspec.convert(page, Page)
        except msgspec.ValidationError as error:
            raise UnreadableError("invalid", str(error)) from error
    if page.data is None:
        titles = [str(error.get("title") or error.get("detail")) for error in page.errors or ()]
        msg = f"no post but a message: {', '.join(titles) or 'no data'}"
        raise UnreadableError("unmapped", msg)
    posts = page.data if isinstance(page.data, tuple) else (page.data,)
    users = {str(user.id): user for user in page.includes.users} if page.includes else {}
    others = {str(post.id): post for post in page.includes.tweets} if page.includes else {}
    mentions = [_mention(post, users, others) for post in posts]
    tags = distinct([rule.tag or "" for rule in page.matching_rules or ()])
    brands = [tag for tag in tags if _is_brand(tag)]
    if not brands:
        return mentions
    replace = msgspec.structs.replace
    return [replace(mention, brand=brand) for mention in mentions for brand in brands]


@lru_cache(1024)
def _is_brand(tag: str) -> bool:
    try:
        msgspec.convert(tag, BrandKey)
    except msgspec.ValidationError:
        return False
    return True


def _mention(post: Post, users: dict[str, User], others: dict[str, Post]) -> Mention:
    references = {reference.type: str(reference.id) for reference in post.referenced_tweets or ()}
    kind = first_kind(
        repost="retweeted" in references,
        reply="replied_to" in references or post.in_reply_to_user_id is not None,
        quote="quoted" in references,
    )
    reference = {"repost": "retweeted", "reply": "replied_to", "quote": "quoted"}.get(kind, "")
    ref_id = references.get(reference, "")
    referred = others.get(ref_id)
    # X cuts the text of a repost; the post it repeats is in the includes in full.
    spoken = referred if kind == "repost" and referred is not None else post
    found = _found(spoken)
    return checked(
        Mention(
            id=str(post.id),
            created_at=_created_at(post),
            text=_text(spoken),
            author=_author(post.author_id, users),
            lang=post.lang or "und",
            kind=kind,
            ref_id=ref_id,
            ref_author=_ref_author(post, kind, referred, users),
            conversation_id=str(post.conversation_id or ""),
            hashtags=found.hashtags,
            urls=found.urls,
            addressed=found.addressed,
            edit_history=tuple(map(str, post.edit_history_tweet_ids or ())),
        )
    )


def _text(post: Post) -> str:
    long_text = post.note_tweet.text if post.note_tweet else ""
    return unescape(long_text or post.text)


def _found(post: Post) -> Found:
    note_entities = post.note_tweet.entities if post.note_tweet else None
    entities = note_entities or post.entities
    if entities is None:
        return Found()
    return Found(
        distinct(tag.tag for tag in entities.hashtags),
        distinct(url.unwound_url or url.expanded_url or url.url for url in entities.urls),
        distinct(mention.username for mention in entities.mentions),
    )


def _created_at(post: Post) -> datetime:
    moment = post.created_at or snowflake_time(str(post.id))
    if moment is None:
        raise UnreadableError("invalid", "no created_at, and the id does not tell it")
    return within(moment)


def _author(author_id: Id | None, users: dict[str, User]) -> Author:
    if author_id is None:
        return Author(id=UNKNOWN_AUTHOR)
    user = users.get(str(author_id))
    if user is None:
        return Author(id=str(author_id))
    return Author(
        id=str(user.id),
        handle=user.username,
        followers=user.public_metrics.followers_count if user.public_metrics else 0,
        verified=bool(user.verified),
        created_at=known(user.created_at),
    )


def _ref_author(post: Post, kind: str, referred: Post | None, users: dict[str, User]) -> str:
    """Handle of the author of the post referred to, from whatever says it."""
    author_id = referred.author_id if referred else None
    if author_id is None and kind == "reply":
        author_id = post.in_reply_to_user_id
    if author_id is not None:
        user = users.get(str(author_id))
        if user and user.username:
            return user.username
        for mention in post.entities.mentions if post.entities else ():
            if str(mention.id) == str(author_id):
                return mention.username
    return reposted_handle(post.text) if kind == "repost" else ""
