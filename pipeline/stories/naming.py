"""Words that only name a brand: every post about it may carry them, so they make no story."""

import re
from collections.abc import Iterable

from schemas.brand import Brand

_WORD = re.compile(r"\w+")


def words_of(brand: Brand) -> tuple[str, ...]:
    """All that the brands file calls a brand."""
    return (*brand.names, *brand.handles, *brand.hashtags, *brand.own_accounts)


def own_words(names: Iterable[str]) -> frozenset[str]:
    """Lower-case words of names, each by itself and all of a name in one.

    >>> sorted(own_words(["Deutsche Bahn"]))
    ['bahn', 'deutsche', 'deutschebahn']
    """
    words: set[str] = set()
    for name in names:
        parts = _WORD.findall(name.lower())
        words.update(parts, ["".join(parts)])
    return frozenset(words)
