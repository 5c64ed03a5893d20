"""What every detector that Tocsin is compared with looks like."""

from typing import Final, Protocol

ROW_S: Final = 300
"""Length of a row: detectors whose settings count rows take them to be of five minutes."""
HOUR_S: Final = 3_600
DAY_S: Final = 86_400


class SeriesBaseline(Protocol):
    """A detector of one series, fed row by row in order of time.

    ``name``: what tables call it. It says only whether it is alarming now; the rule of one alarm an
    episode is applied to all detectors alike (``lab.evaluate.alarms``).
    """

    @property
    def name(self) -> str:
        """What tables call it."""

    def update(self, start_s: int, count: float) -> bool:
        """Take the row that starts at ``start_s`` (seconds since the epoch); alarming now?"""
