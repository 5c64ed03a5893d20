"""Posts of X API v2 → mentions: lines of the filtered stream, of search pages, or bare posts.

Pure: the live agent and the replay of a recording go through the same mapping. Fields come in any
order and any may be missing (Source: X API v2 data dictionary and filtered stream, 2026). Bare
posts may be flattened, as twarc2 does it: what X puts into ``includes`` then lies within the post.
"""

from collections.abc import Container, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct

from agents.ingest.formats.files.lenient import LenientDecoder, Needed, loaded, salvaged
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
from pipeline.phrase import Phrase
from schemas.base import UtcTime
from schemas.brand import BrandKey
from schemas.codec import Decoder, UnreadableError
from schemas.mention import Author, Mention

Id = str | int


class _Tag(Struct, frozen=True):
    tag: str = ""


class _Url(Struct, frozen=True):
    url: str | None = None
    expanded_url: str | None = None
    unwound_url: str | None = None


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


class _Metrics(Struct, frozen=True):
    followers_count: Annotated[int, Meta(ge=0)] = 0


class User(Struct, frozen=True):
    """The fields of an expanded user that matter to us."""

    id: Id
    username: str = ""
    verified: bool | None = None
    created_at: UtcTime | None = None
    public_metrics: _Metrics | None = None


class PostOnX(Struct, frozen=True):
    """The fields of a post that matter to us.

    A post that it refers to says how (``type``); flattened, it says all else, too.
    """

    id: Id
    type: str = ""
    text: str | None = None
    created_at: UtcTime | None = None
    author_id: Id | None = None
    author: User | None = None
    lang: str | None = None
    conversation_id: Id | None = None
    in_reply_to_user_id: Id | None = None
    referenced_tweets: "tuple[PostOnX, ...] | None" = None
    entities: _Entities | None = None
    note_tweet: _Note | None = None
    edit_history_tweet_ids: tuple[Id, ...] | None = None


class Includes(Struct, frozen=True):
    """What X adds to posts: who wrote them, and which posts they refer to."""

    users: tuple[User, ...] = ()
    tweets: tuple[PostOnX, ...] = ()


class _MatchedRule(Struct, frozen=True):
    tag: str | None = None


class PostsPage(Struct, frozen=True):
    """One line of a stream (``data`` is a post) or one page of a search (``data`` is a list)."""

    data: PostOnX | tuple[PostOnX, ...] | None = None
    includes: Includes | None = None
    matching_rules: tuple[_MatchedRule, ...] | None = None
    errors: list[dict[str, Any]] | None = None


_NEEDED: Needed = {PostOnX: frozenset(("id", "text", "created_at", "author_id"))}


_decode_page = Decoder(PostsPage, limit_bytes=16_000_000).decode
_decode_post = LenientDecoder(PostOnX, _NEEDED).decode


_REFERENCES = {"repost": "retweeted", "reply": "replied_to", "quote": "quoted"}


_NO_USERS: Mapping[str, User] = MappingProxyType({})
_NO_POSTS: Mapping[str, PostOnX] = MappingProxyType({})


class Response(NamedTuple):
    """What one line holds: the page, its posts, and an error in the place of each faulty one."""

    page: PostsPage
    posts: Sequence[PostOnX | UnreadableError]

    def mentions(
        self,
        *,
        brands: Container[str] | None = None,
        users: Mapping[str, User] = _NO_USERS,
        others: Mapping[str, PostOnX] = _NO_POSTS,
    ) -> list[Mention | UnreadableError]:
        """A mention for each post and brand, or what is wrong with the post.

        Tags of the rules that matched are brands (``x_rules`` tags them so), if they are among
        ``brands``, where those are known: the tags of somebody else's stream say nothing. A post
        without such a tag is left to the ``BrandMatcher``. ``users`` and ``others``, by id, are for
        a page that has no includes of its own.
        """
        includes = self.page.includes
        if includes is not None:
            users = {str(user.id): user for user in includes.users}
            others = {str(post.id): post for post in includes.tweets} if includes.tweets else {}
        found: list[Mention | UnreadableError] = []
        for place, post in enumerate(self.posts, 1):
            try:
                if isinstance(post, UnreadableError):
                    raise post
                found.append(_mention(post, users, others))
            except UnreadableError as error:
                count = len(self.posts)
                found.append(error if count == 1 else placed(error, place, count))
        tagged = _tagged(self.page, brands) if self.page.matching_rules else ()
        if not tagged:
            return found
        replace = msgspec.structs.replace
        return [
            one if isinstance(one, UnreadableError) else replace(one, brand=brand)
            for one in found
            for brand in (tagged if isinstance(one, Mention) else tagged[:1])
        ]


