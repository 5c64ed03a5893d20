"""Bounded top lists by category: which hashtag, link, author … carries how many mentions."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter, itemgetter
from typing import Final, TypeVar

from pipeline.deletions.records import lines
from pipeline.deletions.to_forget import ToForget, renamed
from schemas.base import Counted
from schemas.bucket import Bucket

CATEGORIES: Final = (
    "hashtags",
    "links",
    "reposted",
    "wordings",
    "handles",
    "loudest",
    "languages",
    "terms",
)
"""Fields of ``Bucket`` that hold top lists."""

CARRIERS: Final = ("links", "hashtags", "reposted")
"""Categories in which a campaign shows as one entry that everybody repeats."""

CONCENTRATING: Final = (*CARRIERS, "wordings")
"""The same, with copied texts: every source carries those, so they do not tell what it carries."""

KEPT: Final = 12
KEPT_LOUDEST: Final = 40
"""Authors are many and each is small, so that more of them are needed to see who repeats."""

Amount = TypeVar("Amount", int, float)

TopK = dict[str, dict[str, int]]
Lists = dict[str, tuple[Counted, ...]]
"""By category, as a bucket states them."""

_lists = attrgetter(*CATEGORIES)
_count = itemgetter(1)


def lists_of(bucket: Bucket) -> Lists:
    """The top lists of ``bucket`` in which something stands."""
    lists = zip(CATEGORIES, _lists(bucket), strict=True)
    return {category: counted for category, counted in lists if counted}


def tally(into: TopK, lists: Lists) -> None:
    """Add the top lists of a bucket; every list stays bounded."""
    for category, counted in lists.items():
        merge(into.setdefault(category, {}), counted, room(category))


def more(lists: Lists, before: Lists) -> Lists:
    """By how much the counts of ``lists`` are higher than they were ``before``.

    >>> more({"links": (("a", 3), ("b", 1))}, {"links": (("a", 2), ("b", 1))})
    {'links': (('a', 1),)}
    """
    found: Lists = {}
    for category, counted in lists.items():
        known = dict(before.get(category, ()))
        found[category] = tuple(
            (key, count - known.get(key, 0)) for key, count in counted if count > known.get(key, 0)
        )
    return found


def names_of(category: str, gone: ToForget) -> Callable[[str], str] | None:
    """Return what makes an alias of each name of a category that is to be forgotten."""
    if category in {"handles", "loudest"}:
        return gone.name_of
    return {"links": gone.url_of, "reposted": gone.id_of}.get(category)


def forget(counts: dict[str, dict[str, Amount]], gone: ToForget) -> None:
    """Put aliases for names that are to be forgotten, in place."""
    for category, names in counts.items():
        if (name_of := names_of(category, gone)) is not None:
            counts[category] = renamed(names, name_of)


def without(lists: Lists, gone: ToForget) -> Lists:
    """Return the top lists of a bucket with aliases for names that are to be forgotten."""
    return {
        category: counted
        if (name_of := names_of(category, gone)) is None
        else lines(counted, name_of)
        for category, counted in lists.items()
    }


def room(category: str) -> int:
    """How many entries of a category are kept."""
    return KEPT_LOUDEST if category == "loudest" else KEPT


def merge(into: dict[str, int], counted: Iterable[Counted], most: int) -> None:
    """Add counts in place; when twice as many keys as ``most`` are held, the smallest go.

    >>> counts = {"a": 1, "b": 5}
    >>> merge(counts, [("c", 2), ("a", 1)], most=1)
    >>> counts
    {'b': 5}
    """
    get = into.get
    for key, count in counted:
        into[key] = get(key, 0) + count
    if len(into) > 2 * most:
        kept = top(into, most)
        into.clear()
        into.update(kept)


def top(counts: Mapping[str, int], most: int) -> tuple[Counted, ...]:
    """The largest first; equals in order of name, so that the order never depends on luck.

    >>> top({"b": 2, "a": 2, "c": 9}, most=2)
    (('c', 9), ('a', 2))
    """
    # Sorting is stable: by name first, then by count. Twice without a key made for each is faster.
    return tuple(sorted(sorted(counts.items()), key=_count, reverse=True)[:most])
