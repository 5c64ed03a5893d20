"""How much more counts scatter than chance alone would have it, learned for each window."""

from typing import Final

from msgspec import Struct, field

LAG_S: Final = 12 * 3600
"""A window teaches only after so long: what is going on must not excuse itself."""
HALF_LIFE_S: Final = 5 * 86_400
PRIOR_WORTH: Final = 25.0
LEAST: Final = 0.02
DIGITS: Final = 5


class PastWindow(Struct, array_like=True):
    """A window that is over: when it ended, its squared deviation beyond chance, its square."""

    end_s: int
    beyond: float
    square: float


class Dispersion(Struct, array_like=True):
    """Inverse size of a negative binomial: variance = m + m² · ``of``.

    By the method of moments over windows that do not overlap, over a prior that is worth
    ``PRIOR_WORTH`` of them.
    """

    beyond: float = 0.0
    square: float = 0.0
    windows: float = 0.0
    waiting: list[PastWindow] = field(default_factory=list)

    def learn(self, end_s: int, seen: float, expected: float) -> None:
        """Take in a window that ended at ``end_s``."""
        beyond, square = (seen - expected) ** 2 - expected, expected**2
        # Rounded, since so many of them wait.
        self.waiting.append(PastWindow(end_s, round(beyond, DIGITS), round(square, DIGITS)))

    def come_to(self, now_s: int, length_s: int) -> None:
        """Let what ended long enough ago teach; ``length_s`` is that of a window."""
        while self.waiting and self.waiting[0].end_s <= now_s - LAG_S:
            past = self.waiting.pop(0)
            keep = 0.5 ** (length_s / HALF_LIFE_S)
            self.beyond = keep * self.beyond + past.beyond
            self.square = keep * self.square + past.square
            self.windows = keep * self.windows + 1.0

    def of(self, prior: float) -> float:
        """The inverse size, as it is known now.

        >>> Dispersion().of(0.5)
        0.5
        """
        if not self.windows:
            return prior
        found = max(self.beyond / max(self.square, 1e-9), 0.0)
        worth = PRIOR_WORTH + self.windows
        return max((PRIOR_WORTH * prior + self.windows * found) / worth, LEAST)
