"""The rolling state of one brand: open buckets, what was seen, how far time has come."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, cast

from msgspec import Struct, field

from pipeline.reading.asking import Answers, Asking, answered
from pipeline.reading.rules import ReadingRules
from pipeline.reading.state import ReadingState, composed
from pipeline.rollup.authors import AuthorMemory
from pipeline.rollup.entry import Claim, Closing, Entry
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

Scores = Sequence[Score | None]
"""One for each mention of a batch; None for those that are not scored (``to_score``)."""

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

    ``take`` decides what a batch adds, and counts it; ``closing`` hands out the buckets that no
    live source can add to any more; ``sealed`` hands out, as one entry, what was taken and closed
    since it was asked last. ``fold`` applies such an entry again: the same entries, on top of the
    checkpoint that they follow, give the same state and the same buckets.

    ``reading``: how much is read carefully; None where nothing is. ``watch``: whom to keep an eye
    on; None for nobody.

    >>> from datetime import UTC, datetime
    >>> from schemas.mention import Author
    >>> at = datetime.fromtimestamp(100, UTC)
    >>> one = Mention(id="1", created_at=at, text="hi", author=Author(id="a", handle="us"))
    >>> rollup = BrandRollup("acme", RollupRules(lateness_s=0), own_accounts=["us"])
    >>> said = MentionBatch(brand="acme", source="x", seq=0, watermark=at, mentions=(one,))
    >>> rollup.to_score(said)
    []
    >>> rollup.take(0, said, [None], "model")
    {}
    >>> rollup.close({})
    []
    >>> rollup.sealed().offset
    0
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
        self._own = frozenset(handle.lower() for handle in own_accounts)
        self._handles = self._own | {handle.lower() for handle in handles}
        self._open: dict[int, Partial] = {}
        self._taken: dict[int, Partial] = {}
        self._counted: list[Partial] = []
        self._claims: list[Claim] = []
        self._claimed_gaps: list[Gap] = []
        self._closed: Closing | None = None
        self._read_now: list[tuple[int, Reading]] = []
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

    @property
    def has_open(self) -> bool:
        """Whether a bucket waits for time to pass."""
        return bool(self._open or self._taken)

    @property
    def has_news(self) -> bool:
        """Whether something was taken or closed that ``sealed`` has not handed out."""
        return bool(self._claims or self._closed)

    def disturbed_by(self, source: str, watermark_s: float, arrived_s: float) -> str:
        """Name of the live source whose clock a replay would share; empty where there is none."""
        return live_beside(self.sources, source, watermark_s, arrived_s)

    def to_score(self, batch: MentionBatch, *, arrived_s: float = 0.0) -> list[int]:
        """Places of the mentions whose scores ``take`` may need, now or after other batches.

        Left out are the brand's own, and those that are certain not to be counted: what was seen
        or is late stays so.
        """
        latest_s = self._latest_s(batch, arrived_s)
        own, bucket_of, why_not = self._own, self._rules.bucket_of, self._why_not
        return [
            place
            for place, mention in enumerate(batch.mentions)
            if mention.author.handle.lower() not in own
            and (
                # What is remembered of its first version may be forgotten by then.
                len(mention.edit_history) > 1
                or why_not(mention, bucket_of(counted_at_s(mention)), latest_s) is None
            )
        ]

    def scored(
        self, batch: MentionBatch, score_many: ScoreMany, *, arrived_s: float = 0.0
    ) -> Scores:
        """Scores of what ``batch`` may add, for ``take``."""
        scores: list[Score | None] = [None] * len(batch.mentions)
        places = self.to_score(batch, arrived_s=arrived_s)
        said = [batch.mentions[place] for place in places]
        given = score_many([(mention.text, mention.lang) for mention in said])
        for place, score in zip(places, given, strict=True):
            scores[place] = score
        return scores

    def take(
        self,
        offset: int,
        batch: MentionBatch,
        scores: Scores,
        model: str,
        *,
        arrived_s: float = 0.0,
        set_aside: Callable[[int, Mention], object] = _nothing,
    ) -> dict[Dropped, int]:
        """Count what ``batch`` adds: each mention once, at the time of its first version.

        Returns how many mentions were not counted, by reason. They are noted in the bucket of the
        batch's watermark: duplicates, later versions of an edited post, posts for a bucket already
        closed (late), and posts from the future, which are handed to ``set_aside`` with their
        places. ``scores`` are by ``model``. ``arrived_s``: when the record came, by Kafka's word;
        0 where that is not known.

        What fails half-way leaves the rollup torn: replace it by one that is built anew.
        """
        bucket_of, why_not, seen, own = (
            self._rules.bucket_of,
            self._why_not,
            self._seen,
            self._own,
        )
        latest_s = self._latest_s(batch, arrived_s)
        dropped: dict[Dropped, int] = {}
        for place, mention in enumerate(batch.mentions):
            start_s = bucket_of(counted_at_s(mention))
            why = why_not(mention, start_s, latest_s)
            if why is not None:
                dropped[why] = dropped.get(why, 0) + 1
                if why == "future":
                    set_aside(place, mention)
                continue
            if start_s not in seen:
                seen[start_s] = set()
            seen[start_s].add(mention.identity)
            partial = self._part(start_s)
            partial.model = max(partial.model, model)
            if mention.author.handle.lower() in own:
                partial.add_own(mention)
            else:
                self._count(partial, mention, cast(Score, scores[place]))
        watermark_s = batch.watermark.timestamp()
        if dropped:
            believed_s = min(watermark_s, arrived_s or watermark_s)
            noticed = self._part(max(bucket_of(believed_s), self.closed_until_s))
            for why, count in dropped.items():
                setattr(noticed, why, getattr(noticed, why) + count)
        claim = Claim(batch.source, watermark_s, arrived_s)
        self._claims.append(claim)
        self._believe(claim)
        if batch.gap is not None and not self._rules.is_gap_ahead(batch.gap, arrived_s):
            self._claimed_gaps.append(batch.gap)
            self._miss(batch.gap)
        self.offset = offset
        return dropped

    def pass_over(self, offset: int) -> None:
        """Never take the record at ``offset``, nor one before it: it was rejected.

        Read again after a crash it might not fail any more: what a later record closed is in the
        journal by then, and its mentions would count as late. So what is written from now on says
        that it was passed over.
        """
        self.offset = max(self.offset, offset)

    def sealed(self) -> Entry:
        """What was taken and closed since this was asked last, as an entry for the journal.

        Its parts become those of open buckets: write it down before anything else is taken.
        """
        self._count_taken()
        entry = Entry(
            self.offset,
            self._claims,
            self._counted,
            self._claimed_gaps,
            closing=self._closed,
            read=self._read_now,
        )
        self._claims, self._counted, self._claimed_gaps = [], [], []
        self._closed, self._read_now = None, []
        return entry

    def fold(self, entry: Entry, *, closing: bool = True) -> list[Bucket]:
        """Apply an entry of the journal again; the buckets that were closed with it.

        Of an entry that is older than the state, only its parts of open buckets are lacking.
        Parts of buckets that are closed only mark their ids as seen. ``closing``: False closes
        nothing.
        """
        if entry.offset > self.offset:
            self.offset = entry.offset
            for claim in entry.claims:
                self._believe(claim)
            for gap in entry.gaps:
                self._miss(gap)
        for partial in entry.partials:
            self._seen.setdefault(partial.start_s, set()).update(partial.ids)
        self._add(entry.partials)
        closed = entry.closing
        if not closing or closed is None or closed.until_s <= self.closed_until_s:
            return []
        return answered(self._close(closed, dict(entry.read)), None)

    def may_close(self, partition_sources: Mapping[str, Heard]) -> bool:
        """Whether some source is far enough for a bucket to be complete; cheaper than to close."""
        furthest_s = furthest(self.sources, partition_sources)
        return self._rules.closed_until(furthest_s) > self.closed_until_s

    def closing(
        self,
        partition_sources: Mapping[str, Heard],
        partition_gaps: Iterable[SourceGap] = (),
    ) -> Asking[list[Bucket]]:
        """Close the buckets that are complete now, in order of time; each is handed out once.

        A generator, so that whoever calls it may read elsewhere than here: it asks for what is to
        be read carefully (``asking``) and returns the buckets.

        ``partition_sources`` and ``partition_gaps`` come from heartbeats that speak for every
        brand of a partition; they count for sources that have spoken of this brand.
        """
        rules = self._rules
        if not self.may_close(partition_sources):
            return []  # most records end here
        now = progress(merged(self.sources, partition_sources), rules)
        until_s = rules.closed_until(now.watermark_s)
        if until_s <= self.closed_until_s:
            return []
        gaps = [
            gap
            for name, gap in partition_gaps
            if name in self.sources and _touches(gap, self._previous_end_s, until_s)
        ]
        self._closed = Closing(until_s, now.live, now.blind, now.quarantined, gaps)
        self._count_taken()
        return (yield from self._close(self._closed, {}))

    def close(
        self,
        partition_sources: Mapping[str, Heard],
        partition_gaps: Iterable[SourceGap] = (),
    ) -> list[Bucket]:
        """The same where there is no reader."""
        return answered(self.closing(partition_sources, partition_gaps), None)

    def forget(self) -> None:
        """Forget ids of buckets that closed long ago: a copy of such a post is called late.

        It happens with each closing; after ``fold`` it has to be asked for.
        """
        from_s = self._rules.remembered_from_s(self.closed_until_s)
        for start_s in [start_s for start_s in self._seen if start_s < from_s]:
            del self._seen[start_s]

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

    def _part(self, start_s: int) -> Partial:
        partial = self._taken.get(start_s)
        if partial is None:
            partial = self._taken[start_s] = Partial(start_s)
        return partial

    def _count(self, partial: Partial, mention: Mention, score: Score) -> None:
        """Count what somebody else than the brand says."""
        lists = self._watch_list
        known = lists.marks(mention) if lists is not None else 0
        partial.add(mention, score, addressed=self._is_addressed(mention), known=known)
        if lists is not None:
            partial.notes += lists.notes(mention, score, partial.voices[-1].wording)
        if self._reading_rules is not None and not known & ALLY:
            partial.offer(mention, score)

    def _believe(self, claim: Claim) -> None:
        hear(self.sources, claim.source, claim.watermark_s, claim.arrived_s, self._rules)
        take_over(self.sources, claim.source)

    def _miss(self, gap: Gap) -> None:
        if gap not in self._gaps:
            self._gaps = [*self._gaps, gap][-GAPS_KEPT:]

    def _count_taken(self) -> None:
        """Add what was taken to the open buckets."""
        taken = list(self._taken.values())
        self._taken.clear()
        self._counted += taken
        self._add(taken)

    def _add(self, partials: Iterable[Partial]) -> None:
        """Add parts of buckets to those of them that are open. The first part is the bucket."""
        for partial in partials:
            if partial.start_s >= self.closed_until_s:
                known = self._open.get(partial.start_s)
                if known is None:
                    self._open[partial.start_s] = partial
                else:
                    known.merge(partial)

    def _close(self, closing: Closing, recorded: dict[int, Reading]) -> Asking[list[Bucket]]:
        """Close all until then. ``recorded``: what was read of a bucket the first time."""
        width_s = self._rules.width_s
        self.closed_until_s = closing.until_s
        buckets = []
        for start_s in sorted(start_s for start_s in self._open if start_s < closing.until_s):
            partial = self._open.pop(start_s)
            end_s = start_s + width_s
            gaps = self._gaps_between(self._previous_end_s, end_s, closing.gaps)
            self._previous_end_s = end_s
            reading = yield from self._read(start_s, partial, recorded.get(start_s))
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
                    width_s,
                    new_authors=self._authors.count_new(start_s, partial.authors),
                    copies=self._wordings.copies(start_s, partial.wordings),
                    voices=self._voices.close(
                        start_s, partial.voices, self._authors, self._wordings
                    ),
                    gaps=gaps,
                    sources=closing.live,
                    blind=closing.blind,
                    stories=told(stories, end_s),
                    quarantined=closing.quarantined,
                    reading=reading,
                    watched=self._watch.close(start_s, partial.notes),
                )
            )
        self.forget()
        return buckets

    def _read(
        self, start_s: int, partial: Partial, recorded: Reading | None
    ) -> Asking[Reading | None]:
        """What is read of a bucket: as it was the first time, or by asking for it now."""
        offered, rules = partial.offered, self._reading_rules
        if offered is None:
            return recorded
        reading = recorded
        if reading is None and rules is not None:
            choice = self._reading.choose(rules, start_s, offered, partial.reposted)
            wanted = choice.wanted
            answers = (yield wanted) if wanted else Answers("", [])
            if answers is not None and (offered.texts or choice.roots):
                reading = composed(choice, answers.classes, answers.reader)
                self._read_now.append((start_s, reading))
        self._reading.settle(start_s, offered.texts, partial.reposted, reading)
        return reading

    def _latest_s(self, batch: MentionBatch, arrived_s: float) -> float:
        """The latest time that a post of this batch may bear."""
        watermark_s = batch.watermark.timestamp()
        return self._rules.latest_post_s(min(watermark_s, arrived_s or watermark_s), arrived_s)

    def _why_not(self, mention: Mention, start_s: int, latest_s: float) -> Dropped | None:
        """Why a mention is not counted; None where it is."""
        seen, identity = self._seen, mention.identity
        edited = len(mention.edit_history) > 1
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
        self, start_s: int, end_s: int, partition_gaps: Iterable[Gap]
    ) -> tuple[Gap, ...]:
        touching = {
            (gap.start, gap.end, gap.cause): gap
            for gap in [*self._gaps, *partition_gaps]
            if _touches(gap, start_s, end_s)
        }
        return tuple(touching[key] for key in sorted(touching))


def _touches(gap: Gap, start_s: int, end_s: int) -> bool:
    return gap.start.timestamp() < end_s and gap.end.timestamp() > start_s


def counted_at_s(mention: Mention) -> float:
    """When a post counts: a later version of an edited one when the first was made."""
    if len(mention.edit_history) > 1:
        first_s = posted_at_s(mention.identity)
        if first_s is not None:
            return first_s
    return mention.created_at.timestamp()
