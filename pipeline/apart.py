"""What of a brand is counted and judged apart, by network, as the brands file says.

Mostly nothing is: all that is said of a brand is one. A network is counted apart where it is judged
on its own, where the brand is not judged on it, or while it is new (``pipeline.rollup.newcomers``).
"""

from typing import Final

from schemas.brand import Brand
from schemas.mention import Mention
from schemas.network import network_of

NEW_FOR_S: Final = 86_400
"""For so long a network that begins later than others is counted apart: its usual is learned."""

MARK: Final = "@"
"""Stands before the network in the name of what is apart, and in no brand's id."""


def part_name(brand: str, apart: str) -> str:
    """The name of what is counted or judged: of all together, or of one network apart.

    >>> part_name("acme", ""), part_name("acme", "x")
    ('acme', 'acme@x')
    """
    return f"{brand}{MARK}{apart}" if apart else brand


def named_part(name: str) -> tuple[str, str]:
    """The reverse: the brand, and the network that is apart, or none.

    >>> named_part("acme@x"), named_part("acme")
    (('acme', 'x'), ('acme', ''))
    """
    brand, _, apart = name.partition(MARK)
    return brand, apart


def judged_as(brand: Brand, apart: str) -> str | None:
    """The name of the judge that takes what is counted so; None where nobody does.

    >>> from schemas.brand import JudgedOn
    >>> some = Brand(id="acme", names=("Acme",), judge=JudgedOn(sources=("x",)))
    >>> judged_as(some, ""), judged_as(some, "x"), judged_as(some, "bluesky")
    ('acme', 'acme', None)
    """
    if brand.judge.each:
        return part_name(brand.id, apart)
    return brand.id if not apart or brand.judge.includes(apart) else None


def network_of_mention(mention: Mention, source: str) -> str:
    """Who brought a mention, where a record of ``source`` holds it: a recording may hold several.

    >>> from schemas.mention import Author
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> one = Mention(id="1", created_at=at, text="", author=Author(id="a"), source="bluesky")
    >>> network_of_mention(one, "replay")
    'bluesky'
    """
    return network_of(mention.source or source)
