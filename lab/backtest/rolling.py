"""Mentions of one brand in, closed buckets out: the worker's roll-up without Kafka."""

from datetime import datetime
from typing import Final

from pipeline.reading.asking import answered
from pipeline.reading.contract import Reader
from pipeline.reading.rules import ReadingRules
from pipeline.rollup import BrandRollup, RollupRules
from pipeline.rollup.event_time.heard import HeardSource
from pipeline.rollup.networks import divide
from pipeline.rollup.speakers.watching import WatchList
from pipeline.sentiment.api import Scorer
from pipeline.stories import words_of
from schemas.brand import Brand, JudgedOn
from schemas.bucket import Bucket
from schemas.mention import Gap, Mention, MentionBatch

SOURCE: Final = "backtest"
MENTIONS_PER_BATCH: Final = 200
DROPPED: Final = ("duplicates", "edited", "late", "future")


class Rolling:
    """Feed mentions in order of event time; what lies between two of them is silence.

    A recording may say of each mention which network it is from (``Mention.source``), and then
    networks are counted apart as in a worker. What says nothing of it is judged on.
    """

    def __init__(
        self,
        brand: Brand,
        rules: RollupRules,
        model: Scorer,
        *,
        reader: Reader | None = None,
        reading: ReadingRules | None = None,
    ) -> None:
        self._reader = reader
        self._brand = brand
        self._rules = rules
        self._reading = None if reader is None else reading
        self._parts = {"": self._part("")}
        self._judge = brand.judge
        if not isinstance(brand.judge.sources, str):
            self._judge = JudgedOn(sources=(*brand.judge.sources, SOURCE))
        self._model = model
        self.dropped = dict.fromkeys(DROPPED, 0)
        """Posts that were not counted, by why not; of the last batch, too, whose bucket is open."""
        self._waiting: list[Mention] = []
        self._records = 0

    def feed(self, mention: Mention) -> list[Bucket]:
        """Take a mention; the buckets that are closed by now."""
        self._waiting.append(mention)
        if len(self._waiting) < MENTIONS_PER_BATCH:
            return []
        return self.roll(mention.created_at)

    def roll(self, watermark: datetime, gap: Gap | None = None) -> list[Bucket]:
        """Count what waits; the buckets that end before ``watermark``. ``gap``: what was missed."""
        mentions = tuple(self._waiting)
        self._waiting.clear()
        return self.take(mentions, watermark, gap)

    def take(
        self, mentions: tuple[Mention, ...], watermark: datetime, gap: Gap | None = None
    ) -> list[Bucket]:
        """Count ``mentions``, in order of event time; the buckets that end before ``watermark``."""
        batch = MentionBatch(
            brand=self._brand.id,
            source=SOURCE,
            seq=self._records,
            watermark=watermark,
            gap=gap,
            mentions=mentions,
        )
        together = self._parts[""]
        division = divide(self._judge, together, batch, {})
        for network, met in division.met.items():
            together.meet(network, met)
        for apart, portion, _ in division.portions:
            if apart not in self._parts:
                self._parts[apart] = self._part(apart)
            part = self._parts[apart]
            scores = part.scored(portion, self._model.score_many)
            dropped = part.take(self._records, portion, scores, self._model.version)
            for reason, count in dropped.items():
                self.dropped[reason] += count
        self._records += 1
        reached = {SOURCE: HeardSource(watermark.timestamp())}
        buckets: list[Bucket] = []
        for part in self._parts.values():
            buckets += answered(part.closing(reached), self._reader)
            part.sealed()  # there is no journal to write it to
        return buckets

    def _part(self, apart: str) -> BrandRollup:
        brand = self._brand
        return BrandRollup(
            brand.id,
            self._rules,
            own_accounts=brand.own_accounts,
            handles=brand.handles,
            reading=self._reading,
            names=words_of(brand),
            watch=WatchList(brand),
            apart=apart,
        )
