"""The rule of thumb that a social media desk would write down: three times as much, and angrier."""

from collections import deque
from typing import Final

from lab.evaluate.replays.contender import ROW_S, CountRow

_HOUR_ROWS: Final = 3600 // ROW_S
_WEEK_ROWS: Final = 7 * 24 * _HOUR_ROWS
_DAY_ROWS: Final = 24 * _HOUR_ROWS


class RuleOfThumb:
    """Alarmed if the last hour has three times the mean hour of the past seven days, and a
    negative share at least fifteen points above that of those days.

    Nothing in less than a day of history.

    >>> rule = RuleOfThumb()
    >>> rows = [CountRow(300 * n, 5.0, 1.0) for n in range(288)]
    >>> rows.append(CountRow(300 * 288, 400.0, 200.0))
    >>> [rule.look(row) for row in rows][-2:]
    [False, True]
    """  # noqa: D205

    name = "rule of thumb"
    times: Final = 3.0
    points: Final = 0.15

    def __init__(self) -> None:
        self._hour: deque[CountRow] = deque()
        self._week: deque[CountRow] = deque()
        self._sums = [0.0, 0.0, 0.0, 0.0]

    def look(self, row: CountRow) -> bool:
        """Take a row and compare the hour it ends with the week before that hour."""
        self._add(self._hour, row, 0)
        if len(self._hour) > _HOUR_ROWS:
            old = self._drop(self._hour, 0)
            self._add(self._week, old, 2)
            if len(self._week) > _WEEK_ROWS:
                self._drop(self._week, 2)
        if len(self._week) < _DAY_ROWS - _HOUR_ROWS:
            return False
        hour, hour_negative, week, week_negative = self._sums
        usual = week / len(self._week) * _HOUR_ROWS
        if usual <= 0 or hour < self.times * usual:
            return False
        return hour_negative / hour >= week_negative / week + self.points

    def _add(self, rows: deque[CountRow], row: CountRow, place: int) -> None:
        rows.append(row)
        self._sums[place] += row.mentions
        self._sums[place + 1] += row.negative

    def _drop(self, rows: deque[CountRow], place: int) -> CountRow:
        old = rows.popleft()
        self._sums[place] -= old.mentions
        self._sums[place + 1] -= old.negative
        return old
