"""How far event time has come: the minimum over the sources that are alive."""

from collections.abc import Mapping
from typing import NamedTuple

FORGET_AFTER_S = 86_400.0
"""A source this far behind the furthest one is no longer expected, and no longer called blind."""


class Progress(NamedTuple):
    """``watermark_s`` over the live sources, and the names of live and blind ones."""

    watermark_s: float
    live: tuple[str, ...]
    blind: tuple[str, ...]


def progress(watermarks_s: Mapping[str, float], blind_after_s: float) -> Progress:
    """Combine the watermarks of a brand's sources.

    A source that is more than ``blind_after_s`` behind the furthest one is *blind*: it is named,
    and does not hold the others back. After a day (``FORGET_AFTER_S``) it is not expected any more:
    a recording replayed once must not leave its brand blind for ever.

    >>> progress({"x": 100.0, "rss": 95.0, "old": 10.0}, 60)
    Progress(watermark_s=95.0, live=('rss', 'x'), blind=('old',))
    """
    if not watermarks_s:
        return Progress(0.0, (), ())
    furthest_s = max(watermarks_s.values())
    live = {name: at_s for name, at_s in watermarks_s.items() if at_s >= furthest_s - blind_after_s}
    blind = tuple(
        sorted(
            name
            for name, at_s in watermarks_s.items()
            if name not in live and at_s >= furthest_s - FORGET_AFTER_S
        )
    )
    return Progress(min(live.values()), tuple(sorted(live)), blind)
