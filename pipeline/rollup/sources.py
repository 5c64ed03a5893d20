"""How many sources a brand, or a partition, may have: whoever writes a record names its source."""

from typing import Final

KEPT: Final = 64


def keep_newest(watermarks_s: dict[str, float]) -> None:
    """Let go of the sources that are furthest behind, where there are more than ``KEPT``.

    >>> watermarks_s = {f"replay-{n}": float(n) for n in range(66)}
    >>> keep_newest(watermarks_s)
    >>> len(watermarks_s), min(watermarks_s)
    (64, 'replay-10')
    """
    while len(watermarks_s) > KEPT:
        del watermarks_s[min(watermarks_s, key=lambda name: (watermarks_s[name], name))]
