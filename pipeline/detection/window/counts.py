"""The additive counts of a bucket: what windows, baselines and features are made of."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from schemas.bucket import Bucket


class CountedShare(NamedTuple):
    """A count of a bucket that is judged as a share of its mentions. Adding one is a line below.

    ``name``: the bucket's field. ``feature``: the code by which the library of episodes, wording
    and reports know its share. ``usual``: the share that a brand is taken to have before it was
    heard. ``rarest``: so many are found anyhow, by chance or by mistake; less is luck, not the
    brand's baseline. ``wobble``: how far the usual share varies from hour to hour beyond counting,
    in logits. ``some_sources``: there are sources that never fill it, so that zero before and zero
    now means "not known". ``of_the_poster``: it says something of who posts, not of the text; a
    text that is passed on says it anew.
    """

    name: str
    feature: str
    usual: float
    rarest: float
    wobble: float = 0.15
    some_sources: bool = False
    of_the_poster: bool = False


SHARES: Final = (
    CountedShare("negative", "negative_shift", 0.25, 0.03),
    CountedShare("positive", "positive_share", 0.25, 0.03, some_sources=True),
    CountedShare("reposts", "repost_share", 0.3, 0.05, 0.25, True, True),
    CountedShare("replies", "reply_share", 0.25, 0.05, 0.15, True, True),
    CountedShare("new_authors", "new_author_share", 0.7, 0.05, 0.25, True, True),
    CountedShare("first_person", "first_person_drop", 0.3, 0.05),
    CountedShare("complaint", "complaint", 0.06, 0.01),
    CountedShare("outrage", "outrage", 0.02, 0.01, 0.4),
    CountedShare("boycott", "boycott", 0.003, 0.002, 0.4),
    CountedShare("takedown", "takedown", 0.005, 0.004, some_sources=True),
    CountedShare("sad_news", "sad_news", 0.01, 0.005, some_sources=True),
)  # fmt: skip

FIELDS: Final = ("mentions", *(share.name for share in SHARES))
"""Order of the figures in every list of counts. The first is what the others are a share of."""

MENTIONS: Final = 0
INDEX: Final = {name: index for index, name in enumerate(FIELDS)}

_of = attrgetter(*FIELDS)


def counts_of(bucket: Bucket) -> Sequence[int]:
    """Counts of one bucket in the order of ``FIELDS``."""
    counts: Sequence[int] = _of(bucket)
    return counts


def nothing() -> list[int]:
    """Counts of an empty stretch."""
    return [0] * len(FIELDS)


def add(into: list[int], counts: Sequence[int]) -> None:
    """Add ``counts`` to ``into`` in place.

    >>> total = [1, 2]
    >>> add(total, [3, 4])
    >>> total
    [4, 6]
    """
    for index, value in enumerate(counts):
        if value:
            into[index] += value
