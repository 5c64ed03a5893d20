"""The band of a severity as machines know it: the same word in every language."""

from collections.abc import Mapping
from typing import Final

from pipeline.detection.detector.severity import SeverityBand
from schemas.webhook import SeverityWord

_WORDS: Final[Mapping[SeverityBand, SeverityWord]] = {
    SeverityBand.MINOR: "minor",
    SeverityBand.MODERATE: "moderate",
    SeverityBand.SERIOUS: "serious",
    SeverityBand.SEVERE: "severe",
    SeverityBand.EXTREME: "extreme",
}


def severity_word(severity: int) -> SeverityWord:
    """Return the word for the band of a severity of 1 to 10.

    >>> severity_word(8)
    'severe'
    """
    return _WORDS[SeverityBand.of(severity)]
