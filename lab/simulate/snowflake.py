"""Ids in the form that X gives its posts: they carry the time and sort by it."""

from datetime import UTC, datetime
from zlib import crc32

SNOWFLAKE_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
"""Zero of X's snowflake clock."""

FIRST_POST = datetime(2006, 3, 21, tzinfo=UTC)
"""Zero for simulations that begin before the snowflake clock did. Ids were serial numbers then."""

_STEPS_PER_MS = 1 << 12


class Snowflakes:
    """Unique numeric ids for posts of ascending time.

    Layout as X documents it: milliseconds since the epoch, 10 bits of machine, 12 bits of sequence.
    The machine is made of the simulation's name, so that two simulations hardly ever share an id.
    A simulation that begins before November 2010 counts from the day of the first post instead.

    >>> Snowflakes(datetime(2010, 11, 5, tzinfo=UTC), "demo").at_ms(1_288_915_200_000)
    '336489480847360'
    """

    def __init__(self, start: datetime, name: str) -> None:
        epoch = SNOWFLAKE_EPOCH if start >= SNOWFLAKE_EPOCH else FIRST_POST
        self._epoch_ms = round(epoch.timestamp() * 1000)
        self._machine = crc32(name.encode()) % 1024
        self._last_ms = -1
        self._sequence = 0

    def at_ms(self, time_ms: int) -> str:
        """Return the next id at ``time_ms`` (Unix time), which must not go back."""
        if time_ms < self._last_ms:
            raise ValueError(f"ids are given in time order: {time_ms} after {self._last_ms}")
        self._sequence = self._sequence + 1 if time_ms == self._last_ms else 0
        if self._sequence >= _STEPS_PER_MS:
            raise ValueError(f"more than {_STEPS_PER_MS} posts in the millisecond {time_ms}")
        self._last_ms = time_ms
        since_epoch = time_ms - self._epoch_ms
        return str(since_epoch << 22 | self._machine << 12 | self._sequence)
