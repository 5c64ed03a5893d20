"""Mentions in, report out: the same roll-up and the same judges as in the worker."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from agents.ingest.ledger import Ledger
from lab.backtest.lane import Judging, Lane
from lab.backtest.processes import DistantRolling, Processes
from lab.backtest.rolling import SOURCE, Rolling
from lab.backtest.station import StationPlan
from lab.backtest.summary import BrandTally, brand_report, swept_brand
from lab.backtest.sweep import Setting
from pipeline.brands import BrandMatcher
from pipeline.detection.patterns.library import Library
from pipeline.reading.contract import Reader
from pipeline.reading.rules import DEFAULT_SHARE, rules_for
from pipeline.rollup import RollupRules
from pipeline.sentiment.api import Scorer
from schemas.brand import Brand, Brands
from schemas.bucket import Bucket
from schemas.mention import ALL_BRANDS, Gap, Mention
from schemas.report import BacktestReport, SweptSetting

AS_THE_FILE_SAYS: Final = Setting()


class _Track:
    """One brand on its way through the period. ``lanes``: by setting; some may be the same."""

    def __init__(
        self, brand: str, rolling: Rolling | DistantRolling, lanes: Sequence[Judging]
    ) -> None:
        self.rolling = rolling
        self.lanes = lanes
        self.judging = list(dict.fromkeys(lanes))
        self.tally = BrandTally(brand)
        self.tally.transitions = lanes[0].transitions

    def update(self, buckets: Iterable[Bucket]) -> None:
        for bucket in buckets:
            self.tally.add(bucket)
            for lane in self.judging:
                lane.update(bucket)


class Backtest:
    """Feed mentions in order of event time, then ask for the report.

    What happens between two mentions of a brand is silence, as it would be on the stream; what
    happens after the last line of the file is unknown, so an incident may end the report open.

    ``library``: as in ``Judge``. ``settings``: compared beside what the brands file says; posts are
    read, scored and rolled up once for all of them. ``history``: buckets of past counts by brand;
    those that end after the first mention are left out and counted in ``history_left_out``.
    ``reader``: opens what reads some posts carefully, as in a worker whose share of a core is
    ``reader_share``. ``jobs``: processes to spread the work over, this one among them; the report
    is the same for any number. With more than one, what is handed in must be able to travel to a
    fresh process (``reader`` is a function of a module), and ``close`` ends the others.
    """

    def __init__(
        self,
        brands: Mapping[str, Brand],
        *,
        rules: RollupRules,
        model: Scorer,
        library: Library | None = None,
        settings: Sequence[Setting] = (),
        history: Mapping[str, Sequence[Bucket]] | None = None,
        reader: Callable[[], Reader] | None = None,
        reader_share: float = DEFAULT_SHARE,
        jobs: int = 1,
    ) -> None:
        self._rules = rules
        self._model = model
        self._settings = (AS_THE_FILE_SAYS, *settings)
        self._history = history or {}
        self._plan = StationPlan(
            rules, model.version, library, reader, rules_for(reader_share, len(brands))
        )
        self._processes = Processes(jobs, self._plan, model) if jobs > 1 else None
        self._reader = reader() if reader is not None and jobs == 1 else None
        self._tracks = {name: self._track(brand) for name, brand in brands.items()}
        self._reached: datetime | None = None
        self.ledger = Ledger(
            BrandMatcher(Brands(brands=tuple(brands.values()))).is_own, width_s=rules.width_s
        )
        self.history_left_out = 0

    def feed(self, mention: Mention, brands: Sequence[str]) -> None:
        """Take one mention for each of the brands it matched; none at all counts as unmatched."""
        self.ledger.post(mention, brands)
        if self._reached is None:
            self._recall(mention.created_at)
        self._reached = mention.created_at
        for brand in brands:
            track = self._tracks[brand]
            track.update(track.rolling.feed(mention))

    def reject(self) -> None:
        """Count an input line that could not be read."""
        self.ledger.unreadable_line()

    def note(self, gap: Gap | None, missed: int = 0) -> None:
        """Take a line that is no post; ``gap`` is when the recording says that it missed posts.

        Every brand is judged as a worker judges it over a gap that its source states.
        """
        self.ledger.message(missed)
        if gap is None or self._reached is None:
            return
        for track in self._tracks.values():
            track.update(track.rolling.roll(max(self._reached, gap.end), gap))

    def finish(self) -> None:
        """Close what is open: the last line of the input moves time on for every brand."""
        if self._reached is None:
            return
        rules = self._rules
        end = self._reached + timedelta(seconds=rules.width_s + rules.lateness_s)
        tick_s = rules.closed_until(end.timestamp())
        tick = Bucket(
            brand=ALL_BRANDS,
            start=datetime.fromtimestamp(tick_s - rules.width_s, UTC),
            width_s=rules.width_s,
            watermark=datetime.fromtimestamp(tick_s, UTC),
            sources=(SOURCE,),
        )
        for track in self._tracks.values():
            track.update(track.rolling.roll(end))
            for lane in track.judging:
                lane.finish(tick)
        if self._processes is not None:
            self._processes.settle()

    def close(self) -> None:
        """End the other processes, if there are any; also where a run was broken off."""
        if self._processes is not None:
            self._processes.close()

    def report(self, *, tocsin: str, files: Sequence[str]) -> BacktestReport:
        """Everything that was found; call ``finish`` first."""
        ledger = self.ledger
        return BacktestReport(
            tocsin=tocsin,
            model=self._model.version,
            reader=max((track.tally.reader for track in self._tracks.values()), default=""),
            files=tuple(files),
            lines=ledger.lines,
            mentions=ledger.mentions,
            duplicates=ledger.duplicates,
            own=ledger.own,
            bad=ledger.unreadable,
            unmatched=ledger.unmatched,
            not_posts=ledger.not_posts,
            missed=ledger.missed,
            brands=tuple(
                brand_report(track.tally, track.rolling.dropped) for track in self._tracks.values()
            ),
            sweep=self._sweep() if len(self._settings) > 1 else (),
        )

    @property
    def tallies(self) -> Sequence[BrandTally]:
        """The counts over time behind the report, for pictures."""
        return [track.tally for track in self._tracks.values()]

    def _track(self, brand: Brand) -> _Track:
        """A brand with a lane for each setting; settings that make the same brand share one."""
        unders = [setting.of(brand) for setting in self._settings]
        different = list(dict.fromkeys(unders))
        rolling: Rolling | DistantRolling
        lanes: Sequence[Judging]
        if self._processes is not None:
            rolling, lanes = self._processes.track(brand, different)
        else:
            plan = self._plan
            rolling = Rolling(
                brand, plan.rules, self._model, reader=self._reader, reading=plan.reading
            )
            width_s = plan.rules.width_s
            lanes = [Lane(one, width_s=width_s, library=plan.library) for one in different]
        by_brand = dict(zip(different, lanes, strict=True))
        return _Track(brand.id, rolling, [by_brand[under] for under in unders])

    def _recall(self, first: datetime) -> None:
        for brand, buckets in self._history.items():
            for bucket in buckets:
                if bucket.watermark > first:
                    self.history_left_out += 1
                    continue
                for lane in self._tracks[brand].judging:
                    lane.update(bucket)

    def _sweep(self) -> tuple[SweptSetting, ...]:
        return tuple(
            SweptSetting(
                label=setting.label,
                **setting._asdict(),
                brands=tuple(
                    swept_brand(track.tally, track.lanes[place].transitions)
                    for track in self._tracks.values()
                ),
            )
            for place, setting in enumerate(self._settings)
        )
