"""How grave an incident looks, in any channel: one word, on which colours and marks hang."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from pipeline.detection.detector.severity import SeverityBand
from schemas.incident import State, Transition


class Tone(Enum):
    """How grave it looks. The value is a plain word, which the web page uses as a CSS class."""

    GRAVE = "grave"
    SERIOUS = "serious"
    MODERATE = "moderate"
    EASING = "easing"
    OVER = "over"
    QUIET = "quiet"

    @property
    def mark(self) -> str:
        """The coloured dot that stands before a headline."""
        return _MARKS[self]


_MARKS: Final[Mapping[Tone, str]] = {
    Tone.GRAVE: "🔴",
    Tone.SERIOUS: "🟠",
    Tone.MODERATE: "🟡",
    Tone.EASING: "🔵",
    Tone.OVER: "🟢",
    Tone.QUIET: "⚪",
}
_OF_STATE: Final[Mapping[State, Tone]] = {
    "noticed": Tone.QUIET,
    "dismissed": Tone.QUIET,
    "fading": Tone.EASING,
    "resolved": Tone.OVER,
}
_OF_BAND: Final[Mapping[SeverityBand, Tone]] = {
    SeverityBand.EXTREME: Tone.GRAVE,
    SeverityBand.SEVERE: Tone.GRAVE,
    SeverityBand.SERIOUS: Tone.SERIOUS,
    SeverityBand.MODERATE: Tone.MODERATE,
    SeverityBand.MINOR: Tone.MODERATE,
}


RINGS: Final = "🔔"
HEADS_UP: Final = "◇"
IN_HAND: Final = "👤"
OVER: Final = "✓"


def mark_of(transition: Transition) -> str:
    """Return the sign before a headline: a shape for each level, never a colour alone.

    A bell rings, a diamond is a heads-up, a person has it in hand, a tick says that it is over.
    """
    if transition.state in {"resolved", "dismissed"}:
        return OVER
    if transition.level == "heads_up":
        return HEADS_UP
    return IN_HAND if transition.handling.acknowledged_by else RINGS


def tone_of(state: State, severity: int) -> Tone:
    """Return the tone of an incident: of its severity while it lasts, else of its state.

    >>> tone_of("escalating", 8), tone_of("fading", 8)
    (<Tone.GRAVE: 'grave'>, <Tone.EASING: 'easing'>)
    """
    return _OF_STATE.get(state) or _OF_BAND[SeverityBand.of(severity)]
