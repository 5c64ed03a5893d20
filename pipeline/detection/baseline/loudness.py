"""How rare the brand's volume is: all mentions, and those that people wrote themselves, apart.

A post that is passed on ten thousand times is one voice; ten thousand angry posts are as many. The
second may drown in the reposts of a popular brand, so that each series has a monitor of its own.
"""

from collections.abc import Mapping
from math import log10
from typing import Any, Final, NamedTuple

from pipeline.detection.baseline.volume import VolumeMonitor
from pipeline.detection.baseline.volume.monitor import LARGEST_COUNT
from schemas.bucket import Bucket

FALSE_ALARMS_PER_WEEK: Final = 0.25
MINIMUM_MENTIONS: Final = 20
"""The settings at which volume is watched. It is told beside an alert and decides nothing."""
MINUTE_S: Final = 60
LATE_PART: Final = 0.1
LOOKS: Final = 2.0
"""Two series are looked at, so that the rarer one is only half as rare as it looks."""


class Loudness(NamedTuple):
    """What both monitors say up to the end of a bucket; JSON-safe.

    ``severity``: log10 of the return period of the rarer series, in blocks, after the correction
    for as many looks as there were. Rates are mentions an hour; ``usual_originals_per_hour``
    counts what is no repost. ``originals``: whether it is the originals that are rare.
    """

    severity: float = 0.0
    return_period_s: float = 0.0
    usual_per_hour: float = 0.0
    usual_originals_per_hour: float = 0.0
    originals: bool = False


class MinuteUnderWay(NamedTuple):
    """What was said in the minute under way; JSON-safe. ``written``: what is no repost."""

    start_s: int = -1
    mentions: float = 0.0
    written: float = 0.0
    frozen: bool = False


class Late(NamedTuple):
    """Mentions that came late and have yet to teach what is usual, of which some are no reposts."""

    mentions: float = 0.0
    written: float = 0.0


class LoudnessMonitor:
    """Watches both series of a brand, minute by minute, in buckets of ``width_s`` seconds.

    ``every``: the monitor of all mentions, the only one that counts of the past can teach, since
    they don't tell reposts apart. While it knows the brand so and that of the originals does not,
    the originals are no second look. A minute is looked at once it is over: nobody is woken by it.
    """

    def __init__(self, *, width_s: int) -> None:
        self._width_s = width_s
        self._step_s = -(-MINUTE_S // width_s) * width_s
        self.every, self._originals = (
            VolumeMonitor(
                step_s=self._step_s,
                false_alarms_per_week=FALSE_ALARMS_PER_WEEK,
                minimum_mentions=MINIMUM_MENTIONS,
            )
            for _ in range(2)
        )
        self._minute = MinuteUnderWay()
        self._late = Late()
        self._said = Loudness()

    def update(self, bucket: Bucket, start_s: int, *, frozen: bool) -> Loudness:
        """Take the next bucket. ``frozen``: it is looked at, and nothing is learnt from it.

        In a sampled stream a mention stands for several; the share of reposts is that of the
        mentions that were seen.
        """
        count = max(bucket.weighted, float(bucket.mentions))
        written = count * (1.0 - bucket.reposts / bucket.mentions) if bucket.mentions else 0.0
        begun_s = start_s - start_s % self._step_s
        if self._minute.start_s != begun_s:
            self._look()
        minute = self._minute
        self._minute = MinuteUnderWay(
            begun_s,
            min(minute.mentions + count, LARGEST_COUNT),
            min(minute.written + written, LARGEST_COUNT),
            minute.frozen or frozen,
        )
        if start_s + self._width_s >= begun_s + self._step_s:
            self._look()
        return self._said

    def late(self, mentions: float, written: float) -> None:
        """Hear of mentions, and what of them is no repost, that came too late for their minute.

        That was looked at. They teach what is usual in the minutes to come, a tenth in each: what a
        source had kept back makes no loud minute.
        """
        late = self._late
        self._late = Late(late.mentions + max(mentions, 0.0), late.written + max(written, 0.0))

    def grow(self, times: float, more: float = 0.0, written: float = 0.0) -> None:
        """Let ``times`` as much be usual, and ``more`` mentions an hour on top of it.

        ``written``: those of them that are no reposts.
        """
        self.every.grow(times, more)
        self._originals.grow(times, written)

    def _look(self) -> None:
        """Look at the minute under way, as one that is over."""
        minute, self._minute = self._minute, MinuteUnderWay()
        if minute.start_s < 0:
            return
        if self._late.mentions:
            part = min(max(LATE_PART, 1.0 / self._late.mentions), 1.0)
            mentions, written = (part * waiting for waiting in self._late)
            minute = minute._replace(
                mentions=min(minute.mentions + mentions, LARGEST_COUNT),
                written=min(minute.written + written, LARGEST_COUNT),
            )
            self._late = Late(self._late.mentions - mentions, self._late.written - written)
        every = self.every.update(minute.start_s, minute.mentions, frozen=minute.frozen)
        originals = self._originals.update(minute.start_s, minute.written, frozen=minute.frozen)
        both = every.learning or not originals.learning
        # Without reposts both say the same, and a tie is told of all mentions.
        rarer = originals if both and originals.severity > every.severity else every
        looks = LOOKS if both else 1.0
        self._said = Loudness(
            severity=rarer.severity - log10(looks),
            return_period_s=rarer.return_period_s / looks,
            usual_per_hour=every.usual_per_hour,
            usual_originals_per_hour=originals.usual_per_hour,
            originals=rarer is originals,
        )

    def dump(self) -> dict[str, Any]:
        """State, JSON-safe; ``load`` goes on from it bit for bit."""
        return {
            "every": self.every.dump(),
            "originals": self._originals.dump(),
            "minute": list(self._minute),
            "late": list(self._late),
            "said": list(self._said),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what ``dump`` gave.

        Raises:
            ValueError: if the state is of another version or another width.
        """
        self.every.load(state["every"])
        self._originals.load(state["originals"])
        self._minute = MinuteUnderWay(*state["minute"])
        self._late = Late(*state["late"])
        self._said = Loudness(*state["said"])
