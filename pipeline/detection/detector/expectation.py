"""What is usual: a level that forgets slowly, carried along the brand's day."""

from math import floor, sqrt
from typing import Final

from msgspec import Struct, field

from pipeline.detection.detector.voices import FIELDS, MILLI, REPOSTS, TEXTS, Sums

CELL_S: Final = 600
HOUR_S: Final = 3600
DAY_S: Final = 86_400
HOURS: Final = 24

KEEP: Final = 0.5 ** (CELL_S / (2.5 * DAY_S))
"""Half of what is known of the level is two and a half days old."""
MEMORY_CELLS: Final = 1 / (1 - KEEP)
"""Cells that a level rests on, once it is known."""
KEEP_DAY: Final = 0.5 ** (1 / 7)
WILD: Final = 3.0
"""Standard deviations beyond which a cell teaches no more than so many would."""
SPREAD: Final = 0.8
"""Over-dispersion that is granted to a cell when it is told what is wild."""
UNTAUGHT_S: Final = DAY_S
"""For so long nothing is called wild: there is no level yet to hold it against."""
PRIOR_VOICES: Final = 0.05
PRIOR_CELLS: Final = 0.5
DAY_PRIOR: Final = 10.0
DAY_PRIOR_HOURS: Final = 0.5
DAY_WILD: Final = 5.0

Levels = list[float]
"""Voices of each field in a cell of ten minutes at a mean hour."""


class DailyRhythm(Struct, array_like=True):
    """How much more is said at some hours (UTC) than at others; ``factors`` have a mean of 1."""

    voices: list[float] = field(default_factory=lambda: [0.0] * HOURS)
    cells: list[float] = field(default_factory=lambda: [0.0] * HOURS)
    factors: list[float] = field(default_factory=lambda: [1.0] * HOURS)

    def at(self, cell: int) -> float:
        """Factor of a cell, counted in cells since the epoch; hours pass into each other evenly.

        >>> DailyRhythm().at(3)
        1.0
        """
        place = (cell + 0.5) * CELL_S / HOUR_S - 0.5
        hour = floor(place)
        part = place - hour
        factors = self.factors
        return (1 - part) * factors[hour % HOURS] + part * factors[(hour + 1) % HOURS]

    def learn(self, cell: int, voices: float, heard: float) -> None:
        """Take in a cell of which the part ``heard`` was heard."""
        hour = cell * CELL_S // HOUR_S % HOURS
        mean = max(sum(self.voices) / max(sum(self.cells), 1.0), 0.2)
        most = heard * DAY_WILD * self.factors[hour] * mean + 3.0
        self.voices[hour] += min(voices, most)
        self.cells[hour] += heard
        if (cell + 1) * CELL_S % DAY_S == 0:
            self.factors = self._shape()
            self.voices = [KEEP_DAY * one for one in self.voices]
            self.cells = [KEEP_DAY * one for one in self.cells]

    def grow(self, times: float) -> None:
        """Let ``times`` as much have been said at all hours: the rhythm stays as it is."""
        self.voices = [one * times for one in self.voices]

    def _shape(self) -> list[float]:
        """Each hour against the mean of all, a little smoothed by its neighbours."""
        heard = sum(self.cells)
        mean = sum(self.voices) / heard if heard else 0.0
        if not mean:
            return self.factors
        prior = DAY_PRIOR + mean * DAY_PRIOR_HOURS * HOUR_S / CELL_S
        raw = [
            (voices + prior) / (mean * cells + prior)
            for voices, cells in zip(self.voices, self.cells, strict=True)
        ]
        smooth = [
            (raw[place - 1] + 2 * raw[place] + raw[(place + 1) % HOURS]) / 4
            for place in range(HOURS)
        ]
        whole = sum(smooth) / HOURS
        return [one / whole for one in smooth]


class Expectation(Struct, array_like=True):
    """Decayed sums of voices by field, and of the mean hours in which they were heard."""

    sums: list[float] = field(default_factory=lambda: [0.0] * len(FIELDS))
    cells: float = 0.0
    heard_s: float = 0.0
    day: DailyRhythm = field(default_factory=DailyRhythm)

    @property
    def levels(self) -> Levels:
        """What is usual now."""
        cells = self.cells + PRIOR_CELLS
        return [(one + PRIOR_VOICES) / cells for one in self.sums]

    def grow(self, times: float, more: Levels) -> None:
        """Let ``times`` as much be usual, and ``more`` on top of it."""
        cells = self.cells + PRIOR_CELLS
        self.sums = [
            max((one + PRIOR_VOICES) * times + each * cells - PRIOR_VOICES, 0.0)
            for one, each in zip(self.sums, more, strict=True)
        ]

    def learn(self, cell: int, sums: Sums, heard: float) -> None:
        """Take in a cell of which the part ``heard`` (0 to 1) was heard; cells come in order."""
        if not heard:
            return
        usual = self.day.at(cell) * heard
        seen = [one / MILLI for one in sums]
        self.day.learn(cell, seen[TEXTS] + seen[REPOSTS], heard)
        if self.heard_s >= UNTAUGHT_S:
            for place, one in enumerate(self.sums):
                expected = one / self.cells * usual
                most = expected + WILD * sqrt(expected + SPREAD * expected**2 + 0.25)
                seen[place] = min(seen[place], most)
        self.sums = [KEEP * old + new for old, new in zip(self.sums, seen, strict=True)]
        self.cells = KEEP * self.cells + usual
        self.heard_s += heard * CELL_S
