"""How much may be read: a share of a worker, as texts per brand and hour of event time."""

from typing import Final, NamedTuple

TEXTS_PER_S: Final = 150
"""What the encoder reads on one thread, one at a time (``benchmarks/reader.py`` measures it)."""

DEFAULT_SHARE: Final = 0.2
_HOUR_S: Final = 3600


class ReadingRules(NamedTuple):
    """All in texts of one brand per hour of event time.

    ``sample_per_h``: aimed at in the uniform sample, ``unusual_per_h`` in an unusual hour.
    ``roots_per_h``: roots of cascades at most. ``texts_per_h``: everything at most.
    """

    sample_per_h: float = 12.0
    unusual_per_h: float = 150.0
    roots_per_h: int = 60
    texts_per_h: int = 240


def rules_for(share: float, brands: int) -> ReadingRules | None:
    """Rules under which all ``brands`` together take ``share`` of a core at most; None: no text.

    More than the rules' own defaults is never read: nothing would be gained. All brands of the
    file count, whichever of them a worker happens to have, so that moving brands between workers
    changes nothing of what is read. While event time runs faster than the clock (a backlog, a
    recording), reading takes its share of event time, and so more of the clock's.

    >>> rules_for(0.2, 100) == ReadingRules()
    True
    >>> rules_for(0.2, 10_000)
    ReadingRules(sample_per_h=0.5, unusual_per_h=6.25, roots_per_h=2, texts_per_h=10)
    >>> rules_for(0.0, 1) is None
    True
    """
    whole = ReadingRules()
    budget = int(share * TEXTS_PER_S * _HOUR_S / max(brands, 1))
    if budget < 1:
        return None
    part = min(budget / whole.texts_per_h, 1.0)
    return ReadingRules(
        sample_per_h=whole.sample_per_h * part,
        unusual_per_h=whole.unusual_per_h * part,
        roots_per_h=int(whole.roots_per_h * part),
        texts_per_h=min(budget, whole.texts_per_h),
    )
