"""The colour of an incident, as its alert's mark has it."""

from typing import Final

from agents.alerting.message.compose import mark
from schemas.incident import Transition

_TONES: Final = {
    "🔴": "grave",
    "🟠": "serious",
    "🟡": "moderate",
    "🔵": "easing",
    "🟢": "over",
    "⚪": "quiet",
}


def tone(told: Transition) -> str:
    """Return the class that colours it."""
    return _TONES.get(mark(told), "over")
