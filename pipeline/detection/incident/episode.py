"""An episode under way: what was gathered about it since its onset."""

from collections.abc import Iterable
from math import inf
from typing import Final

from msgspec import Struct, field

from pipeline.deletions.records import reasons_without, watched_without
from pipeline.deletions.to_forget import ToForget
from pipeline.detection.detector.levels import KIND_WORTH, RING_KIND, RING_RARITY
from pipeline.detection.incident.lifecycle import Life
from pipeline.detection.incident.replies import Replies
from pipeline.detection.patterns.pattern_match import Alignment
from pipeline.detection.window import influence
from pipeline.detection.window.by_network import Networks, add_networks, networks_of
from pipeline.detection.window.influence import Influence, combine, gather, grown
from pipeline.detection.window.rows import BucketRow
from pipeline.detection.window.stories import KnownStories
from pipeline.detection.window.top_k import TopK, forget, lists_of, more, tally
from schemas.bucket import MOST_WATCHED, Bucket, Example, Watched
from schemas.incident import Automation, Nature, Reason, Resemblance, Sighting, State, TakenOff
from schemas.mention import Gap

EXAMPLES: Final = 5
GAPS: Final = 20
BLIND: Final = 50


class LastJudgement(Struct):
    """The newest judgement that rested on enough mentions, as a transition states it."""

    evidence: float = 0.0
    confidence: float = 0.0
    taken_off: tuple[TakenOff, ...] = ()
    severity: int = 1
    crisis: str = ""
    harmless: str = ""
    negative_share: float = 0.0
    usual_negative_share: float = 0.0
    reasons: tuple[Reason, ...] = ()
    nearest: tuple[Resemblance, ...] = ()
    nature: Nature = "unclear"
    automation: Automation | None = None


class Finding(Struct):
    """What the detector said last: log10 of the odds, severity, and all its figures."""

    evidence: float = 0.0
    severity: int = 1
    sighting: Sighting | None = None

    @property
    def short(self) -> float:
        """How much is missing to a ring: of the sum, or of what either needs at least."""
        seen = self.sighting
        if seen is None:
            return inf
        return max(
            seen.needed - seen.score,
            RING_RARITY - seen.rarity,
            KIND_WORTH * (RING_KIND - seen.kind),
        )


class Sample(Struct, array_like=True):
    """A text that was copied, and the post that it is from."""

    text: str
    post: str
    handle: str


