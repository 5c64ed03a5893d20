"""Mentions in, report out: the same roll-up and the same judges as in the worker."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pipeline.backtest.summary import BrandTally, brand_report
from pipeline.judge import Judge
from pipeline.rollup import BrandRollup, RollupRules
from pipeline.sentiment.contract import SentimentModel
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.mention import ALL_BRANDS, Mention, MentionBatch
from schemas.report import BacktestReport

SOURCE = "backtest"
MENTIONS_PER_BATCH = 200


class _Track:
    """One brand on its way through the period."""

    def __init__(self, brand: Brand, rules: RollupRules) -> None:
        self.rollup = BrandRollup(brand.id, rules, own_accounts=brand.own_accounts)
        self.judge = Judge(brand, width_s=rules.width_s)
        self.tally = BrandTally(brand.id)
        self.waiting: list[Mention] = []
        self.records = 0


class Backtest:
    """Feed mentions in order of event time, then ask for the report.

    What happens between two mentions of a brand is silence, as it would be on the stream; what
    happens after the last line of the file is unknown, so an incident may end the report open.
    """

    def __init__(
        self, brands: Mapping[str, Brand], *, rules: RollupRules, model: SentimentModel
    ) -> None:
        self._rules = rules
        self._model = model
        self._tracks = {name: _Track(brand, rules) for name, brand in brands.items()}
        self._reached: datetime | None = None
        self.lines = 0
        self.bad = 0
        self.unmatched = 0

    def feed(self, mention: Mention, brands: Sequence[str]) -> None:
        """Take one mention for each of the brands it matched; none at all counts as unmatched."""
        self.lines += 1
        self._reached = mention.created_at
        if not brands:
            self.unmatched += 1
        for brand in brands:
            track = self._tracks[brand]
            track.waiting.append(mention)
            if len(track.waiting) >= MENTIONS_PER_BATCH:
                self._roll(track, mention.created_at)

    def reject(self) -> None:
        """Count an input line that could not be read."""
        self.lines += 1
        self.bad += 1

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
            self._roll(track, end)
            if track.judge.active:
                track.tally.transitions += track.judge.update(tick)

    def report(self, *, tocsin: str, files: Sequence[str]) -> BacktestReport:
        """Everything that was found; call ``finish`` first."""
        return BacktestReport(
            tocsin=tocsin,
            model=self._model.version,
            files=tuple(files),
            lines=self.lines,
            bad=self.bad,
            unmatched=self.unmatched,
            brands=tuple(brand_report(track.tally) for track in self._tracks.values()),
        )

    @property
    def tallies(self) -> Sequence[BrandTally]:
        """The counts over time behind the report, for pictures."""
        return [track.tally for track in self._tracks.values()]

    def _roll(self, track: _Track, watermark: datetime) -> None:
        batch = MentionBatch(
            brand=track.rollup.brand,
            source=SOURCE,
            seq=track.records,
            watermark=watermark,
            mentions=tuple(track.waiting),
        )
        track.waiting.clear()
        entry = track.rollup.digest(
            track.records, batch, self._model.score_many, self._model.version
        )
        track.records += 1
        track.rollup.fold(entry)
        for bucket in track.rollup.close({}):
            track.tally.add(bucket)
            track.tally.transitions += track.judge.update(bucket)
