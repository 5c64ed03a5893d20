"""Which texts of a busy bucket are looked at: a draw by id, whoever draws and in whatever order."""

from typing import Final

from pipeline.stories.keys import KeyedPost, scatter

TEXTS: Final = 64
"""Texts of one bucket that are looked at; where there are more, each of them stands for several."""
MOST_TEXTS: Final = 2 * TEXTS
"""When so many are kept, it is time to draw."""
ALL: Final = 0xFFFF_FFFF


def narrow(texts: dict[str, KeyedPost]) -> int:
    """Keep the ``TEXTS`` that are scattered lowest; return where the last of them lies.

    The lowest of a union are among the lowest of each part, so parts may be drawn from before.

    >>> many = {str(n): KeyedPost(str(n), 0, []) for n in range(3 * TEXTS)}
    >>> widest = narrow(many)
    >>> len(many), max(map(scatter, many)) == widest
    (64, True)
    """
    drawn = sorted((scatter(name), name) for name in texts)[:TEXTS]
    kept = {name: texts[name] for _, name in drawn}
    texts.clear()
    texts.update(kept)
    return drawn[-1][0]
