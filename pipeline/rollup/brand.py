"""The rolling state of one brand: open buckets, what was seen, how far time has come."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct, field

from pipeline.reading.asking import Answers, Asking, answered
from pipeline.reading.rules import ReadingRules
from pipeline.reading.state import ReadingState, composed
from pipeline.rollup.authors import AuthorMemory
from pipeline.rollup.entry import Entry
from pipeline.rollup.heard import Heard, Sources, furthest, hear, live_beside, merged, take_over
from pipeline.rollup.near_duplicates import WordingMemory
from pipeline.rollup.partial import Partial
from pipeline.rollup.rules import RollupRules
from pipeline.rollup.voices import ALLY, VoiceMemory
from pipeline.rollup.watching import WatchList, WatchMemory
from pipeline.rollup.watermarks import progress
from pipeline.sentiment.api import Score, TextInLanguage
from pipeline.snowflake import posted_at_s
from pipeline.stories import Clusters, ClusterState, own_words, told
from schemas.bucket import Bucket
from schemas.mention import Gap, Mention, MentionBatch
from schemas.reading import Reading

GAPS_KEPT = 100

ScoreMany = Callable[[Sequence[TextInLanguage]], list[Score]]
"""Scores of texts with their languages, in order."""

SourceGap = tuple[str, Gap]
Dropped = Literal["duplicates", "edited", "late", "future"]


class Checkpoint(Struct, array_like=True):
    """A brand's state as of ``closed_until_s``: everything but the buckets still open then."""

    offset: int
    closed_until_s: int
    previous_end_s: int
    sources: Sources
    gaps: list[Gap]
    authors_started_s: int
    authors_current: bytes
    authors_previous: bytes
    wordings_started_s: int = 0
    wordings_current: bytes = b""
    wordings_previous: bytes = b""
    stories: ClusterState | None = None
    voices: VoiceMemory = field(default_factory=VoiceMemory)
    reading: ReadingState | None = None
    watch: WatchMemory = field(default_factory=WatchMemory)


def _nothing(_place: int, _mention: Mention) -> None:
    """Keep nothing of a post from the future but its number."""


