"""When an alert cannot be told in full: what is certain of it, in one line, and why.

A fault in our wording must not leave people asleep. So whoever composes an alert catches what is
raised and says this line instead; and it is not forgotten, because alerting then sets the record
aside with the fault (``agents.alerting.notifier.PlainlyError``).
"""

from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Final

from agents.alerting.message.brands import name_of, words_of
from agents.alerting.message.neutral import cut, outside
from schemas.brand import Brand
from schemas.incident import Transition

FAULT_LIMIT: Final = 300
_ROOT: Final = Path(__file__).parents[3]
_OURS: Final = tuple(_ROOT / name for name in ("schemas", "pipeline", "agents", "lab"))


def fault(error: BaseException) -> str:
    """Name an exception and the last line of ours that it came through.

    >>> try:
    ...     outside(None)
    ... except TypeError as error:
    ...     fault(error).rpartition(":")[0]
    "TypeError: 'NoneType' object is not subscriptable (agents/alerting/message/neutral.py"
    """
    said = f"{type(error).__name__}: {error}".removesuffix(": ")
    place = _place(error.__traceback__)
    return cut(said, FAULT_LIMIT) + (f" ({place})" if place else "")


def plainly(transition: Transition, brand: Brand, error: Exception) -> str:
    """Return what is certain of ``transition``, in the brand's language, safe to be shown."""
    words = words_of(brand)
    return words.say(
        "plainly",
        brand=name_of(brand),
        severity=words.number(transition.severity),
        state=words.states[transition.state],
        incident=outside(transition.incident, 80),
        step=words.number(transition.seq),
        fault=outside(fault(error), FAULT_LIMIT),
    )


def _place(trace: TracebackType | None) -> str:
    places = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(trace)]
    for path, line in reversed(places):
        if any(path.is_relative_to(room) for room in _OURS):
            return f"{path.relative_to(_ROOT)}:{line}"
    return ""
