"""The detector of one brand: voices in, looks out. Pure, deterministic, exact to resume.

Time goes in steps of two minutes. At the end of each the four windows that end there are held
against what was usual before they began; what comes out is how rare they are (R), of what kind
their excess is (K), how big it is going to be, and whether that is worth a quiet line or a ring.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.detection.detector.expectation import (
    CELL_S,
    DAY_S,
    HOUR_S,
    MEMORY_CELLS,
    Expectation,
    Levels,
)
from pipeline.detection.detector.extremes import BLOCK_S
from pipeline.detection.detector.kind import KindMemory
from pipeline.detection.detector.leading import SEED_REPOSTS, Leading, seed_of
from pipeline.detection.detector.levels import USUAL_BAR, Bar, LevelState, LevelStep, Sight
from pipeline.detection.detector.missing import (
    Missing,
    at_once,
    attacks_to_ring,
    mix_of,
    spread,
    voices_to_ring,
)
from pipeline.detection.detector.rarity import FAINTEST, WINDOWS_S, Rarity, RarityMeter, WindowSums
from pipeline.detection.detector.read import Against, ReadMemory
from pipeline.detection.detector.severity import Pace, Severity, severity
from pipeline.detection.detector.telling import Lived, Told, telling
from pipeline.detection.detector.voices import (
    FIELDS,
    INDEX,
    MILLI,
    REPOSTS,
    TEXTS,
    Sums,
    add,
    nothing,
)
from schemas.bucket import Voices
from schemas.reading import Reading

STEP_S: Final = 120
LONGEST_S: Final = WINDOWS_S[-1]
EARLY_S: Final = 6 * HOUR_S
SILENCE_S: Final = 14 * DAY_S
"""Silence teaches for so long: six half-lives of the usual level."""
EARLY_MORE: Final = 6.0
"""Nothing is said before a brand was heard for ``EARLY_S``; in its first day the bars are so much
higher, since nobody knows what it lives through, and what lasts is no sign."""
IDLE_RARITY: Final = 2.0
"""While nothing is new and the last look found less than this, nothing can have become rarer."""
DIGITS: Final = 6
"""Of levels that are kept."""
QUIET: Final = Severity()

ORDINARY: Final = tuple(
    {
        "critical": 0.18,
        "hostile": 0.14,
        "texts": 0.7,
        "negative": 0.14,
        "positive": 0.18,
        "p_positive": 0.18,
        "accusing": 0.014,
        "attacking": 0.014,
        "fierce": 0.01,
        "addressed": 0.14,
        "sad": 0.004,
        "complaint": 0.035,
        "reposts": 0.2,
        "reposts_negative": 0.04,
        "reposts_attacking": 0.004,
        "rival": 0.0,
    }[name]
    for name in FIELDS
)
"""Voices of each field in an ordinary mention, for past counts of which nobody read a post."""
ORDINARY_WORTH: Final = 20.0
"""Mentions that the ordinary ones count for, beside those that the brand's own levels rest on."""
FEW: Final = 10
"""Where fewer texts are expected than so many times the least, five a day, that says no shares."""
HOSTILE: Final = INDEX["hostile"]

_start = attrgetter("start_s")
_at = attrgetter("at_s")


class Sums2Min(Struct, array_like=True):
    """What was said in one step that was not silent."""

    start_s: int
    sums: Sums


class UsualLevels(Struct, array_like=True):
    """The usual levels as they were at the beginning of an hour."""

    at_s: int
    levels: Levels


class Unheard(Struct, array_like=True):
    """A stretch of which the share ``part`` was not heard, measured by what is usual."""

    start_s: int
    end_s: int
    part: float = 1.0


class Look(NamedTuple):
    """What one look found.

    ``kind``: K, a mean over the last looks; ``told``: what this one alone told of it.
    ``seed``: how rare it is that a post which attacks so is passed on so. ``voices``: hostile ones
    of the last hour, and as many as usual. ``missing``: what would make it ring, of a heads-up.
    """

    at_s: int
    step: LevelStep
    rarity: Rarity
    kind: float
    told: Told
    seed: float
    severity: Severity
    voices: float
    usual_voices: float
    missing: Missing = Missing()