class BrandRollup:
    """Counts the mentions of one brand into event-time buckets.

    ``digest`` decides what a batch adds and changes nothing; ``fold`` applies the outcome;
    ``close`` hands out the buckets that no live source can add to any more. Folding the
    same entries again, on top of the checkpoint that they follow, gives the same state.

    ``reading``: how much is read carefully; None where nothing is. ``watch``: whom to keep an eye
    on; None for nobody.
    """

    def __init__(
        self,
        brand: str,
        rules: RollupRules,
        *,
        own_accounts: Iterable[str] = (),
        names: Iterable[str] = (),
        handles: Iterable[str] = (),
        reading: ReadingRules | None = None,
        watch: WatchList | None = None,
    ) -> None:
        self.brand = brand
        self.offset = -1
        self.closed_until_s = 0
        self.sources: Sources = {}
        self._rules = rules
        self._known_closed_s = 0
        self._own = frozenset(handle.lower() for handle in own_accounts)
        self._handles = self._own | {handle.lower() for handle in handles}
        self._open: dict[int, Partial] = {}
        self._seen: dict[int, set[str]] = {}
        self._previous_end_s = 0
        self._authors = AuthorMemory()
        self._wordings = WordingMemory()
        self._names = own_words([brand, *names])
        self._stories = Clusters(self._names)
        self._voices = VoiceMemory()
        self._watch_list = watch
        self._watch = WatchMemory()
        self._gaps: list[Gap] = []
        self._reading_rules = reading
        self._reading = ReadingState()
        self._recorded: dict[int, Reading] = {}
        self._fresh: list[tuple[int, Reading]] = []

    @property
    def has_open(self) -> bool:
        """Whether a bucket waits for time to pass."""
        return bool(self._open)

    def disturbed_by(self, source: str, watermark_s: float, arrived_s: float) -> str:
        """Name of the live source whose clock a replay would share; empty where there is none."""
        return live_beside(self.sources, source, watermark_s, arrived_s)

    def digest(
        self,
        offset: int,
        batch: MentionBatch,
        score: ScoreMany,
        model: str,
        *,
        arrived_s: float = 0.0,
        set_aside: Callable[[int, Mention], object] = _nothing,
    ) -> Entry:
        """What ``batch`` adds: each mention once, at the time of its first version, or not at all.

        Not counted, but noted in the bucket of the batch's watermark: duplicates, later versions of
        an edited post, posts for a bucket already closed (late), and posts from the future, which
        are handed to ``set_aside`` with their places. ``arrived_s``: when the record came, by
        Kafka's word; 0 where that is not known.
        """
        rules = self._rules
        watermark_s = batch.watermark.timestamp()
        believed_s = min(watermark_s, arrived_s or watermark_s)
        latest_s = rules.latest_post_s(believed_s, arrived_s)
        partials: dict[int, Partial] = {}
        fresh: dict[int, set[str]] = {}
        kept: list[tuple[Partial, Mention, bool]] = []
        noticed = Partial(max(rules.bucket_of(believed_s), self.closed_until_s))
        for place, mention in enumerate(batch.mentions):
            start_s = rules.bucket_of(counted_at_s(mention))
            dropped = self._why_not(mention, start_s, latest_s, fresh)
            if dropped == "future":
                set_aside(place, mention)
            if dropped is not None:
                setattr(noticed, dropped, getattr(noticed, dropped) + 1)
                continue
            if start_s not in partials:
                partials[start_s] = Partial(start_s, model=model)
                fresh[start_s] = set()
            fresh[start_s].add(mention.identity)
            kept.append((partials[start_s], mention, mention.author.handle.lower() in self._own))
        scores = iter(score([(each.text, each.lang) for _, each, ours in kept if not ours]))
        for partial, mention, ours in kept:
            if ours:
                partial.add_own(mention)
            else:
                self._count(partial, mention, next(scores))
        if noticed.duplicates or noticed.edited or noticed.late or noticed.future:
            if noticed.start_s in partials:
                partials[noticed.start_s].merge(noticed)
            else:
                partials[noticed.start_s] = noticed
        gap = None if self._rules.is_gap_ahead(batch.gap, arrived_s) else batch.gap
        return Entry(
            offset,
            batch.source,
            watermark_s,
            list(partials.values()),
            gap,
            arrived_s=arrived_s,
            closed_until_s=self.closed_until_s,
        )

    def _count(self, partial: Partial, mention: Mention, score: Score) -> None:
        """Count what somebody else than the brand says."""
        lists = self._watch_list
        known = lists.marks(mention) if lists is not None else 0
        partial.add(mention, score, addressed=self._is_addressed(mention), known=known)
        if lists is not None:
            partial.notes += lists.notes(mention, score, partial.voices[-1].wording)
        if self._reading_rules is not None and not known & ALLY:
            partial.offer(mention, score)

    def fold(self, entry: Entry) -> None:
        """Apply an entry. Parts of buckets that are closed already only mark their ids as seen."""
        self.offset = max(self.offset, entry.offset)
        self._known_closed_s = max(self._known_closed_s, entry.closed_until_s)
        if entry.source:
            hear(self.sources, entry.source, entry.watermark_s, entry.arrived_s, self._rules)
            take_over(self.sources, entry.source)
        if entry.gap is not None and entry.gap not in self._gaps:
            self._gaps = [*self._gaps, entry.gap][-GAPS_KEPT:]
        self._recorded.update(one for one in entry.read if one[0] >= self.closed_until_s)
        self.fold_partials(entry)

    def fold_partials(self, entry: Entry) -> None:
        """Apply what an entry adds to buckets: all that a later checkpoint does not hold of it."""
        for partial in entry.partials:
            start_s = partial.start_s
            self._seen.setdefault(start_s, set()).update(partial.ids)
            if start_s >= self.closed_until_s:
                if start_s not in self._open:
                    self._open[start_s] = Partial(start_s)
                self._open[start_s].merge(partial)

    def closing(
        self,
        partition_sources: Mapping[str, Heard],
        partition_gaps: Iterable[SourceGap] = (),
        *,
        again: bool = False,
    ) -> Asking[list[Bucket]]:
        """Close the buckets that are complete now, in order of time; each is handed out once.

        A generator, so that whoever calls it may read elsewhere than here: it asks for what is to
        be read carefully (``asking``) and returns the buckets. What was read is in ``read`` then.

        ``partition_sources`` and ``partition_gaps`` come from heartbeats that speak for every
        brand of a partition; they count for sources that have spoken of this brand.

        ``again``: after a crash, close what was closed before it, by the word of the entries, and
        nothing else: what the sources have said since must not close more than without the crash.
        """
        rules = self._rules
        furthest_s = furthest(self.sources, partition_sources)
        if not again and rules.closed_until(furthest_s) <= self.closed_until_s:
            return []  # most records end here
        now = progress(merged(self.sources, partition_sources), rules)
        until_s = self._known_closed_s if again else rules.closed_until(now.watermark_s)
        if until_s <= self.closed_until_s:
            return []
        self.closed_until_s = until_s
        ready = sorted(start_s for start_s in self._open if start_s < until_s)
        buckets = []
        for start_s in ready:
            partial = self._open.pop(start_s)
            end_s = start_s + rules.width_s
            gaps = self._gaps_between(self._previous_end_s, end_s, partition_gaps)
            self._previous_end_s = end_s
            reading = yield from self._read(start_s, partial)
            stories = self._stories.advance(
                start_s,
                texts=partial.texts,
                text_count=partial.mentions - partial.reposts,
                passed_on=partial.passed,
                reposted=partial.reposted,
                shown={example.id: example.text for example in partial.examples},
            )
            buckets.append(
                partial.close(
                    self.brand,
                    rules.width_s,
                    new_authors=self._authors.count_new(start_s, partial.authors),
                    copies=self._wordings.copies(start_s, partial.wordings),
                    voices=self._voices.close(
                        start_s, partial.voices, self._authors, self._wordings
                    ),
                    gaps=gaps,
                    sources=now.live,
                    blind=now.blind,
                    stories=told(stories, end_s),
                    quarantined=now.quarantined,
                    reading=reading,
                    watched=self._watch.close(start_s, partial.notes),
                )
            )
        forget_s = until_s - rules.width_s - rules.dedup_s
        for start_s in [start_s for start_s in self._seen if start_s < forget_s]:
            del self._seen[start_s]
        return buckets

    def close(
        self,
        partition_sources: Mapping[str, Heard],
        partition_gaps: Iterable[SourceGap] = (),
    ) -> list[Bucket]:
        """The same where there is no reader."""
        return answered(self.closing(partition_sources, partition_gaps), None)

    def read(self) -> list[tuple[int, Reading]]:
        """What was read since this was asked last, by start of the bucket: for the journal."""
        read, self._fresh = self._fresh, []
        return read

    def read_alone(self) -> Entry:
        """The same as an entry of its own, where a heartbeat brought time on."""
        return Entry(self.offset, "", 0.0, read=self.read(), closed_until_s=self.closed_until_s)

    def checkpoint(self) -> Checkpoint:
        """Everything as of ``closed_until_s``; entries that lie wholly before it can go."""
        return Checkpoint(
            offset=self.offset,
            closed_until_s=self.closed_until_s,
            previous_end_s=self._previous_end_s,
            sources=self.sources,
            gaps=self._gaps,
            authors_started_s=self._authors.started_s,
            authors_current=self._authors.pack(self._authors.current),
            authors_previous=self._authors.pack(self._authors.previous),
            wordings_started_s=self._wordings.started_s,
            wordings_current=self._wordings.pack(self._wordings.current),
            wordings_previous=self._wordings.pack(self._wordings.previous),
            stories=self._stories.state,
            voices=self._voices,
            reading=self._reading,
            watch=self._watch,
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take up the state of a checkpoint; entries are folded on top of it."""
        self.offset = checkpoint.offset
        self.closed_until_s = checkpoint.closed_until_s
        self._previous_end_s = checkpoint.previous_end_s
        self.sources = dict(checkpoint.sources)
        self._gaps = list(checkpoint.gaps)
        self._authors = AuthorMemory(
            checkpoint.authors_started_s,
            AuthorMemory.unpack(checkpoint.authors_current),
            AuthorMemory.unpack(checkpoint.authors_previous),
        )
        self._wordings = WordingMemory(
            checkpoint.wordings_started_s,
            WordingMemory.unpack(checkpoint.wordings_current),
            WordingMemory.unpack(checkpoint.wordings_previous),
        )
        self._stories = Clusters(self._names, checkpoint.stories)
        self._voices = checkpoint.voices
        self._watch = checkpoint.watch
        self._reading = checkpoint.reading or ReadingState()

    def _read(self, start_s: int, partial: Partial) -> Asking[Reading | None]:
        """What is read of a bucket: as it was the first time, or by asking for it now."""
        offered, rules = partial.offered, self._reading_rules
        reading = self._recorded.pop(start_s, None)
        if offered is None:
            return reading
        if reading is None and rules is not None:
            choice = self._reading.choose(rules, start_s, offered, partial.reposted)
            wanted = choice.wanted
            answers = (yield wanted) if wanted else Answers("", [])
            if answers is not None and (offered.texts or choice.roots):
                reading = composed(choice, answers.classes, answers.reader)
                self._fresh.append((start_s, reading))
        self._reading.settle(start_s, offered.texts, partial.reposted, reading)
        return reading

    def _why_not(
        self,
        mention: Mention,
        start_s: int,
        latest_s: float,
        fresh: Mapping[int, set[str]],
    ) -> Dropped | None:
        identity = mention.identity
        edited = len(mention.edit_history) > 1
        for seen in (self._seen, fresh):
            if start_s in seen and identity in seen[start_s]:
                return "edited" if edited else "duplicates"
            # Without a snowflake id the first version may lie in another bucket.
            if edited and any(identity in ids for ids in seen.values()):
                return "edited"
        if start_s + self._rules.width_s <= self.closed_until_s:
            return "late"
        if start_s > latest_s:
            return "future"
        return None

    def _is_addressed(self, mention: Mention) -> bool:
        """Whether it speaks to the brand rather than of it, or passes on what the brand said."""
        if mention.kind in ("reply", "repost") and mention.ref_author.lower() in self._handles:
            return True
        if mention.kind == "repost":
            return False
        return any(handle.lower() in self._handles for handle in mention.addressed)

    def _gaps_between(
        self, start_s: int, end_s: int, partition_gaps: Iterable[SourceGap]
    ) -> tuple[Gap, ...]:
        stated = [*self._gaps, *(gap for name, gap in partition_gaps if name in self.sources)]
        touching = {
            (gap.start, gap.end, gap.cause): gap
            for gap in stated
            if gap.start.timestamp() < end_s and gap.end.timestamp() > start_s
        }
        return tuple(touching[key] for key in sorted(touching))


def counted_at_s(mention: Mention) -> float:
    """When a post counts: a later version of an edited one when the first was made."""
    if len(mention.edit_history) > 1:
        first_s = posted_at_s(mention.identity)
        if first_s is not None:
            return first_s
    return mention.created_at.timestamp()
