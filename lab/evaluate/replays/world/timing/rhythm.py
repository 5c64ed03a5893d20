"""When people are awake: a daily and weekly rhythm, and time measured in their activity."""

from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.world.mentions import Floats

HOUR_S: Final = 3600
DAY_S: Final = 86_400
WEEK_S: Final = 7 * DAY_S
_STEP_S: Final = 600
_EPOCH_MONDAY_S: Final = 4 * DAY_S
"""The epoch was a Thursday: Monday came four days later."""


class Rhythm(NamedTuple):
    """A brand's usual week.

    ``peak_h``: hour (UTC) at which most is said. ``sharpness``: 0 is flat; 2 has a night with a
    fiftieth of the day. ``evening``: weight of a second harmonic. ``weekend``: Saturday and Sunday
    against a working day.
    """

    peak_h: float
    sharpness: float
    evening: float
    weekend: float

    def at(self, at_s: Floats) -> Floats:
        """Rate at these times against the mean of the week, which is 1.

        >>> flat = Rhythm(peak_h=12, sharpness=0, evening=0, weekend=1)
        >>> flat.at(np.array([0.0, 5e4])).tolist()
        [1.0, 1.0]
        """
        every = self._raw(np.arange(0.0, WEEK_S, _STEP_S))
        rate: Floats = self._raw(at_s) / every.mean()
        return rate

    def _raw(self, at_s: Floats) -> Floats:
        turn = 2 * np.pi * (at_s / HOUR_S - self.peak_h) / 24
        day = ((at_s - _EPOCH_MONDAY_S) // DAY_S) % 7
        wave = self.sharpness * np.cos(turn) + self.evening * np.cos(2 * turn)
        raw: Floats = np.exp(wave) * np.where(day >= 5, self.weekend, 1.0)  # noqa: PLR2004
        return raw


class ActivityClock:
    """Converts clock time to the audience's activity and back, over ``[start_s, end_s]``.

    A post of the evening is answered in the morning: a delay is drawn in activity, so that a night
    lasts as long as what is done in it.

    >>> clock = ActivityClock(Rhythm(12, 0, 0, 1), 0.0, 7200.0)
    >>> clock.later(np.array([600.0]), np.array([60.0])).tolist()
    [660.0]
    """

    def __init__(self, rhythm: Rhythm, start_s: float, end_s: float) -> None:
        self._clock = np.append(np.arange(start_s, end_s, _STEP_S), end_s)
        middle = (self._clock[1:] + self._clock[:-1]) / 2
        done = np.cumsum(rhythm.at(middle) * np.diff(self._clock))
        self._activity = np.concatenate(([0.0], done))

    def later(self, at_s: Floats, delay_s: Floats) -> Floats:
        """Clock time at which ``delay_s`` of usual activity has gone by; ``inf`` if too late."""
        activity = np.interp(at_s, self._clock, self._activity) + delay_s
        reached: Floats = np.interp(activity, self._activity, self._clock, right=np.inf)
        return reached
