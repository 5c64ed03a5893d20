"""What the judge of one brand remembers between two buckets."""

from typing import Any

from msgspec import Struct, field

from pipeline.deletions.records import transition_without, watched_without
from pipeline.deletions.to_forget import ToForget
from pipeline.detection.baseline.brand_baseline import BrandBaseline
from pipeline.detection.baseline.loudness import Loudness
from pipeline.detection.baseline.networks import HeardNetworks
from pipeline.detection.detector.detector import DetectorState
from pipeline.detection.feedback.feedback_state import FeedbackState
from pipeline.detection.incident.episode import Episode
from pipeline.detection.incident.transition import Identity
from pipeline.detection.window.recent import Recent
from schemas.bucket import Bucket, Watched


class JudgeState(Struct):
    """Everything the judge knows about its brand; JSON-safe.

    ``start_s``: start of the last bucket taken. ``now_s``: event time. ``minute_s``: the next full
    minute at which the life of the episode is looked at. ``said_s``: end of the last bucket with a
    mention. ``ended_s``: when the last episode ended. ``identity``: the incident under way, or the
    last one while it may be reopened. ``feedback``: what people said, and what it taught.
    ``history_until_s``: end of the past counts that were handed in, 0 for none. ``sources``: those
    of the last bucket, silent and disbelieved ones included. ``detector``: see
    ``pipeline.detection.detector``. ``watched``: what the watch list told since the last look;
    ``watched_s``: when it last made a heads-up. ``networks``: those that are judged together.
    """

    recent: Recent = field(default_factory=Recent)
    baseline: BrandBaseline = field(default_factory=BrandBaseline)
    volume: dict[str, Any] = field(default_factory=dict)
    first_s: int = -1
    start_s: int = -1
    now_s: int = 0
    minute_s: int = 0
    said_s: int = 0
    loudness: Loudness = Loudness()
    ended_s: int = 0
    episode: Episode | None = None
    identity: Identity | None = None
    feedback: FeedbackState = field(default_factory=FeedbackState)
    history_until_s: int = 0
    sources: tuple[str, ...] = ()
    detector: DetectorState = field(default_factory=DetectorState)
    watched: tuple[Watched, ...] = ()
    watched_s: int = 0
    networks: HeardNetworks = field(default_factory=HeardNetworks)

    def forget(self, gone: ToForget) -> None:
        """Put aliases for names that are to be forgotten, and let go of such posts."""
        self.recent.forget(gone)
        self.baseline.forget(gone)
        if self.episode is not None:
            self.episode.forget(gone)
        self.watched = tuple(watched_without(one, gone) for one in self.watched)
        for past in self.feedback.past:
            past.last = transition_without(past.last, gone)

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return the posts by accounts that are to be forgotten."""
        found = self.recent.stories.posts_by(gone)
        return found if self.episode is None else found | self.episode.posts_by(gone)

    def passed_until_s(self, clock: Bucket) -> int:
        """Up to when a clock says that time has passed for the brand; never, one of strangers.

        A clock speaks for the sources that it names. While those of the brand are blind, nobody
        knows that nothing is said, and nothing heals.
        """
        strange = self.sources and clock.sources and not {*self.sources} & {*clock.sources}
        return 0 if strange else int(clock.watermark.timestamp())
