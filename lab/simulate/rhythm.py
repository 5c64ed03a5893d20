"""When people of a language post: by the hour of the day and the day of the week, in UTC.

Offsets are fixed (no summer time): a simulation must not depend on the machine's zone tables.
"""

from datetime import datetime
from functools import cache
from math import exp, floor

from lab.simulate.draws import Draws

HOURS_PER_WEEK = 168

# Activity by local hour, midnight first: asleep at 4, a lunch break, most of all after dinner.
_WORKDAY = (
    0.42, 0.25, 0.16, 0.11, 0.10, 0.14, 0.32, 0.66, 0.90, 0.98, 1.02, 1.08,
    1.28, 1.22, 1.05, 1.02, 1.06, 1.18, 1.30, 1.38, 1.52, 1.60, 1.38, 0.86,
)  # fmt: skip
_WEEKEND = (
    0.60, 0.40, 0.26, 0.16, 0.11, 0.10, 0.16, 0.30, 0.52, 0.78, 0.98, 1.06,
    1.04, 0.98, 0.94, 0.92, 0.96, 1.04, 1.14, 1.24, 1.38, 1.42, 1.22, 0.84,
)  # fmt: skip
_DAY_LEVEL = (1.03, 1.05, 1.06, 1.05, 1.00, 0.86, 0.88)
_SATURDAY = 5

# Where a language's speakers live: (hours ahead of UTC, share).
ZONES: dict[str, tuple[tuple[float, float], ...]] = {
    "en": ((0, 0.36), (-5, 0.36), (-8, 0.14), (5.5, 0.08), (10, 0.06)),
    "fr": ((1, 0.86), (-5, 0.08), (0, 0.06)),
    "de": ((1, 1.0),),
    "es": ((1, 0.5), (-6, 0.25), (-3, 0.25)),
    "it": ((1, 1.0),),
    "pt": ((-3, 0.9), (0, 0.1)),
    "ar": ((3, 0.7), (1, 0.3)),
    "hi": ((5.5, 1.0),),
}


def _local(hour_of_week: float) -> float:
    day, hour = divmod(hour_of_week % HOURS_PER_WEEK, 24)
    shape = _WEEKEND if day >= _SATURDAY else _WORKDAY
    whole = floor(hour)
    part = hour - whole
    return _DAY_LEVEL[int(day)] * ((1 - part) * shape[whole] + part * shape[(whole + 1) % 24])


@cache
def _spoken(language: str) -> tuple[float, ...]:
    """Return activity of a language by hour of the week (UTC), not yet scaled."""
    return tuple(
        sum(share * _local(hour + ahead) for ahead, share in ZONES[language])
        for hour in range(HOURS_PER_WEEK)
    )


class Rhythm:
    """Activity of one language through the week, mean 1.

    ``strength`` 1 is the usual day; towards 0 people post round the clock, as they do in a storm.

    >>> french = Rhythm("fr")
    >>> french.at_hour(3) < 0.3 < 1.3 < french.at_hour(20)
    True
    """

    def __init__(self, language: str, strength: float = 1.0) -> None:
        week: list[float] = [level**strength for level in _spoken(language)]
        mean = sum(week) / HOURS_PER_WEEK
        self._week = [value / mean for value in week]
        self._week.append(self._week[0])
        self.peak = max(self._week)

    def at_hour(self, hour_of_week: float) -> float:
        """Return the activity at an hour (UTC) counted from Monday 00:00; wraps round."""
        hour_of_week %= HOURS_PER_WEEK
        whole = int(hour_of_week)
        part = hour_of_week - whole
        return (1 - part) * self._week[whole] + part * self._week[whole + 1]


def hour_of_week(moment: datetime) -> float:
    """Return hours since Monday 00:00 of a UTC time.

    >>> from datetime import UTC
    >>> hour_of_week(datetime(2010, 3, 17, 9, 30, tzinfo=UTC))
    57.5
    """
    return moment.weekday() * 24 + moment.hour + moment.minute / 60 + moment.second / 3600


class DayLevels:
    """How loud each day is against the mean: days differ, and neighbours resemble each other.

    A first-order autoregression of the logarithm, with a straight line between two midnights.
    """

    _MEMORY = 0.6
    _SPREAD = 0.16

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._logs: list[float] = [self._SPREAD * draws.normal()]

    def at_day(self, day: float) -> float:
        """Return the level at ``day`` (0 is the start of the simulation)."""
        whole = int(day)
        while len(self._logs) < whole + 2:
            shock = (1 - self._MEMORY**2) ** 0.5 * self._SPREAD * self._draws.normal()
            self._logs.append(self._MEMORY * self._logs[-1] + shock)
        part = day - whole
        log_level = (1 - part) * self._logs[whole] + part * self._logs[whole + 1]
        return exp(log_level - self._SPREAD**2 / 2)