class DetectorState(Struct):
    """Everything the detector knows about its brand; JSON-safe.

    ``step_s``: start of the step under way, -1 before the first bucket. ``totals``: sums of the
    windows that end where it starts. ``said_s``: when something was last said. ``usual``: mean
    hours, in cells, of the last cells, the last of them ending where the cell under way begins.
    ``recalled_s``: what of the time heard was handed in as counts of the past. ``revised``: what
    lies before the step under way has changed since the last look.
    """

    step_s: int = -1
    sums: Sums = field(default_factory=nothing)
    leading: Leading = field(default_factory=Leading)
    read: ReadMemory = field(default_factory=ReadMemory)
    steps: list[Sums2Min] = field(default_factory=list)
    totals: list[Sums] = field(default_factory=lambda: [nothing() for _ in WINDOWS_S])
    cell: Sums = field(default_factory=nothing)
    usual: list[float] = field(default_factory=list)
    unheard: list[Unheard] = field(default_factory=list)
    snapshots: list[UsualLevels] = field(default_factory=list)
    expectation: Expectation = field(default_factory=Expectation)
    meter: RarityMeter = field(default_factory=RarityMeter)
    kinds: KindMemory = field(default_factory=KindMemory)
    watch: LevelState = field(default_factory=LevelState)
    noticed_s: int = 0
    said_s: int = 0
    rarest: float = 0.0
    recalled_s: float = 0.0
    revised: bool = False