def parse(raw: bytes) -> list[Mention]:
    """Mentions in one line; raises ``UnreadableError`` if it holds no post, or a faulty one.

    ``response`` is for pages, of which a faulty post costs itself alone.
    """
    return all_sound(response(raw).mentions())


def response(raw: bytes) -> Response:
    """What is in one line; raises ``UnreadableError`` if it holds no post at all."""
    try:
        page = _decode_page(raw)
    except UnreadableError as error:
        return _salvaged(loaded(raw, error), error)
    if page.data is None and page.errors is None:
        page = PostsPage(data=_decode_post(raw))
    return _of(page)


def includes_in(raw: bytes) -> Includes | None:
    """What a line without posts adds to those of other lines, if it does."""
    try:
        return _decode_page(raw).includes
    except UnreadableError as error:
        try:
            return salvaged(loaded(raw, error), PostsPage, _NEEDED).includes
        except UnreadableError:
            return None


def to_mentions(page: PostsPage | dict[str, Any]) -> list[Mention]:
    """Map a response to mentions, one per post and brand.

    Raises ``UnreadableError`` for a response without posts, such as an error within the stream, and
    for one with a faulty post.

    >>> post = {"id": "1050118621198921728", "text": "Non &amp; non", "author_id": "7"}
    >>> [mention] = to_mentions({"data": post, "matching_rules": [{"id": "1", "tag": "nestle"}]})
    >>> mention.text, mention.brand, mention.created_at.year
    ('Non & non', 'nestle', 2018)
    """
    if not isinstance(page, PostsPage):
        try:
            page = msgspec.convert(page, PostsPage)
        except msgspec.ValidationError as error:
            raise UnreadableError("invalid", str(error)) from error
    return all_sound(_of(page).mentions())


def _of(page: PostsPage) -> Response:
    if page.data is None:
        titles = [str(error.get("title") or error.get("detail")) for error in page.errors or ()]
        said = ", ".join(titles) or Phrase("no data")
        msg = Phrase("no post but a message: {said}", said=said)
        raise UnreadableError("unmapped", msg)
    return Response(page, page.data if isinstance(page.data, tuple) else (page.data,))


def _salvaged(line: Any, error: UnreadableError) -> Response:  # noqa: ANN401 - any JSON
    """What can be read of a line that is not wholly as it should be."""
    if not isinstance(line, dict):
        raise error
    data = line.get("data", line)
    around = {name: line[name] for name in line if name != "data"} if data is not line else {}
    page = salvaged(around, PostsPage, _NEEDED)
    posts: list[PostOnX | UnreadableError] = []
    for one in data if isinstance(data, list) else [data]:
        try:
            posts.append(salvaged(one, PostOnX, _NEEDED))
        except UnreadableError as fault:
            if not isinstance(data, list):
                raise  # perhaps a message, and no post at all
            posts.append(fault)
    return Response(page, posts)


def _tagged(page: PostsPage, brands: Container[str] | None) -> tuple[str, ...]:
    """The brands that the rules which matched are tagged with."""
    tags = distinct([rule.tag or "" for rule in page.matching_rules or ()])
    if brands is not None:
        return tuple([tag for tag in tags if tag in brands])
    return tuple([tag for tag in tags if _is_brand(tag)])


