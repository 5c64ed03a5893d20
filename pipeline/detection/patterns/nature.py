"""Whether people complain about a service or are outraged: two features put side by side."""

from collections.abc import Mapping
from typing import Final

from pipeline.detection.patterns.features import Feature
from schemas.incident import Nature

LEAST: Final = 0.02
"""Share of the excess beyond the usual from which a kind of talk is there at all. Small, for word
lists find only a part of it."""
SIGMAS: Final = 2.0
TIMES: Final = 2.0
"""One outweighs the other when it is so many times its share."""


def nature(now: Mapping[str, Feature]) -> Nature:
    """What the excess is made of, by the words of its posts.

    A kind is there where its share of the excess lies ``LEAST`` above the brand's usual, and two
    standard deviations. *Outrage* is words of outrage and calls for a boycott together. Where both
    are there, the one that is twice the other is named, else both.

    >>> low, high = Feature(0.1, 0.3, 0.03, 0.02), Feature(2.0, 0.2, 0.4, 0.06)
    >>> nature({"complaint": high, "outrage": low}), nature({"complaint": low, "outrage": low})
    ('complaints', 'unclear')
    >>> nature({"complaint": high, "outrage": high})
    'both'
    """
    complaints = _beyond(now, "complaint")
    outrage = _beyond(now, "outrage") + _beyond(now, "boycott")
    complaints = complaints if complaints >= LEAST else 0.0
    outrage = outrage if outrage >= LEAST else 0.0
    if complaints and complaints >= TIMES * outrage:
        return "complaints"
    if outrage and outrage >= TIMES * complaints:
        return "outrage"
    return "both" if complaints and outrage else "unclear"


def _beyond(now: Mapping[str, Feature], code: str) -> float:
    """Share beyond the usual, or 0 where that may be chance."""
    feature = now.get(code)
    if feature is None or feature.x < SIGMAS * feature.sd:
        return 0.0
    return max(feature.value - (feature.usual or 0.0), 0.0)