class Detector:
    """Holds the voices of a brand against what it lives through. ``bar``: see ``levels``."""

    def __init__(self, bar: Bar = USUAL_BAR, state: DetectorState | None = None) -> None:
        self.bar = bar
        self.state = state if state is not None else DetectorState()

    def take(self, start_s: int, voices: Voices, reading: Reading | None = None) -> list[Look]:
        """Take what was said in a bucket, and what was read of it, where there is a reader.

        Returns the looks at the steps that are over by its start.
        """
        state = self.state
        if state.step_s < 0:
            state.step_s = start_s - start_s % CELL_S
        looks = self.come_to(start_s)
        add(state.sums, voices)
        if any(state.sums):
            state.said_s = start_s
        state.leading.take(start_s, voices)
        if reading is not None:
            state.read.take(state.step_s, reading)
        return looks

    def revise(self, start_s: int, more: Sums, voices: Voices) -> None:
        """Take what a bucket says by now, beyond what was taken of it before: ``more``.

        The windows then hold it where it belongs. What is usual learns it in the cell under way:
        each post once, and none twice.
        """
        state = self.state
        step_s = start_s - start_s % STEP_S
        if step_s >= state.step_s:
            _add(state.sums, more)
        elif any(more):
            place = bisect_left(state.steps, step_s, key=_start)
            if place == len(state.steps) or state.steps[place].start_s != step_s:
                state.steps.insert(place, Sums2Min(step_s, nothing()))
            _add(state.steps[place].sums, more)
            for length_s, total in zip(WINDOWS_S, state.totals, strict=True):
                if step_s >= state.step_s - length_s:
                    _add(total, more)
            _add(state.cell, more)
            state.revised = True
        state.said_s = max(state.said_s, start_s)
        state.leading.take(start_s, voices)

    def miss(self, start_s: int, end_s: int, part: float = 1.0) -> None:
        """Note that posts of a stretch were missed; to be said before its time is over.

        ``part``: the share of what is usually said that was missed, where some of it was heard.
        """
        state = self.state
        known = [one for one in state.unheard if one.end_s > state.step_s - LONGEST_S]
        if part < 1.0:
            for one in known:
                if one.part == part and one.start_s <= start_s <= one.end_s:
                    one.end_s = max(one.end_s, end_s)
                    break
            else:
                known.append(Unheard(start_s, end_s, part))
        elif (gap := Unheard(start_s, end_s)) not in known:
            known.append(gap)
        state.unheard = known

    def grow(self, times: float, more: Sums, length_s: int) -> float:
        """Let more or less be usual from now on: ``times`` as much, and ``more`` in ``length_s``.

        Returns how many times as much that makes of what is said, in whatever tone. What is usual
        is told before any of it is heard: windows that began before hold less than is expected, so
        that for some hours a little less is rare.
        """
        state = self.state
        known = state.expectation
        added = [one / MILLI * CELL_S / length_s for one in more]
        before = known.levels
        known.grow(times, added)
        for snapshot in state.snapshots:
            snapshot.levels = [
                round(one * times + each, DIGITS)
                for one, each in zip(snapshot.levels, added, strict=True)
            ]
        said, said_before = (levels[TEXTS] + levels[REPOSTS] for levels in (known.levels, before))
        known.day.grow(said / said_before)
        return said / said_before

    def recall(self, start_s: int, end_s: int, mentions: float) -> None:
        """Take a count of the past, before the first bucket: how much is said, not in what tone."""
        state = self.state
        cells = range(start_s // CELL_S, max(end_s // CELL_S, start_s // CELL_S + 1))
        each = [round(mentions * share * MILLI / len(cells)) for share in ORDINARY]
        for cell in cells:
            state.expectation.learn(cell, each, 1.0)
        state.recalled_s = state.expectation.heard_s

    def come_to(self, now_s: int) -> list[Look]:
        """Let time pass; the looks at the steps that are over by ``now_s``."""
        state = self.state
        looks: list[Look] = []
        if state.step_s < 0:
            return looks
        while state.step_s + STEP_S <= now_s:
            if self._has_nothing_to_learn:
                state.step_s = now_s - now_s % STEP_S
                break
            look = self._end_step()
            if look is not None:
                looks.append(look)
        return looks

    def keep_watch(self, now_s: int) -> None:
        """Keep watch as after a heads-up, for something else than voices."""
        state = self.state
        if state.watch.level == "quiet":
            state.noticed_s = now_s
        state.watch.raise_to_heads_up(now_s)

    @property
    def next_s(self) -> float:
        """When the next look is due; never, before anything was heard or long after it."""
        idle = self.state.step_s < 0 or self._has_nothing_to_learn
        return float("inf") if idle else self.state.step_s + STEP_S

    @property
    def _has_nothing_to_learn(self) -> bool:
        """Whether it was silent for so long that more silence is passed over in one step.

        Else a clock that leaps by years, or a brand that comes back, would take as many looks.
        """
        state = self.state
        silent = state.step_s - state.said_s > SILENCE_S and not any(state.sums)
        return silent and state.watch.level == "quiet"

    def _end_step(self) -> Look | None:
        state = self.state
        end_s = state.step_s + STEP_S
        if any(state.sums):
            state.steps.append(Sums2Min(state.step_s, state.sums))
            for total in [*state.totals, state.cell]:
                _add(total, state.sums)
        self._expire(end_s)
        state.leading.come_to(end_s)
        state.read.come_to(end_s)
        look = self._look(end_s)
        state.step_s = end_s
        state.sums = nothing()
        state.revised = False
        if end_s % CELL_S == 0:
            self._end_cell(end_s)
        if end_s % BLOCK_S == 0:
            state.meter.end_block(teaches=state.expectation.heard_s > DAY_S)
        return look

    def _expire(self, now_s: int) -> None:
        """Take out of each window what it no longer holds."""
        state = self.state
        steps = state.steps
        for length_s, total in zip(WINDOWS_S, state.totals, strict=True):
            gone_s = now_s - length_s - STEP_S
            place = bisect_left(steps, gone_s, key=_start)
            if place < len(steps) and steps[place].start_s == gone_s:
                _subtract(total, steps[place].sums)
        while state.steps and state.steps[0].start_s < now_s - LONGEST_S:
            state.steps.pop(0)

    def _end_cell(self, end_s: int) -> None:
        state = self.state
        start_s = end_s - CELL_S
        heard = self._heard(start_s, end_s)
        cell = start_s // CELL_S
        state.usual = [*state.usual, state.expectation.day.at(cell) * heard]
        state.usual = state.usual[-LONGEST_S // CELL_S - 1 :]
        state.expectation.learn(cell, state.cell, heard)
        state.cell = nothing()
        if end_s % HOUR_S == 0:
            state.snapshots = [
                one for one in state.snapshots if one.at_s > end_s - LONGEST_S - 2 * HOUR_S
            ]
            levels = [round(one, DIGITS) for one in state.expectation.levels]
            state.snapshots.append(UsualLevels(end_s, levels))

    def _look(self, now_s: int) -> Look | None:
        """Look at the windows that end now; None where there is nothing to look at."""
        state = self.state
        if now_s % CELL_S == 0:
            self._teach(now_s)
        heard_s = state.expectation.heard_s
        idle = not any(state.sums) and not state.revised and state.rarest < IDLE_RARITY
        if (idle and state.watch.level == "quiet") or heard_s < EARLY_S:
            state.watch.pass_over(STEP_S)
            return None
        # What is remembered must not depend on the level, and so on the bars.
        windows = [self._window(number, now_s) for number in range(len(WINDOWS_S))]
        leading = state.leading
        usually = state.expectation.levels[REPOSTS] * BLOCK_S / CELL_S
        cascades = leading.cascade, leading.critical_cascade
        rarity = state.meter.measure(windows, cascades, usually, heard_s, remembers=not idle)
        read = state.read.against(leading.posts) if state.read.has_say else None
        told = telling(windows, rarity, self._lived(windows, now_s), read)
        seed = max(
            (
                seed_of(state.meter.passed_on(post.reposts, usually), state.read.hostility(post))
                for post in leading.posts
                if post.reposts >= SEED_REPOSTS
            ),
            default=0.0,
        )
        kind = state.kinds.mean if idle else state.kinds.add(told.kind, rarity.total)
        voices = windows[1].sums[HOSTILE] / MILLI
        bar = self.bar
        if heard_s - state.recalled_s < DAY_S:
            bar = Bar(bar.ring + EARLY_MORE, bar.heads_up + EARLY_MORE, may_burn=False)
        if not idle:
            state.rarest = max(rarity.total, rarity.cascade, seed)
        before = state.watch.level
        usual = windows[1].expected[HOSTILE]
        sight = Sight(rarity.total, kind, rarity.cascade, seed, voices, usual)
        step = state.watch.look(sight, now_s, STEP_S, bar)
        if step.why is not None and (before == "quiet" or step.over):
            state.noticed_s = now_s
        return Look(
            at_s=now_s,
            step=step,
            rarity=rarity,
            kind=kind,
            told=told,
            seed=seed,
            severity=(QUIET if step.level == "quiet" else self._severity(windows[-1], now_s, kind)),
            voices=voices,
            usual_voices=usual,
            missing=(
                self._missing(windows, rarity.window, now_s, read, bar)._replace(
                    lasting_s=state.watch.lasting_s(sight, STEP_S, bar)
                )
                if step.level == "heads_up"
                else Missing()
            ),
        )

    def _missing(
        self,
        windows: Sequence[WindowSums],
        place: int,
        now_s: int,
        read: Sequence[Against] | None,
        bar: Bar,
    ) -> Missing:
        """What would make the look of these windows ring, all else as it is."""
        state = self.state
        cascades = state.leading.cascade, state.leading.critical_cascade
        usually = state.expectation.levels[REPOSTS] * BLOCK_S / CELL_S
        heard_s = state.expectation.heard_s
        lived = self._lived(windows, now_s)

        def measure(changed: Sequence[WindowSums]) -> Rarity:
            return state.meter.measure(changed, cascades, usually, heard_s, remembers=False)

        def tell(changed: Sequence[WindowSums], rarity: Rarity) -> Told:
            return telling(changed, rarity, lived, read)

        attacks = attacks_to_ring(windows, place, measure, tell, bar)
        mix = mix_of(windows[place])
        if mix is None:
            return Missing(attacks=attacks)
        left = [
            self._sums_since(now_s - max(length_s - HOUR_S, 0), now_s) for length_s in WINDOWS_S
        ]
        return Missing(
            voices_to_ring(at_once(windows), mix, measure, tell, bar),
            voices_to_ring(spread(windows, left, WINDOWS_S), mix, measure, tell, bar),
            attacks,
        )

    def _sums_since(self, start_s: int, end_s: int) -> Sums:
        total = nothing()
        for step in reversed(self.state.steps):
            if step.start_s < start_s:
                break
            if step.start_s < end_s:
                _add(total, step.sums)
        return total

    def _teach(self, now_s: int) -> None:
        state = self.state
        state.meter.come_to(now_s)
        if state.expectation.heard_s < DAY_S:
            return
        for number, length_s in enumerate(WINDOWS_S):
            if now_s % length_s == 0:
                state.meter.end_window(number, now_s, self._window(number, now_s))

    def _window(self, number: int, now_s: int) -> WindowSums:
        state = self.state
        length_s = WINDOWS_S[number]
        start_s = now_s - length_s
        cells = self._usual(start_s, now_s)
        least = FAINTEST * length_s
        levels = self._levels_at(start_s)
        return WindowSums(state.totals[number], [max(one * cells, least) for one in levels])

    def _levels_at(self, at_s: int) -> Levels:
        """Levels as they were at a time, to the hour; those of the first hour known, if before."""
        snapshots = self.state.snapshots
        if not snapshots:
            return self.state.expectation.levels
        return snapshots[max(bisect_right(snapshots, at_s, key=_at) - 1, 0)].levels

    def _lived(self, windows: Sequence[WindowSums], now_s: int) -> Lived:
        """What shares of the excess of each window are held against, reckoned once."""

        @cache
        def lived(place: int) -> Sequence[float]:
            return self._lived_through(windows[place], WINDOWS_S[place], now_s)

        return lived

    def _lived_through(self, window: WindowSums, length_s: int, now_s: int) -> Sequence[float]:
        """What shares of an excess are held against: what was expected of each field.

        Of a brand of a few mentions a day that is of no use: at least ``FAINTEST`` is expected of
        each field, so that all are as large as each other. There it is the levels as they were when
        the window began, and ordinary mentions: of few, shares are not yet known.
        """
        if window.expected[TEXTS] >= FEW * FAINTEST * length_s:
            return window.expected
        levels = self._levels_at(now_s - length_s)
        return [
            own + ORDINARY_WORTH / MEMORY_CELLS * ordinary
            for own, ordinary in zip(levels, ORDINARY, strict=True)
        ]

    def _usual(self, start_s: int, end_s: int) -> float:
        """Mean hours between two times, in cells, as far as they were heard."""
        state = self.state
        open_s = end_s - (end_s - 1) % CELL_S - 1
        total = (
            self.state.expectation.day.at(open_s // CELL_S) * self._heard_s(open_s, end_s) / CELL_S
        )
        first_s = open_s - len(state.usual) * CELL_S
        if start_s > open_s:
            part = (end_s - start_s) / max(end_s - open_s, 1)
            return total * part
        place, rest_s = divmod(max(start_s - first_s, 0), CELL_S)
        cells = state.usual[place:]
        if cells:
            total += sum(cells) - cells[0] * rest_s / CELL_S
        return total

    def _heard(self, start_s: int, end_s: int) -> float:
        return self._heard_s(start_s, end_s) / (end_s - start_s)

    def _heard_s(self, start_s: int, end_s: int) -> float:
        missed = sum(
            max(min(one.end_s, end_s) - max(one.start_s, start_s), 0) * one.part
            for one in self.state.unheard
        )
        return float(max(end_s - start_s - missed, 0))

    def _severity(self, longest: WindowSums, now_s: int, kind: float) -> Severity:
        state = self.state
        last = [self._voices_between(now_s - age_s - 600, now_s - age_s) * 6 for age_s in (0, 1800)]
        seen = (longest.sums[TEXTS] + longest.sums[REPOSTS]) / MILLI
        levels = state.expectation.levels
        pace = Pace(
            last_10_min=last[0],
            half_an_hour_before=last[1],
            beyond=max(seen - longest.expected[TEXTS] - longest.expected[REPOSTS], 0.0),
            daily=levels[TEXTS] * DAY_S / CELL_S,
        )
        age_s = now_s - state.noticed_s if state.watch.level != "quiet" else 0
        return severity(pace, kind, age_s)

    def _voices_between(self, start_s: int, end_s: int) -> float:
        found = 0
        for step in reversed(self.state.steps):
            if step.start_s < start_s:
                break
            if step.start_s < end_s:
                found += step.sums[TEXTS] + step.sums[REPOSTS]
        return found / MILLI


def _add(into: Sums, sums: Sums) -> None:
    for place, one in enumerate(sums):
        into[place] += one


def _subtract(from_: Sums, sums: Sums) -> None:
    for place, one in enumerate(sums):
        from_[place] -= one
