"""Mentions of one brand in, closed buckets out: the worker's roll-up without Kafka."""

from datetime import datetime
from typing import Final

from pipeline.reading.asking import answered
from pipeline.reading.contract import Reader
from pipeline.reading.rules import ReadingRules
from pipeline.rollup import BrandRollup, RollupRules
from pipeline.rollup.watching import WatchList
from pipeline.sentiment.api import Scorer
from pipeline.stories import words_of
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.mention import Mention, MentionBatch

SOURCE: Final = "backtest"
MENTIONS_PER_BATCH: Final = 200


class Rolling:
    """Feed mentions in order of event time; what lies between two of them is silence."""

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
        self._rollup = BrandRollup(
            brand.id,
            rules,
            own_accounts=brand.own_accounts,
            handles=brand.handles,
            reading=None if reader is None else reading,
            names=words_of(brand),
            watch=WatchList(brand),
        )
        self._model = model
        self._waiting: list[Mention] = []
        self._records = 0

    def feed(self, mention: Mention) -> list[Bucket]:
        """Take a mention; the buckets that are closed by now."""
        self._waiting.append(mention)
        if len(self._waiting) < MENTIONS_PER_BATCH:
            return []
        return self.roll(mention.created_at)

    def roll(self, watermark: datetime) -> list[Bucket]:
        """Count what waits; the buckets that end before ``watermark``."""
        mentions = tuple(self._waiting)
        self._waiting.clear()
        return self.take(mentions, watermark)

    def take(self, mentions: tuple[Mention, ...], watermark: datetime) -> list[Bucket]:
        """Count ``mentions``, in order of event time; the buckets that end before ``watermark``."""
        batch = MentionBatch(
            brand=self._rollup.brand,
            source=SOURCE,
            seq=self._records,
            watermark=watermark,
            mentions=mentions,
        )
        entry = self._rollup.digest(
            self._records, batch, self._model.score_many, self._model.version
        )
        self._records += 1
        self._rollup.fold(entry)
        buckets = answered(self._rollup.closing({}), self._reader)
        self._rollup.read()  # there is no journal to write it to
        return buckets
