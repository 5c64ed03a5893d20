"""Is the volume of a brand unusual, and how rare is that? One monitor a brand, one call a bucket.

The series is cut in rows of five minutes. A complete row is learnt from. In between, every bucket
in which something was said is looked at through windows that slide with it: the last five minutes
take the place of the newest row, and what lies before is interpolated between complete rows. A
bucket in which nothing was said is no reason for a look of its own, so silence costs next to
nothing, and zeros that are fed one by one leave the same state as zeros that are left out.
"""

from collections.abc import Mapping
from math import exp, log, log10
from typing import Any, NamedTuple

from pipeline.detection.baseline.volume.calibration import LN_10
from pipeline.detection.baseline.volume.design import (
    BLOCK_H,
    FLASHES_S,
    HOUR_S,
    LEARNING_H,
    LOOKS,
    OFFSETS,
    ROW_S,
    WEEK_S,
)
from pipeline.detection.baseline.volume.loud_stretch import LoudStretch
from pipeline.detection.baseline.volume.scale import Scale
from pipeline.detection.baseline.volume.usual import Usual

VERSION = 1
"""Of the dumped state. Another layout or another design raises it."""
SILENCE_LIMIT_S = 14 * 24 * HOUR_S
"""A longer silence is fed as one of this length."""
FROZEN_LIMIT_S = 9 * HOUR_S
"""A longer gap leaves nothing of the time before it in any window."""
LARGEST_COUNT = 1e12
TEN_MINUTES_S = 600
LONGEST_RETURN_PERIOD_S = 100 * 365.25 * 24 * HOUR_S
"""A hundred years: beyond it the figure says nothing."""
JUST_BELOW = 0.499
INDEPENDENT = -log10(LOOKS)
"""Where severities start from: the rarest of several looks is less rare than it looks."""


class VolumeVerdict(NamedTuple):
    """What the monitor makes of the series up to the end of a bucket.

    ``severity``: log10 of the return period, counted in blocks (``VolumeMonitor.block_s``).
    ``score``: in [0, 1], 0.5 or more exactly once an episode: at the moment to ring.
    ``alarming``: the severity is above the budget's threshold now; it stays so while it lasts.
    ``surge``: the last ten minutes over what is usual in them; what is usual counts as one mention
    or more. ``learning``: the brand's own past is still too short to speak from.
    """

    score: float
    severity: float
    return_period_s: float
    usual_per_hour: float
    surge: float
    alarming: bool
    learning: bool


