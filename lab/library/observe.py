"""The features of a stretch that is known to be an episode, as the judge would have seen them."""

from math import sqrt
from typing import Final, NamedTuple

from pipeline.detection.baseline.brand_baseline import KNOWN_MENTIONS, KNOWN_S, BrandBaseline
from pipeline.detection.incident.assessment import LEAST_EXCESS, view_of
from pipeline.detection.incident.episode import Episode, is_blind
from pipeline.detection.incident.finding import voices_of
from pipeline.detection.incident.lifecycle import begin
from pipeline.detection.patterns.features import Feature, features
from pipeline.detection.window.recent import BLOCK_S, MINUTE_S, MINUTES_KEPT_S, Recent
from pipeline.detection.window.rows import BucketRow, nothing_of, row_of
from pipeline.phrase import Phrase
from schemas.bucket import Bucket

LOOK_S: Final = BLOCK_S
"""So often it is looked at; windows of the features are ten minutes to an hour long."""


BY_CHANCE: Final = 3.0
"""An excess of so many standard deviations of the usual count is more than chance."""


class MeasureError(ValueError):
    """A stretch of which no episode can be made: why, and what to do."""


class Observation(NamedTuple):
    """One look: end of the bucket, mentions beyond the usual, features."""

    at_s: int
    excess: float
    features: dict[str, Feature]


class Observer:
    """Takes the buckets of one brand and looks at ``[from_s, until_s)``.

    It is made of the judge's own parts and asks nobody whether the stretch deserves it. What comes
    before teaches the brand's baseline, the stretch does not. ``mentions`` and ``negative`` are
    those of the stretch.
    """

    def __init__(self, from_s: int, until_s: int) -> None:
        self.from_s = from_s
        self.until_s = until_s
        self.baseline = BrandBaseline()
        self.sights: list[Observation] = []
        self.mentions = 0
        self.negative = 0
        self._recent = Recent()
        self._first_s = -1
        self._episode: Episode | None = None
        self._looked_s = from_s

    def update(self, bucket: Bucket) -> None:
        """Take the next bucket."""
        start_s = int(bucket.start.timestamp())
        if start_s >= self.until_s:
            return
        if self._first_s < 0:
            self._first_s = start_s
        if start_s >= self.from_s and self._episode is None:
            self._begin()
        row = row_of(bucket, voices_of(bucket), start_s, blind=is_blind(bucket))
        if bucket.revision:
            self._revise(bucket, row)
            return
        for block in self._recent.add(bucket, row):
            if block.blind or block.start_s + BLOCK_S > self.from_s:
                self.baseline.skip(block.start_s + BLOCK_S)
            else:
                self.baseline.learn(block)
        if self._episode is not None:
            self.mentions += bucket.mentions
            self.negative += bucket.negative
            self._look(self._episode, start_s + bucket.width_s)

    def _revise(self, bucket: Bucket, row: BucketRow) -> None:
        before = self._recent.row(row.start_s) or nothing_of(row.start_s)
        self._recent.revise(bucket, row)
        if row.start_s >= self.from_s:
            self.mentions += row.mentions - before.mentions
            self.negative += row.negative - before.negative

    def check(self) -> None:
        """Raise ``MeasureError`` if too little is known of the brand before the stretch."""
        if not self.baseline.acquainted:
            hours = self.baseline.acquainted_s / 3600
            raise MeasureError(
                Phrase(
                    "{hours:.0f} hours of ordinary talk before the stretch: {what:.0f} are "
                    "needed, with {known_mentions:.0f} mentions, to say what was usual: give a "
                    "recording that begins earlier",
                    hours=hours,
                    what=KNOWN_S / 3600,
                    known_mentions=KNOWN_MENTIONS,
                )
            )

    def _begin(self) -> None:
        before_s = min(self.from_s - self._first_s, MINUTES_KEPT_S)
        mentions = self._recent.mentions_between(self.from_s - before_s, self.from_s)
        mean_hours_s = self.baseline.hours.over(self.from_s - before_s, self.from_s)
        self._episode = Episode(
            onset_s=self.from_s,
            before=mentions * MINUTE_S / max(before_s, MINUTE_S),
            level=mentions * MINUTE_S / max(mean_hours_s, MINUTE_S),
            life=begin(self.from_s, self.from_s),
        )

    def _look(self, episode: Episode, now_s: int) -> None:
        if now_s - self._looked_s < LOOK_S:
            return
        view = view_of(episode, self._recent, self.baseline, now_s)
        if view.excess < max(LEAST_EXCESS, BY_CHANCE * sqrt(view.usual)):
            return
        self._looked_s = now_s
        self.sights.append(Observation(now_s, view.excess, features(view, self.baseline)))
