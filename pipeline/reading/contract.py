"""What careful reading asks of a reader, whatever the reader is."""

from collections.abc import Sequence
from typing import Final, Protocol

from pipeline.sentiment.contract import Said
from schemas.reading import CLASSES, ByClass

ATTACKS: Final = ("accusation", "boycott", "mockery")
"""Classes that attack the brand. Harm soberly told is apart: it names no culprit by itself."""

Outputs = tuple[float, float, float]
"""Of a text, in the order of ``schemas.reading.OUTPUTS``."""

_ATTACKS: Final = tuple(CLASSES.index(name) for name in ATTACKS)
_COMPLAINT: Final = CLASSES.index("complaint")
_HARM: Final = CLASSES.index("harm")


class Reader(Protocol):
    """A loaded reader. Slow: whoever has an event loop to keep moving calls it in a thread."""

    @property
    def version(self) -> str:
        """Name and digest of encoder and head, as every ``Reading`` states it."""
        ...

    def read(self, said: Sequence[Said]) -> list[ByClass]:
        """Probabilities of each text in order, in thousandths. Each depends on its text alone."""
        ...


def outputs_of(classes: Sequence[float]) -> Outputs:
    """Attack, complaint and harm of a text's classes.

    >>> outputs_of((0.2, 0.1, 0.1, 0.05, 0.3, 0, 0.05, 0.1, 0.1))
    (0.4, 0.3, 0.05)
    """
    attack = sum(classes[at] for at in _ATTACKS)
    return min(round(attack, 6), 1.0), classes[_COMPLAINT], classes[_HARM]