@lru_cache(1024)
def _is_brand(tag: str) -> bool:
    try:
        msgspec.convert(tag, BrandKey)
    except msgspec.ValidationError:
        return False
    return True


def _mention(post: PostOnX, users: Mapping[str, User], others: Mapping[str, PostOnX]) -> Mention:
    references = {one.type: one for one in post.referenced_tweets or ()}
    kind = first_kind(
        repost="retweeted" in references,
        reply="replied_to" in references or post.in_reply_to_user_id is not None,
        quote="quoted" in references,
    )
    named = references.get(_REFERENCES.get(kind, "")) if references else None
    ref_id = "" if named is None else str(named.id)
    referred = None if named is None else _in_full(named, others)
    # X cuts the text of a repost; the post it repeats is in the includes in full.
    spoken = referred if kind == "repost" and referred is not None else post
    quoted = references.get("quoted") if references else None
    found = _found(spoken)
    return checked(
        Mention(
            id=str(post.id),
            created_at=created_at(post.created_at, str(post.id)),
            text=_text(spoken),
            author=_author(post, users),
            lang=post.lang or "und",
            kind=kind,
            ref_id=ref_id,
            ref_author=_ref_author(post, kind, referred, users),
            quoted_text="" if quoted is None else _quoted_text(quoted, others),
            conversation_id=str(post.conversation_id or ""),
            hashtags=found.hashtags,
            urls=found.urls,
            addressed=found.addressed,
            edit_history=tuple(map(str, post.edit_history_tweet_ids or ())),
        )
    )


def _in_full(reference: PostOnX, others: Mapping[str, PostOnX]) -> PostOnX | None:
    """The post that is referred to, from the includes or as it was flattened into the reference."""
    known = others.get(str(reference.id))
    return known or (reference if reference.text is not None else None)


def _quoted_text(reference: PostOnX, others: Mapping[str, PostOnX]) -> str:
    quoted = _in_full(reference, others)
    return "" if quoted is None or quoted.text is None else _text(quoted)


def _text(post: PostOnX) -> str:
    long_text = post.note_tweet.text if post.note_tweet else ""
    if not long_text and post.text is None:
        raise UnreadableError("invalid", Phrase("no text"))
    return unescape(long_text or post.text or "")


def _found(post: PostOnX) -> TextEntities:
    note_entities = post.note_tweet.entities if post.note_tweet else None
    entities = note_entities or post.entities
    if entities is None:
        return TextEntities()
    return TextEntities(
        distinct(tag.tag for tag in entities.hashtags),
        distinct([url.unwound_url or url.expanded_url or url.url or "" for url in entities.urls]),
        distinct(mention.username for mention in entities.mentions),
    )


def _author(post: PostOnX, users: Mapping[str, User]) -> Author:
    author_id = post.author_id
    if author_id is None and post.author is None:
        return Author(id=UNKNOWN_AUTHOR)
    user = users.get(str(author_id)) or post.author
    if user is None:
        return Author(id=str(author_id))
    return Author(
        id=str(user.id),
        handle=user.username,
        followers=user.public_metrics.followers_count if user.public_metrics else 0,
        verified=bool(user.verified),
        created_at=known(user.created_at),
    )


def _ref_author(
    post: PostOnX, kind: str, referred: PostOnX | None, users: Mapping[str, User]
) -> str:
    """Handle of the author of the post referred to, from whatever says it."""
    author_id = referred.author_id if referred else None
    if author_id is None and kind == "reply":
        author_id = post.in_reply_to_user_id
    if author_id is not None:
        user = users.get(str(author_id)) or (referred.author if referred else None)
        if user and user.username:
            return user.username
        for mention in post.entities.mentions if post.entities else ():
            if str(mention.id) == str(author_id):
                return mention.username
    return reposted_handle(post.text or "") if kind == "repost" else ""
