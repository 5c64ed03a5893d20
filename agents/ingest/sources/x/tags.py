"""What the tag of a rule says: whose it is, which brands it delivers for, and how many posts.

``tocsin:nestle`` delivers for the brand ``nestle``, ``tocsin:a,b`` for two brands that make the
same rule, and ``tocsin:10%:nestle`` one post of ten. All other tags belong to others.
"""

import re
from collections.abc import Iterable
from typing import Final

_SAMPLED: Final = re.compile(r"(\d{1,3})%:")


def tag_for(owner: str, brands: Iterable[str], percent: int = 100) -> str:
    """Return the tag of a rule of ``owner`` that delivers so many of a hundred posts of ``brands``.

    >>> tag_for("tocsin", ["a", "b"]), tag_for("tocsin", ["a"], 10)
    ('tocsin:a,b', 'tocsin:10%:a')
    """
    share = "" if percent == 100 else f"{percent}%:"  # noqa: PLR2004 - all of a hundred
    return f"{owner}:{share}{','.join(brands)}"


def brands_in(tag: str, owner: str) -> tuple[str, ...]:
    """Return the brands that a rule of ``owner`` delivers for; none if it is somebody else's.

    >>> brands_in("tocsin:10%:acme,bolt", "tocsin"), brands_in("acme", "tocsin")
    (('acme', 'bolt'), ())
    """
    prefix = f"{owner}:"
    if not tag.startswith(prefix):
        return ()
    return tuple(_SAMPLED.sub("", tag.removeprefix(prefix), count=1).split(","))


def weight_of(tags: Iterable[str], owner: str) -> float:
    """Return for how many posts one stands that rules with these tags delivered.

    X draws a sample by the post, so the same post comes by all rules with a share or by none; one
    rule without, also of others, delivers it in any case.

    >>> weight_of(["tocsin:10%:acme"], "tocsin"), weight_of(["tocsin:10%:acme", "theirs"], "tocsin")
    (10.0, 1.0)
    """
    percents = [_percent(tag, owner) for tag in tags]
    return 100.0 / max(percents, default=100)


def _percent(tag: str, owner: str) -> int:
    prefix = f"{owner}:"
    found = _SAMPLED.match(tag, len(prefix)) if tag.startswith(prefix) else None
    return min(max(int(found[1]), 1), 100) if found else 100
