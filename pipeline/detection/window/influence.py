"""Who carries an episode: those with the most followers, and those whose posts are passed on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pipeline.deletions.to_forget import ToForget
from schemas.base import MOST_TOTAL
from schemas.bucket import Bucket, Influencer

KEPT: Final = 6
"""Of each of the two kinds, whenever there are more than ``MOST``."""
MOST: Final = 36

Influence = dict[str, list[int]]
"""Handle → posts, followers, reposts by others."""

_FOLLOWERS: Final = 1
_REPOSTS: Final = 2


def gather(into: Influence, influencers: Iterable[Influencer]) -> None:
    """Add what a bucket says, and let the least go when there are too many.

    Followers are exact: whoever is among the first ``KEPT`` now was so at every time before.

    >>> seen: Influence = {}
    >>> for followers in (900, 901):
    ...     gather(seen, [Influencer(handle="star", posts=1, followers=followers, reposts=2)])
    >>> seen
    {'star': [2, 901, 4]}
    """
    for one in influencers:
        _add(into, one.handle, one.posts, one.followers, one.reposts)
    _bound(into)


def influence_of(bucket: Bucket) -> Influence:
    """What a bucket says of its influencers."""
    return {one.handle: [one.posts, one.followers, one.reposts] for one in bucket.influencers}


def grown(found: Influence, before: Influence) -> Influence:
    """Influence with what was posted beyond what was told of a bucket ``before``.

    >>> grown({"a": [3, 900, 7]}, {"a": [2, 900, 7]})
    {'a': [1, 900, 0]}
    """
    nothing = [0, 0, 0]
    return {
        handle: [
            max(posts - before.get(handle, nothing)[0], 0),
            followers,
            max(reposts - before.get(handle, nothing)[2], 0),
        ]
        for handle, (posts, followers, reposts) in found.items()
    }


def combine(into: Influence, other: Mapping[str, Sequence[int]]) -> None:
    """Add another part: posts and reposts are summed, of followers the most counts."""
    for handle, (posts, followers, reposts) in other.items():
        _add(into, handle, posts, followers, reposts)
    _bound(into)


def without(influence: Influence, gone: ToForget) -> Influence:
    """Return the same with aliases for accounts that are to be forgotten.

    >>> without({"ana": [1, 900, 2], "ben": [1, 5, 0]}, ToForget(authors=["@Ana"]))
    {'~779f6fe2': [1, 900, 2], 'ben': [1, 5, 0]}
    """
    found: Influence = {}
    for handle, (posts, followers, reposts) in influence.items():
        _add(found, gone.name_of(handle), posts, followers, reposts)
    return found


def _add(into: Influence, handle: str, posts: int, followers: int, reposts: int) -> None:
    known = into.get(handle)
    if known is None:
        into[handle] = [posts, followers, reposts]
        return
    known[0] = min(known[0] + posts, MOST_TOTAL)
    known[_FOLLOWERS] = max(known[_FOLLOWERS], followers)
    known[_REPOSTS] = min(known[_REPOSTS] + reposts, MOST_TOTAL)


def _bound(into: Influence) -> None:
    if len(into) > MOST:
        kept = {handle: into[handle] for handle in foremost(into, KEPT)}
        into.clear()
        into.update(kept)


def foremost(influence: Mapping[str, Sequence[int]], most: int) -> list[str]:
    """The ``most`` farthest, then the ``most`` that were passed on most; equals by name."""
    by_name = sorted(influence)

    def first(place: int) -> list[str]:
        ranked = sorted(by_name, key=lambda handle: influence[handle][place], reverse=True)
        return [handle for handle in ranked[:most] if influence[handle][place]]

    return list(dict.fromkeys([*first(_FOLLOWERS), *first(_REPOSTS)]))


def influencers(influence: Mapping[str, Sequence[int]], most: int) -> tuple[Influencer, ...]:
    """The foremost, as records."""
    return tuple(
        Influencer(handle=handle, posts=posts, followers=followers, reposts=reposts)
        for handle in foremost(influence, most)
        for posts, followers, reposts in (influence[handle],)
    )
