"""Records without what is to be forgotten: all counts stay as they were.

In a bucket, names make way for aliases, since whoever judges counts by them. In a transition, which
is shown to people, they are left out.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from pipeline.deletions.alias import alias_of, is_alias
from pipeline.deletions.to_forget import ToForget
from schemas.base import Counted
from schemas.bucket import Bucket, Influencer, Story, StoryPost, Watched
from schemas.codec import encode
from schemas.incident import Drivers, Reason, Transition
from schemas.mention import Author, Mention, MentionBatch
from schemas.reading import Reading, ReadPost

Item = TypeVar("Item")

NOTHING: Final = ToForget()

_Readable = MentionBatch | Bucket | Mention
_read_batch = msgspec.json.Decoder(MentionBatch).decode
_read_bucket = msgspec.json.Decoder(Bucket).decode
_read_mention = msgspec.json.Decoder(Mention).decode


def mention_without(mention: Mention, gone: ToForget) -> Mention:
    """Return a mention without what is to be forgotten of it: itself, or whom it refers to.

    Scored again it would say nothing; it is for records that only tell of it.
    """
    if not gone.touches(mention):
        return mention
    author = mention.author
    own = gone.has(mention.id, author.handle) or gone.has(mention.identity, author.id)
    passed_on = mention.kind == "repost" and gone.has(mention.ref_id, mention.ref_author)
    return replace(
        mention,
        id=alias_of(mention.id) if own else mention.id,
        edit_history=tuple(map(alias_of, mention.edit_history)) if own else mention.edit_history,
        text="" if own or passed_on else mention.text,
        quoted_text=""
        if own or gone.has(mention.ref_id, mention.ref_author)
        else mention.quoted_text,
        author=Author(id=alias_of(author.id)) if own else author,
        ref_id=gone.id_of(mention.ref_id),
        ref_author=gone.name_of(mention.ref_author),
        conversation_id=gone.id_of(mention.conversation_id),
        addressed=tuple(map(gone.name_of, mention.addressed)),
        urls=() if own else tuple(map(gone.url_of, mention.urls)),
    )


def letter_without(raw: bytes, gone: ToForget) -> bytes:
    """Return the bytes of what is set aside without what is to be forgotten.

    Mentions, batches and buckets are told without it; of anything else that names it, nothing is.
    """
    if not len(gone) or not gone.is_in(raw):
        return raw
    for read in (_read_batch, _read_bucket, _read_mention):
        try:
            return encode(_record_without(read(raw), gone))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
    return b""


def _record_without(record: _Readable, gone: ToForget) -> _Readable:
    if isinstance(record, Mention):
        return mention_without(record, gone)
    if isinstance(record, Bucket):
        return bucket_without(record, gone)
    mentions = tuple(mention_without(one, gone) for one in record.mentions)
    return replace(record, mentions=mentions)


def bucket_without(bucket: Bucket, gone: ToForget) -> Bucket:
    """Return a bucket without what is to be forgotten; itself, where there is nothing."""
    if not len(gone):
        return bucket
    gone = gone.and_more(posts_in_bucket(bucket, gone))
    found = replace(
        bucket,
        loudest=lines(bucket.loudest, gone.name_of),
        handles=lines(bucket.handles, gone.name_of),
        reposted=lines(bucket.reposted, gone.id_of),
        links=lines(bucket.links, gone.url_of),
        influencers=tuple(_influencer(one, gone) for one in bucket.influencers),
        examples=kept(bucket.examples, lambda one: not gone.has(one.id, one.handle)),
        stories=tuple(story_without(one, gone) for one in bucket.stories),
        reading=None if bucket.reading is None else reading_without(bucket.reading, gone),
        watched=tuple(watched_without(one, gone) for one in bucket.watched),
    )
    return bucket if found == bucket else found


def posts_in_bucket(bucket: Bucket, gone: ToForget) -> set[str]:
    """Return the posts in a bucket that accounts wrote which are to be forgotten."""
    found = {one.id for one in bucket.examples if gone.author(one.handle)}
    if (read := bucket.reading) is not None:
        found |= {one.id for one in (*read.roots, *read.best) if gone.author(one.handle)}
    for story in bucket.stories:
        found |= posts_of_story(story, gone)
    return found | {one.post for one in bucket.watched if one.post and gone.author(one.handle)}


def posts_of_story(story: Story, gone: ToForget) -> set[str]:
    """Return those of a story."""
    posts = filter(None, (story.first, story.strongest))
    return {one.id for one in posts if gone.author(one.handle)}


def story_without(story: Story, gone: ToForget) -> Story:
    """Return a story without its posts that are to be forgotten."""
    first, strongest = _post(story.first, gone), _post(story.strongest, gone)
    about = tuple(one for one in story.about if not (is_alias(one) or gone.link(one)))
    if (first, strongest, about) == (story.first, story.strongest, story.about):
        return story
    return replace(story, first=first, strongest=strongest, about=about)


def reading_without(reading: Reading, gone: ToForget) -> Reading:
    """Return what was read without the posts that are to be forgotten; what they said stays."""

    def told(post: ReadPost) -> ReadPost:
        if not gone.has(post.id, post.handle):
            return post
        return replace(post, id=alias_of(post.id), handle="", text="")

    return replace(
        reading,
        roots=tuple(map(told, reading.roots)),
        best=kept(reading.best, lambda one: not gone.has(one.id, one.handle)),
    )


def watched_without(one: Watched, gone: ToForget) -> Watched:
    """Return a step of the watch list without names that are to be forgotten."""
    if not gone.has(one.post, one.handle):
        return one
    return replace(one, post=alias_of(one.post), handle=alias_of(one.handle))


def transition_without(told: Transition, gone: ToForget = NOTHING) -> Transition:
    """Return a transition as it may be shown: counts and all else as they were."""
    examples = kept(told.examples, lambda one: not gone.has(one.id, one.handle))
    hidden = [one for one in told.examples if one not in examples]
    found = replace(
        told,
        examples=examples,
        stories=tuple(story_without(story, gone) for story in told.stories),
        drivers=_drivers(
            told.drivers,
            gone,
            wordings={one.wording for one in hidden if one.wording},
            texts={one.text for one in hidden},
        ),
        watched=kept(
            told.watched, lambda one: not (is_alias(one.handle) or gone.has(one.post, one.handle))
        ),
        reasons=reasons_without(told.reasons, gone),
    )
    return told if found == told else found


def reasons_without(reasons: tuple[Reason, ...], gone: ToForget) -> tuple[Reason, ...]:
    """Return reasons without the account, the post or the link that they name."""
    return tuple(
        replace(one, detail="") if _names_gone(one.detail, gone) else one for one in reasons
    )


def _names_gone(detail: str, gone: ToForget) -> bool:
    """Whether the detail of a reason names what is to be forgotten; an account has an ``@``."""
    if detail[:1] == "@":
        return is_alias(detail[1:]) or gone.author(detail)
    return is_alias(detail) or gone.link(detail)


def lines(counted: Iterable[Counted], name_of: Callable[[str], str]) -> tuple[Counted, ...]:
    """Return lines of a top list with what ``name_of`` makes of each name.

    >>> lines((("ana", 3),), str.upper)
    (('ANA', 3),)
    """
    return tuple((name_of(name), count) for name, count in counted)


def kept(items: Iterable[Item], keeps: Callable[[Item], bool]) -> tuple[Item, ...]:
    """Return those that are to be kept."""
    return tuple(item for item in items if keeps(item))


def _post(post: StoryPost | None, gone: ToForget) -> StoryPost | None:
    hidden = post is not None and (is_alias(post.id) or gone.has(post.id, post.handle))
    return None if hidden else post


def _influencer(one: Influencer, gone: ToForget) -> Influencer:
    return replace(one, handle=alias_of(one.handle)) if gone.author(one.handle) else one


def _drivers(drivers: Drivers, gone: ToForget, *, wordings: set[str], texts: set[str]) -> Drivers:
    """Without accounts and links, and without samples of ``wordings`` and ``texts`` of posts."""

    def shown(line: Counted) -> bool:
        return not (is_alias(line[0]) or gone.author(line[0]))

    return replace(
        drivers,
        authors=kept(drivers.authors, shown),
        handles=kept(drivers.handles, shown),
        links=kept(drivers.links, lambda line: not (is_alias(line[0]) or gone.link(line[0]))),
        influencers=kept(
            drivers.influencers, lambda one: not (is_alias(one.handle) or gone.author(one.handle))
        ),
        wordings=tuple(
            replace(one, sample="", post="", handle="")
            if one.id in wordings or one.sample in texts or gone.has(one.post, one.handle)
            else one
            for one in drivers.wordings
        ),
    )
