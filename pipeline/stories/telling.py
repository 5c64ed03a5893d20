"""Stories as records state them."""

from collections.abc import Iterable
from typing import Final

from pipeline.deletions.alias import is_alias
from pipeline.stories import story as inner
from pipeline.stories.cluster import TOLD_POSTS
from schemas.bucket import MOST_GROWTH, Story, StoryPost

TOLD: Final = 8
AGAIN_S: Final = 60
_GROWN: Final = 1.2
_LANGUAGES: Final = 3


def told(stories: Iterable[inner.StorySums], end_s: int) -> tuple[Story, ...]:
    """The largest of the last hour that have news, as of ``end_s``; none of fewer than five posts.

    A story is told again after a minute, or when it has grown by a fifth.
    """
    known = [
        one
        for one in stories
        if one.posts >= TOLD_POSTS
        and (end_s >= one.told_s + AGAIN_S or one.posts >= _GROWN * one.told_posts)
    ]
    known.sort(key=lambda one: (-sum(one.cells), one.seq))
    for one in known[:TOLD]:
        one.told_s, one.told_posts = end_s, one.posts
    return tuple(_record(one, end_s) for one in known[:TOLD])


def _record(one: inner.StorySums, end_s: int) -> Story:
    languages = sorted(one.languages.items(), key=lambda item: (-item[1], item[0]))
    return Story(
        id=one.id,
        started_s=one.started_s,
        about=one.labels(),
        texts=one.texts,
        reposts=one.reposts,
        voices=one.count_voices(),
        negative=one.negative,
        attacks=one.attack,
        languages=tuple(languages[:_LANGUAGES]),
        growth=min(one.growth(end_s), MOST_GROWTH),
        coherence=one.coherence(),
        first=_post(one.first),
        strongest=_post(one.strongest) if one.strongest else None,
        merged=tuple(one.absorbed),
    )


def _post(post: inner.MemberPost) -> StoryPost | None:
    """Nothing of a post that is to be forgotten."""
    if is_alias(post.id):
        return None
    return StoryPost(id=post.id, handle=post.handle, at_s=max(post.at_s, 0), text=post.text)
