"""Counts of brands about which nothing happens: four kinds of noise at four sizes.

Made for this measurement alone: nothing here is shared with the detector. What is left out is what
nobody can promise about a real quiet week: holidays, campaigns, the news.
"""

from collections.abc import Iterator
from math import exp, pi, sin
from random import Random
from typing import Final, Literal, get_args

from lab.evaluate.quiet.poisson import draw

Noise = Literal["flat", "daily", "overdispersed", "bursty"]
NOISES: Final[tuple[Noise, ...]] = get_args(Noise)
SIZES: Final = (0.1, 2.0, 40.0, 1000.0)
"""Mentions in five minutes, on average or nearly so."""
ROW_S: Final = 300
DAY_ROWS: Final = 288
WEEK_ROWS: Final = 7 * DAY_ROWS
WEEKEND: Final = 5


def quiet_counts(noise: Noise, mentions: float, rows: int, dice: Random) -> Iterator[int]:
    """Five-minute counts, from a Monday on.

    ``flat``: Poisson at one rate. ``daily``: with hours of the day and weekends (between 0.45 and
    2.2 of the mean). ``overdispersed``: beside that, each row has a luck of its own (gamma, shape
    2). ``bursty``: luck also wanders, with a memory of an hour or two.

    >>> list(quiet_counts("flat", 2.0, 8, Random(1)))
    [1, 2, 2, 3, 2, 2, 0, 3]
    """
    wandering = 0.0
    for row in range(rows):
        rate = mentions
        if noise != "flat":
            weekend = row // DAY_ROWS % 7 >= WEEKEND
            rate *= exp(0.8 * sin(2 * pi * row / DAY_ROWS) - 0.3 * weekend)
        if noise == "overdispersed":
            rate *= dice.gammavariate(2.0, 0.5)
        if noise == "bursty":
            wandering = 0.95 * wandering + dice.gauss(0.0, 0.12)
            rate *= exp(wandering) * dice.gammavariate(4.0, 0.25)
        yield draw(rate, dice)
