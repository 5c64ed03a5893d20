"""What careful reading adds: the post that leads, and a sample of the hour, against the usual.

The reader draws texts uniformly and reads the posts that are passed on (``schemas.reading``). Kept
is only what the detector asks for: how much of the last hour's sample attacks the brand, how much
usually does, and what was read of the posts that are being passed on.
"""

from collections.abc import Sequence
from math import pi, sqrt
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.deletions.alias import print32
from pipeline.detection.detector.odds import logit
from schemas.bucket import LeadingPost
from schemas.reading import CLASSES, ByClass, Reading

HOUR_S: Final = 3_600
ATTACKS: Final = tuple(CLASSES.index(name) for name in ("accusation", "boycott", "mockery", "harm"))
"""Harm soberly told is one of them: whoever reports it accuses in other words."""
OFF_TOPIC: Final = CLASSES.index("off_topic")

LAG_H: Final = 8
"""An hour teaches what is usual only after so long: what is going on must not excuse itself."""
KEEP: Final = 0.5 ** (1 / 60)
"""An hour: half of what is known is two and a half days old."""
HOUR_MOST: Final = 12.0
"""Texts that an hour teaches at most: one in which much was read counts no more than others."""
PRIOR_READ: Final = 25.0
PRIOR_ATTACKS: Final = 0.15
PRIOR_OFF_TOPIC: Final = 0.38
KNOWN_READ: Final = 20.0
"""Before so many texts were read, the reader has no say: it is not known what is usual."""
SPREAD: Final = 1.3
"""Standard deviation of the log odds of attack over everyday texts (1.2 to 1.35 by language)."""
SAMPLE_WORTH: Final = 25.0
LEADING: Final = (-3.0, 4.0)
SAMPLE: Final = (-2.0, 3.0)
OFF: Final = (-3.0, 4.0)
MOST_POSTS: Final = 60


class Minutes(Struct, array_like=True):
    """What was read of the texts of one step: estimates for all of its texts."""

    start_s: int
    read: int
    texts: float
    attacks: float
    off_topic: float


class Hour(Struct, array_like=True):
    """Shares of an hour that is over, and how many texts they rest on."""

    hour: int
    read: float
    attacks: float
    off_topic: float


class PostReading(Struct, array_like=True):
    """What was read of a post: how likely it attacks, and how likely it is about something else."""

    attack: float
    off_topic: float


class Against(NamedTuple):
    """Something that was read, against what is usual; ``shift``: as a difference of log odds."""

    code: str
    share: float
    usual: float
    shift: float


class ReadMemory(Struct, array_like=True):
    """What was read of a brand. ``posts``: by fingerprint, those read last come last."""

    minutes: list[Minutes] = field(default_factory=list)
    hours: list[Hour] = field(default_factory=list)
    posts: dict[int, PostReading] = field(default_factory=dict)
    read: float = 0.0
    attacks: float = 0.0
    off_topic: float = 0.0

    def take(self, step_s: int, reading: Reading) -> None:
        """Take what was read of a bucket of the step that began at ``step_s``."""
        for root in reading.roots:
            self._remember(root.id, root.classes)
        if not reading.read:
            return
        if not self.minutes or self.minutes[-1].start_s != step_s:
            self.minutes.append(Minutes(step_s, 0, 0.0, 0.0, 0.0))
        last = self.minutes[-1]
        last.read += reading.read
        last.texts += sum(reading.classes)
        last.attacks += sum(reading.classes[place] for place in ATTACKS)
        last.off_topic += reading.classes[OFF_TOPIC]

    def come_to(self, now_s: int) -> None:
        """Forget the minutes that are over for an hour; let old hours teach."""
        while self.minutes and self.minutes[0].start_s < now_s - HOUR_S:
            self._end_minutes(self.minutes.pop(0))
        while self.hours and self.hours[0].hour < now_s // HOUR_S - LAG_H:
            self._learn(self.hours.pop(0))

    @property
    def has_say(self) -> bool:
        """Whether enough was read for a comparison."""
        return self.read >= KNOWN_READ

    def against(self, leading: Sequence[LeadingPost]) -> list[Against]:
        """The post that leads and the hour's sample against the usual: nothing, if nothing is."""
        attacks, off_topic = self._usual()
        post = self.posts.get(leading[0].post) if leading else None
        found = []
        if post is not None:
            far = self.far_out(post, attacks)
            found.append(Against("leading_post", post.attack, attacks, _cut(far, LEADING)))
            shift = _cut(logit(post.off_topic) - logit(off_topic), OFF)
            found.append(Against("off_topic", post.off_topic, off_topic, shift))
        read = sum(one.read for one in self.minutes)
        texts = sum(one.texts for one in self.minutes)
        if texts > 0:
            seen = sum(one.attacks for one in self.minutes) / texts
            share = (read * seen + SAMPLE_WORTH * attacks) / (read + SAMPLE_WORTH)
            shift = _cut(logit(share) - logit(attacks), SAMPLE)
            found.append(Against("sample", share, attacks, shift))
        return found

    def hostility(self, leading: LeadingPost) -> float:
        """How far a post's hostility lies above the usual, in standard deviations."""
        post = self.posts.get(leading.post) if self.has_say else None
        if post is None:
            return leading.attack / 1000
        return self.far_out(post, self._usual()[0])

    def far_out(self, post: PostReading, usual: float) -> float:
        """How far the log odds of attack of a post lie above those of ordinary texts.

        Known is the mean of probabilities, so the mean of their log odds is taken to be what a
        normal distribution of ``SPREAD`` has under that mean.
        """
        mean = logit(usual) * sqrt(1 + pi * SPREAD**2 / 8)
        return (logit(post.attack) - mean) / SPREAD

    def _usual(self) -> tuple[float, float]:
        worth = self.read + PRIOR_READ
        return (
            (self.attacks + PRIOR_READ * PRIOR_ATTACKS) / worth,
            (self.off_topic + PRIOR_READ * PRIOR_OFF_TOPIC) / worth,
        )

    def _remember(self, id_: str, classes: ByClass) -> None:
        posts = self.posts
        post = print32(id_)
        posts.pop(post, None)
        posts[post] = PostReading(
            round(sum(classes[place] for place in ATTACKS), 3), classes[OFF_TOPIC]
        )
        while len(posts) > MOST_POSTS:
            del posts[next(iter(posts))]

    def _end_minutes(self, one: Minutes) -> None:
        hour = one.start_s // HOUR_S
        if not self.hours or self.hours[-1].hour != hour:
            self.hours.append(Hour(hour, 0.0, 0.0, 0.0))
        last = self.hours[-1]
        # Each step by as many texts as were read of it.
        last.read += one.read
        last.attacks += one.read * one.attacks / max(one.texts, 1e-9)
        last.off_topic += one.read * one.off_topic / max(one.texts, 1e-9)

    def _learn(self, hour: Hour) -> None:
        part = min(hour.read, HOUR_MOST) / max(hour.read, 1e-9)
        self.read = KEEP * self.read + part * hour.read
        self.attacks = KEEP * self.attacks + part * hour.attacks
        self.off_topic = KEEP * self.off_topic + part * hour.off_topic


def _cut(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
