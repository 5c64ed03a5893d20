"""What a process beside the main one holds: roll-ups and judges of the brands that it was given.

``begin`` is called once in a fresh process, then ``roll``, ``judge`` and ``finish`` in the order in
which they were asked for. What goes in and comes out is JSON, the form in which a worker has the
same records: it keeps every digit and the offset of every time.
"""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from agents.garbage import leave_what_is_loaded
from lab.backtest.lane import Lane
from lab.backtest.rolling import Rolling
from pipeline.detection.patterns.library import Library
from pipeline.reading.contract import Reader
from pipeline.reading.rules import ReadingRules
from pipeline.rollup import RollupRules
from pipeline.sentiment.api import Score, TextInLanguage
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import encode
from schemas.mention import Gap, Mention


class StationPlan(NamedTuple):
    """What every process has to know. ``model``: version of the scorer.

    ``reader``: opens a reader, in the process that rolls up; None where nothing is read.
    """

    rules: RollupRules
    model: str
    library: Library | None = None
    reader: Callable[[], Reader] | None = None
    reading: ReadingRules | None = None


class ScoredBatch(Struct, array_like=True, frozen=True):
    """Mentions of one brand with their scores, in order; the rest is as in ``MentionBatch``."""

    watermark: datetime
    mentions: tuple[Mention, ...]
    scores: tuple[Score, ...]
    gap: Gap | None = None


class Rolled(Struct, array_like=True, frozen=True):
    """Buckets that were closed; posts that were not counted until now, by why not."""

    buckets: list[Bucket]
    dropped: dict[str, int]


class ScoredElsewhere:
    """A scorer that says what another process has found."""

    def __init__(self, version: str) -> None:
        self.version: Final = version
        self._known: dict[TextInLanguage, Score] = {}

    def learn(self, batch: ScoredBatch) -> None:
        """Take the scores of a batch; those of the batch before are forgotten."""
        texts = [(each.text, each.lang) for each in batch.mentions]
        self._known = dict(zip(texts, batch.scores, strict=True))

    def score_many(self, texts: Sequence[TextInLanguage]) -> list[Score]:
        """The scores of texts of the batch."""
        return [self._known[text] for text in texts]


class _Station:
    """The roll-ups of one process by brand, and its judges by number."""

    def __init__(self, plan: StationPlan) -> None:
        self._plan = plan
        self._model = ScoredElsewhere(plan.model)
        self._reader = None if plan.reader is None else plan.reader()
        self._rollings: dict[str, Rolling] = {}
        self._lanes: dict[int, Lane] = {}

    def roll(self, brand: Brand, batch: ScoredBatch) -> Rolled:
        plan = self._plan
        if brand.id not in self._rollings:
            self._rollings[brand.id] = Rolling(
                brand, plan.rules, self._model, reader=self._reader, reading=plan.reading
            )
        self._model.learn(batch)
        rolling = self._rollings[brand.id]
        buckets = rolling.take(batch.mentions, batch.watermark, batch.gap)
        return Rolled(buckets, rolling.dropped)

    def lane(self, number: int, brand: Brand) -> Lane:
        plan = self._plan
        if number not in self._lanes:
            self._lanes[number] = Lane(brand, width_s=plan.rules.width_s, library=plan.library)
        return self._lanes[number]


_decode_batch = msgspec.json.Decoder(ScoredBatch).decode
_decode_buckets = msgspec.json.Decoder(list[Bucket]).decode
_decode_bucket = msgspec.json.Decoder(Bucket).decode

_stations: list[_Station] = []
"""The station of this process: empty in the main one."""


def begin(plan: StationPlan) -> None:
    """Make this process a station, which ends with the main one."""
    Thread(target=_end_with_parent, daemon=True).start()
    _stations.append(_Station(plan))
    leave_what_is_loaded()


def hello() -> bytes:
    """Say nothing: whoever asks for it wants the process to begin."""
    return b""


def roll(brand: Brand, batch: bytes) -> bytes:
    """Count a ``ScoredBatch`` of ``brand``; what became of it, as ``Rolled``."""
    return encode(_stations[0].roll(brand, _decode_batch(batch)))


def judge(number: int, brand: Brand, buckets: bytes) -> bytes:
    """Show a list of buckets to the lane of this number; the list of what it said."""
    lane = _stations[0].lane(number, brand)
    for bucket in _decode_buckets(buckets):
        lane.update(bucket)
    said, lane.transitions = lane.transitions, []
    return encode(said)


def finish(number: int, brand: Brand, tick: bytes) -> bytes:
    """End the recording for the lane of this number; the list of what it said."""
    lane = _stations[0].lane(number, brand)
    lane.finish(_decode_bucket(tick))
    return encode(lane.transitions)


def _end_with_parent() -> None:
    """A process that is killed can't tell its helpers, and they would wait for ever."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
