"""From "alarming now" to alarms: one an episode, the same rule for every detector.

Tocsin rings by this rule itself (``pipeline.detection.baseline.volume.loud_stretch``). Without it
a detector that is alarming for three hours would count as thirty-six false alarms, and the
comparison would be one of this rule alone.
"""

from collections.abc import Callable, Iterable
from typing import Final

QUIET_S: Final = 9 * 3_600
"""An episode ends when no row was alarming for longer than this."""


def ring(update: Callable[[int, float], bool], rows: Iterable[tuple[int, float]]) -> list[int]:
    """Index of each row at which a detector rings: the first alarming one of an episode.

    ``update``: takes the start (seconds since the epoch) and the count of a row and says whether
    the detector is alarming now. It is called once a row, in order.

    >>> day = [(3600 * hour, 0.0) for hour in range(24)]
    >>> ring(lambda start_s, _: start_s // 3600 in {2, 5, 14, 23}, day)
    [2]
    >>> ring(lambda start_s, _: start_s // 3600 in {2, 12, 13}, day)
    [2, 12]
    """
    rung: list[int] = []
    last_s: int | None = None
    for index, (start_s, count) in enumerate(rows):
        if update(start_s, count):
            if last_s is None or start_s - last_s > QUIET_S:
                rung.append(index)
            last_s = start_s
    return rung