class VolumeMonitor:
    """Watches the counts of one brand, in event time.

    ``step_s``: length of a bucket. ``false_alarms_per_week``: the budget; the threshold is the
    return period that it allows. ``minimum_mentions``: fewer in the last hour are never alarming.

    >>> monitor = VolumeMonitor(step_s=300, false_alarms_per_week=0.25, minimum_mentions=20)
    >>> quiet = [monitor.update(300 * i, 40 + i % 7) for i in range(12 * 72)]
    >>> any(verdict.alarming for verdict in quiet), quiet[-1].learning
    (False, False)
    >>> monitor.update(300 * len(quiet), 900).alarming
    True
    """

    def __init__(self, *, step_s: int, false_alarms_per_week: float, minimum_mentions: int) -> None:
        self.step_s = step_s
        self.minimum_mentions = minimum_mentions
        self._steps = max(1, round(ROW_S / step_s))
        self._row_s = step_s * self._steps
        pace_s = min(self._row_s, HOUR_S)
        self._rows_per_hour = max(1, round(HOUR_S / pace_s))
        self.block_s = BLOCK_H * self._rows_per_hour * self._row_s
        self.threshold = log10(WEEK_S / false_alarms_per_week / self.block_s)
        flashes = {max(1, round(flash_s / step_s)) for flash_s in FLASHES_S}
        self._flashes = tuple(sorted(steps for steps in flashes if steps < self._steps))
        parts = [steps / self._steps for steps in self._flashes]
        self._scales = [Scale(offset, pace_s, parts) for offset in OFFSETS]
        self._usual = Usual(pace_s)
        self._loud_stretch = LoudStretch(self._rows_per_hour * self._row_s)
        self._next: int | None = None
        self._longest = log(LONGEST_RETURN_PERIOD_S / self.block_s)
        self._rows_in_10_min = max(1, round(TEN_MINUTES_S / self._row_s))
        self._recent = [0.0] * self._steps
        self._rows = [0.0] * max(self._rows_per_hour, 2)
        self._learnt = 0
        self._tainted = False

    def update(self, start_s: int, count: float, *, frozen: bool = False) -> VolumeVerdict:
        """Take the bucket that starts at ``start_s`` (seconds since the epoch).

        Buckets that lie between the last one and this one count as empty; if this one is
        ``frozen``, as usual. A frozen bucket is looked at, and nothing is learnt from it: use it
        over a gap, while a source samples, and while an incident is under way.

        Raises:
            ValueError: if the bucket is not after the last one, or the count is impossible.
        """
        step = start_s // self.step_s
        check_count(count)
        if self._next is None:
            self._next = step
            self._tainted = step % self._steps != 0
        if step < self._next:
            raise ValueError(f"bucket at {start_s} is not after the last one")
        if step > self._next:
            self._next = self._skip(self._next, step, frozen=frozen)
        place = step % self._steps
        self._recent[place] = count
        self._tainted |= frozen
        self._next = step + 1
        return self._look(step, said=count > 0, learn=not frozen)

    def pass_over(self, until_s: int) -> None:
        """Go on to ``until_s`` over buckets that were never seen: neither silence nor evidence.

        The windows take them as usual, nothing is learnt from them.
        """
        step = until_s // self.step_s
        if self._next is None:
            self._next = step
        elif step > self._next:
            self._next = self._skip(self._next, step, frozen=True)

    def grow(self, times: float, more_per_hour: float = 0.0) -> None:
        """Let ``times`` as many mentions be usual from now on, and so many more an hour."""
        more = more_per_hour * self._row_s / HOUR_S
        self._usual.mean = self._usual.mean * times + more
        for scale in self._scales:
            scale.level.grow(times, more)

    def _skip(self, step: int, until: int, *, frozen: bool) -> int:
        """Feed the buckets from ``step`` to ``until``, which never came."""
        limit = (FROZEN_LIMIT_S if frozen else SILENCE_LIMIT_S) // self.step_s
        step += max(0, (until - step - limit) // self._steps) * self._steps
        filler = self._scales[-1].level.usual / self._steps if frozen else 0.0
        while step < until:
            place = step % self._steps
            here = min(until - step, self._steps - place)
            if here == self._steps and not frozen and self._deaf(step + here):
                rows = (until - step) // here
                self._pass_silence(rows)
                step += rows * here
                continue
            self._recent[place : place + here] = [filler] * here
            self._tainted |= frozen
            step += here
            if place + here == self._steps:
                self._look(step - 1, said=False, learn=not frozen)
        return step

    def _deaf(self, step: int) -> bool:
        """Whether no look at rows of silence up to ``step`` or later could change anything."""
        nothing_said = self.minimum_mentions > 0 and not any(self._rows)
        prolonged = self._loud_stretch.lasts(step * self.step_s)
        return self._learnt > 0 and (nothing_said or not prolonged)

    def _pass_silence(self, rows: int) -> None:
        """Learn complete rows without a mention, an hour at a time, as if one by one."""
        self._recent = [0.0] * self._steps
        while rows:
            here = min(rows, self._rows_per_hour - self._learnt % self._rows_per_hour)
            for scale in self._scales:
                scale.silence(here)
            self._close_rows(0.0, here, learn=True)
            rows -= here

    def _look(self, step: int, *, said: bool, learn: bool) -> VolumeVerdict:
        """Judge the time up to the end of ``step``; at the end of a row, learn it."""
        place = step % self._steps
        fraction = (place + 1) / self._steps
        complete = place + 1 == self._steps
        recent = sum(self._recent)
        flashes = [sum([self._recent[place - i] for i in range(n)]) for n in self._flashes]
        learn &= said if not complete else not self._tainted
        severity = INDEPENDENT
        for scale in self._scales:
            if complete:
                rarity = scale.row(recent, flashes, learn=learn)
            else:
                rarity = scale.sliding(recent, fraction, flashes, learn=learn)
            severity += rarity / len(OFFSETS)
        learning = self.learning
        loud = (
            severity >= self.threshold
            and not learning
            and self._last(self._rows_per_hour, recent, fraction) >= self.minimum_mentions
        )
        rings = (
            loud
            and (said or complete)
            and self._loud_stretch.rings((step + 1) * self.step_s, severity, said=said)
        )
        usual = self._usual.mean
        last = self._last(self._rows_in_10_min, recent, fraction)
        verdict = VolumeVerdict(
            score=_score(severity - self.threshold, rings=rings),
            severity=severity,
            return_period_s=self.block_s * exp(min(severity * LN_10, self._longest)),
            usual_per_hour=usual * HOUR_S / self._row_s,
            surge=last / max(usual * self._rows_in_10_min, 1.0),
            alarming=loud,
            learning=learning,
        )
        if complete:
            self._tainted = False
            self._close_rows(recent, 1, learn=learn)
        return verdict

    def _last(self, rows: int, recent: float, fraction: float) -> float:
        """Mentions in so many rows' length of time, interpolated between complete rows."""
        if rows == 1:
            return recent
        newer = sum(self._rows[1 - rows :])
        older = newer - self._rows[-1] + self._rows[-rows]
        return recent + fraction * newer + (1.0 - fraction) * older

    def _close_rows(self, count: float, rows: int, *, learn: bool) -> None:
        """Go on by rows of ``count`` mentions each, all of one hour."""
        self._rows = [*self._rows[rows:], *[count] * min(rows, len(self._rows))]
        if not learn:
            return
        self._learnt += rows
        self._usual.learn(count, rows)
        hours, rest = divmod(self._learnt, self._rows_per_hour)
        if not rest:
            for scale in self._scales:
                scale.calibration.close_hour(hours - 1)

    @property
    def learning(self) -> bool:
        """Whether the brand's own past is shorter than ``LEARNING_H`` hours."""
        return self._learnt < LEARNING_H * self._rows_per_hour

    def dump(self) -> dict[str, Any]:
        """State, JSON-safe; ``load`` goes on from it bit for bit."""
        return {
            "version": VERSION,
            "step_s": self.step_s,
            "next": self._next,
            "recent": list(self._recent),
            "rows": list(self._rows),
            "learnt": self._learnt,
            "usual": self._usual.mean,
            "tainted": self._tainted,
            "loud_at_s": self._loud_stretch.loud_at_s,
            "rung_severity": self._loud_stretch.rung_severity,
            "scales": [scale.dump() for scale in self._scales],
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from what ``dump`` gave.

        Raises:
            ValueError: if the state is of another version or another step.
        """
        found = state["version"], state["step_s"]
        if found != (VERSION, self.step_s):
            raise ValueError(
                f"state of version {found[0]} at {found[1]} s; this is version {VERSION} at "
                f"{self.step_s} s: start anew or warm up from history"
            )
        self._next = state["next"]
        self._recent = list(state["recent"])
        self._rows = list(state["rows"])
        self._learnt = self._usual.rows = state["learnt"]
        self._usual.mean = state["usual"]
        self._tainted = state["tainted"]
        self._loud_stretch.loud_at_s = state["loud_at_s"]
        self._loud_stretch.rung_severity = state["rung_severity"]
        for scale, part in zip(self._scales, state["scales"], strict=True):
            scale.load(part)


def check_count(count: float) -> None:
    """Raise ``ValueError`` if ``count`` is no number from 0 to ``LARGEST_COUNT``.

    >>> check_count(float("nan"))
    Traceback (most recent call last):
        ...
    ValueError: count nan is not from 0 to 1e+12
    """
    if not 0 <= count <= LARGEST_COUNT:
        raise ValueError(f"count {count!r} is not from 0 to {LARGEST_COUNT:g}")


def _score(above: float, *, rings: bool) -> float:
    """Map a severity, counted from the threshold, to [0, 1]: one half at the threshold."""
    score = 1.0 / (1.0 + exp(-LN_10 * min(max(above, -9.0), 9.0)))
    return max(score, 0.5) if rings else min(score, JUST_BELOW)