class Episode(Struct):
    """Everything about one episode that its transitions tell.

    ``before``: mentions a minute that came before it; ``level``: the same at a mean hour of the
    brand's day, by which is reckoned what would have come anyway. ``noticed_s``: when it was first
    worth a quiet line. ``found``: what the detector said last; ``nearest``: where it came nearest
    to a ring, and ``likeness`` the verdict of that moment, both for an episode that never rings.
    ``counted``, ``late`` and ``future``: mentions since it was noticed, and those not counted, for
    they came too late or bore a date that was still to come. ``watched``: what the watch list told,
    the newest last; ``by_watch``: it was noticed by that.
    ``told_s``, ``told``, ``reason``: when it was last spoken of, as what, and the last rule that
    decided. ``sources``: those that brought it, or should. ``networks``: mentions of each, negative
    ones and attacks, since ten minutes before it was noticed.
    """

    onset_s: int
    before: float
    life: Life
    level: float = 0.0
    mentions: int = 0
    drivers: TopK = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    blind: list[str] = field(default_factory=list)
    sampled: bool = False
    replied_s: int = 0
    alignment: Alignment = field(default_factory=Alignment)
    cell_s: int = 0
    looked_s: int = 0
    learning: bool = False
    verdict: LastJudgement = field(default_factory=LastJudgement)
    likeness: LastJudgement = field(default_factory=LastJudgement)
    model: str = ""
    counted: int = 0
    late: int = 0
    influence: Influence = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)
    replies: Replies = field(default_factory=Replies)
    noticed_s: int = 0
    remembered: bool = False
    found: Finding = field(default_factory=Finding)
    nearest: Finding = field(default_factory=Finding)
    stories: KnownStories = field(default_factory=KnownStories)
    quarantined: list[str] = field(default_factory=list)
    future: int = 0
    watched: tuple[Watched, ...] = ()
    by_watch: bool = False
    told_s: int = 0
    told: State = "noticed"
    reason: str = ""
    sources: list[str] = field(default_factory=list)
    networks: Networks = field(default_factory=dict)

    def add(self, bucket: Bucket, end_s: int) -> None:
        """Gather one bucket."""
        self.mentions += bucket.mentions
        add_networks(self.networks, networks_of(bucket))
        tally(self.drivers, lists_of(bucket))
        gather(self.influence, bucket.influencers)
        if bucket.stories:
            self.stories.add(bucket, end_s)
        self._keep_samples(bucket)
        if bucket.examples:
            self.examples = foremost([*self.examples, *bucket.examples])
        if bucket.own:
            self.replied_s = end_s
            self.replies.add(bucket.own, end_s)
        for gap in bucket.gaps:
            if gap not in self.gaps:
                self.gaps = [*self.gaps, gap][-GAPS:]
        self.blind = _with(self.blind, bucket.blind)
        self.quarantined = _with(self.quarantined, bucket.quarantined)
        self.sources = _with(self.sources, (*bucket.sources, *bucket.blind, *bucket.quarantined))
        self.sampled = self.sampled or is_sampled(bucket)
        self.model = bucket.model or self.model
        self.counted += bucket.mentions
        self.late += bucket.late
        self.future += bucket.future

    def revise(self, row: BucketRow, before: BucketRow, bucket: Bucket, end_s: int) -> None:
        """Gather what a bucket says beyond what was gathered of it ``before``."""
        mentions = row.mentions - before.mentions
        self.mentions += mentions
        self.counted += mentions
        add_networks(self.networks, row.networks)
        add_networks(self.networks, before.networks, -1)
        tally(self.drivers, more(row.lists, before.lists))
        combine(self.influence, grown(row.influence, before.influence))
        if bucket.stories:
            self.stories.add(bucket, end_s)
        self._keep_samples(bucket)
        self.examples = foremost([*self.examples, *bucket.examples])
        if row.own > before.own:
            self.replied_s = max(self.replied_s, end_s)
            self.replies.add(row.own - before.own, end_s)

    def watch(self, watched: Iterable[Watched]) -> None:
        """Take what the watch list told; of the same post or author the newest step counts."""
        newest = list(watched)
        known = {_whose(one) for one in newest}
        before = [one for one in self.watched if _whose(one) not in known]
        self.watched = (*before, *newest)[-MOST_WATCHED:]

    def _keep_samples(self, bucket: Bucket) -> None:
        """Keep the text of wordings that are copied, as long as they are among the most copied."""
        copied = self.drivers.get("wordings", {})
        for example in bucket.examples:
            if example.wording in copied:
                sample = Sample(example.text, example.id, example.handle)
                self.samples.setdefault(example.wording, sample)
        if len(self.samples) > len(copied):
            self.samples = {one: self.samples[one] for one in self.samples if one in copied}

    def forget(self, gone: ToForget) -> None:
        """Put aliases for names that are to be forgotten, and let go of such posts."""
        forget(self.drivers, gone)
        self.influence = influence.without(self.influence, gone)
        self.examples = [one for one in self.examples if not gone.has(one.id, one.handle)]
        self.samples = {
            wording: one
            for wording, one in self.samples.items()
            if not gone.has(one.post, one.handle)
        }
        for judged in (self.verdict, self.likeness):
            judged.reasons = reasons_without(judged.reasons, gone)
        self.stories.forget_posts(gone)
        self.watched = tuple(watched_without(one, gone) for one in self.watched)

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return the posts by accounts that are to be forgotten."""
        found = {one.id for one in self.examples if gone.author(one.handle)}
        found |= {one.post for one in self.samples.values() if gone.author(one.handle)}
        found |= {one.post for one in self.watched if gone.author(one.handle)}
        return found | self.stories.posts_by(gone)

    def coverage(self, now_s: int) -> float:
        """Share of the time since the onset that no gap took away."""
        length = max(now_s - self.onset_s, 1)
        return 1.0 - min(unseen_s(self.gaps, self.onset_s, now_s) / length, 1.0)

    @property
    def rung(self) -> bool:
        """Whether it is an incident that people heard of."""
        return self.life.state not in {"noticed", "over"}

    @property
    def state(self) -> State:
        """Where the incident stands, for a transition that leaves it there."""
        at = self.life.state
        return "resolved" if at == "over" else at

    @property
    def late_share(self) -> float:
        """Share of the mentions since it was noticed that came too late to be counted."""
        return self.late / self._heard

    @property
    def future_share(self) -> float:
        """Share of them that bore a date that was still to come."""
        return self.future / self._heard

    @property
    def _heard(self) -> int:
        return max(self.counted + self.late + self.future, 1)


def _with(names: list[str], more: Iterable[str]) -> list[str]:
    """``names`` and those of ``more`` that are new, in order, as many as are kept."""
    new = {*more}.difference(names)
    return sorted([*names, *new])[:BLIND] if new else names


def _whose(watched: Watched) -> tuple[str, str]:
    """What the steps of one have in common: a post, or the author of a campaign."""
    campaign = watched.kind == "campaign"
    return watched.kind, watched.handle if campaign else watched.post


def foremost(examples: Iterable[Example]) -> list[Example]:
    """The posts most worth showing: reach times negativity, one an author.

    >>> foremost([])
    []
    """
    ranked = sorted(
        examples,
        key=lambda example: (-(example.followers + 1) * (example.p_negative + 0.05), example.id),
    )
    chosen: dict[str, Example] = {}
    for example in ranked:
        chosen.setdefault(example.handle or example.id, example)
    return list(chosen.values())[:EXAMPLES]


def is_sampled(bucket: Bucket) -> bool:
    """Whether the bucket's mentions stand for more than themselves."""
    return bucket.weighted > bucket.mentions + 0.5


def is_blind(bucket: Bucket) -> bool:
    """Whether something is missing in it: a gap, a blind source, or one that samples."""
    return bool(bucket.gaps or bucket.blind) or is_sampled(bucket)


def unseen_s(gaps: Iterable[Gap], from_s: int, until_s: int) -> float:
    """Length of the union of the gaps within a stretch; what was fetched in full is no gap."""
    total, reached = 0.0, float(from_s)
    for gap in sorted(gaps, key=lambda gap: (gap.start, gap.end)):
        if gap.recovered == "full":
            continue
        begin = max(gap.start.timestamp(), reached)
        end = min(gap.end.timestamp(), float(until_s))
        if end > begin:
            total += end - begin
            reached = end
    return total
