"""What careful reading asks of a reader, whatever the reader is."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from schemas.reading import CLASSES, ByClass

ATTACKS: Final = ("accusation", "boycott", "mockery")
"""Classes that attack the brand. Harm soberly told is apart: it names no culprit by itself."""

Outputs = tuple[float, float, float]
"""Of a text, in the order of ``schemas.reading.OUTPUTS``."""


class Wanted(NamedTuple):
    """A text to read, its language, and what fast reading said of it: a reader builds on that."""

    text: str
    lang: str
    fast: Outputs


_ATTACKS: Final = tuple(CLASSES.index(name) for name in ATTACKS)
_COMPLAINT: Final = CLASSES.index("complaint")
_HARM: Final = CLASSES.index("harm")


class Reader(Protocol):
    """A loaded reader. Slow: whoever has an event loop to keep moving calls it in a thread."""

    @property
    def version(self) -> str:
        """Name and digest of encoder and head, as every ``Reading`` states it."""
        ...

    def read(self, wanted: Sequence[Wanted]) -> list[ByClass]:
        """Probabilities of each text in order, in thousandths. Each depends on its text alone."""
        ...


def outputs_of(classes: Sequence[float]) -> Outputs:
    """Attack, complaint and harm of a text's classes.

    >>> outputs_of((0.25, 0.125, 0.125, 0.05, 0.2, 0, 0.05, 0.1, 0.1))
    (0.5, 0.2, 0.05)
    """
    attack = sum(classes[at] for at in _ATTACKS)
    return min(attack, 1.0), classes[_COMPLAINT], classes[_HARM]
