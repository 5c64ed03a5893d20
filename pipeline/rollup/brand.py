"""The rolling state of one brand: open buckets, what was seen, how far time has come."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, cast

from msgspec import Struct, field

from pipeline.deletions.alias import alias_of
from pipeline.deletions.to_forget import ToForget
from pipeline.reading.asking import Asking, ReadAnswers, answered
from pipeline.reading.rules import ReadingRules
from pipeline.reading.state import composed
from pipeline.rollup.entry import BESIDE, Claim, Closing, Entry, Met
from pipeline.rollup.event_time.heard import (
    HeardSource,
    Sources,
    forget,
    furthest,
    hear,
    live_beside,
    merged,
    take_over,
)
from pipeline.rollup.event_time.watermarks import progress
from pipeline.rollup.horizon import RevisableBuckets
from pipeline.rollup.partial import Partial
from pipeline.rollup.remembered import Packed, Remembered, RememberedAt, touches
from pipeline.rollup.rules import RollupRules
from pipeline.rollup.speakers.near_duplicates import fingerprints
from pipeline.rollup.speakers.voices import ADDRESSED, ALLY
from pipeline.rollup.speakers.watching import WatchList
from pipeline.sentiment.api import Score, TextInLanguage
from pipeline.snowflake import posted_at_s
from pipeline.stories import own_words
from schemas.base import EARLIEST
from schemas.bucket import Bucket
from schemas.mention import Gap, Mention, MentionBatch
from schemas.network import network_of
from schemas.reading import Reading

GAPS_KEPT = 100

ScoreMany = Callable[[Sequence[TextInLanguage]], list[Score]]
"""Scores of texts with their languages, in order."""

Scores = Sequence[Score | None]
"""One for each mention of a batch; None for those that are not scored (``to_score``)."""

SourceGap = tuple[str, Gap]
Dropped = Literal["duplicates", "edited", "late", "future"]


class Uncounted(NamedTuple):
    """What was taken for a bucket. ``said``: mentions still to count, with scores and networks."""

    partial: Partial
    said: list[tuple[Mention, Score, str]]


class Checkpoint(Struct, array_like=True):
    """A brand's state when buckets were closed until ``closed_until_s``, but for the contents.

    ``base``: what was remembered before the earliest bucket that may still change. The contents of
    all that were closed since, and of those still open, are in entries; ``revisions``: start and
    revision of those that were told more than once.
    """

    offset: int
    closed_until_s: int
    sources: Sources
    gaps: list[Gap]
    base: Packed
    revisions: dict[int, int]
    met: dict[str, Met] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, int]:
        """Its place in the order of entries: what is not after it was applied before it."""
        return self.offset, self.closed_until_s


def _nothing(_place: int, _mention: Mention) -> None:
    """Keep nothing of a post from the future but its number."""


class BrandRollup:
    """Counts the mentions of one brand into event-time buckets.

    ``take`` decides what a batch adds, and counts it; ``closing`` hands out the buckets that no
    live source can add to any more; ``sealed`` hands out, as one entry, what was taken and closed
    since it was asked last. ``fold`` applies such an entry again: the same entries, on top of the
    checkpoint that they follow, give the same state and the same buckets.

    ``reading``: how much is read carefully; None where nothing is. ``watch``: whom to keep an eye
    on; None for nobody. ``gone``: what is to be forgotten, which may become more; posts count as
    ever, and nothing is kept of them. ``apart``: the one network that is counted here; else all
    that are counted together, and then ``met`` holds what is known of each network of the brand,
    apart or not.

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
        gone: ToForget | None = None,
        apart: str = "",
    ) -> None:
        self.brand = brand
        self.met: dict[str, Met] = {}
        self.offset = -1
        self.closed_until_s = 0
        self.sources: Sources = {}
        self._rules = rules
        self._starts = Starts(rules)
        self._own = frozenset(handle.lower() for handle in own_accounts)
        self._handles = self._own | {handle.lower() for handle in handles}
        self._open: dict[int, Partial] = {}
        self._taken: dict[int, Uncounted] = {}
        self._counted: list[Partial] = []
        self._claims: list[Claim] = []
        self._claimed_gaps: list[Gap] = []
        self._closed: Closing | None = None
        self._read_now: list[tuple[int, Reading]] = []
        self._seen: dict[int, set[str]] = {}
        self._met_now: dict[str, Met] = {}
        self._memory = Remembered(brand, rules.width_s, own_words([brand, *names]), apart)
        self._horizon = RevisableBuckets(rules, self._memory)
        self._watch_list = watch
        self._gaps: list[Gap] = []
        self._reading_rules = reading
        self._gone = ToForget() if gone is None else gone
        self._gone_posts: set[str] = set()
        self._gone_authors: set[str] = set()
        self._has_gone = False
        self.delayed = 0
        """Posts of the batch taken last that came after their bucket was closed, and count."""

    def waits_for(self, partition_sources: Mapping[str, HeardSource]) -> bool:
        """Whether it means something to the brand how far the partition is.

        A bucket waits for time to pass, or a late post for the next round; or all that is held for
        late posts can be let go, so that a brand of which nothing is said takes up no room.
        """
        if not self.may_close(partition_sources):
            return False
        if self._open or self._taken or self._horizon.pending:
            return True
        until_s = self._rules.closed_until(furthest(self.sources, partition_sources))
        return self._horizon.is_final_by(until_s)

    @property
    def has_news(self) -> bool:
        """Whether something was taken or closed that ``sealed`` has not handed out."""
        return bool(self._claims or self._closed or self._met_now)

    def disturbed_by(self, source: str, watermark_s: float, arrived_s: float) -> str:
        """Name of the live source whose clock a replay would share; empty where there is none."""
        return live_beside(self.sources, source, watermark_s, arrived_s)

    def to_score(self, batch: MentionBatch, *, arrived_s: float = 0.0) -> list[int]:
        """Places of the mentions whose scores ``take`` may need, now or after other batches.

        Left out are the brand's own, and those that are certain not to be counted: what was seen
        or is late stays so.
        """
        latest_s = self._latest_s(batch, arrived_s)
        own, start_of, why_not = self._own, self._starts.of, self._why_not
        gone = self._gone if len(self._gone) else None
        return [
            place
            for place, mention in enumerate(batch.mentions)
            if (not own or mention.author.handle.lower() not in own)
            and (
                # What is remembered of its first version may be forgotten by then.
                len(mention.edit_history) > 1
                or why_not(mention, start_of(mention), latest_s, gone) is None
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
        batch's watermark: duplicates, later versions of an edited post, posts for a bucket that is
        final (late), and posts from the future, which are handed to ``set_aside`` with their
        places. ``scores`` are by ``model``. ``arrived_s``: when the record came, by Kafka's word;
        0 where that is not known.

        What fails half-way leaves the rollup torn: replace it by one that is built anew.
        """
        start_of, why_not, seen, own = self._starts.of, self._why_not, self._seen, self._own
        latest_s = self._latest_s(batch, arrived_s)
        dropped: dict[Dropped, int] = {}
        self.delayed = 0
        gone = self._gone if len(self._gone) else None
        brought_by = network_of(batch.source)
        for place, mention in enumerate(batch.mentions):
            start_s = start_of(mention)
            why = why_not(mention, start_s, latest_s, gone)
            if why is not None:
                dropped[why] = dropped.get(why, 0) + 1
                if why == "future":
                    set_aside(place, mention)
                continue
            self.delayed += start_s < self.closed_until_s
            identity = mention.identity
            if start_s not in seen:
                seen[start_s] = set()
            seen[start_s].add(identity)
            if gone is not None and gone.touches(mention):
                self._let_go(mention, start_s)
            taken = self._taken_of(start_s)
            partial = taken.partial
            partial.ids.append(identity)
            partial.model = max(partial.model, model)
            if own and mention.author.handle.lower() in own:
                partial.own += 1
            else:
                network = network_of(mention.source) if mention.source else brought_by
                taken.said.append((mention, cast(Score, scores[place]), network))
        watermark_s = batch.watermark.timestamp()
        if dropped:
            believed_s = min(watermark_s, arrived_s or watermark_s)
            start_s = max(self._rules.bucket_of(believed_s), self.closed_until_s)
            noticed = self._taken_of(start_s).partial
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

    def meet(self, network: str, met: Met) -> None:
        """Remember a network that the record has which is taken, or passed over, next.

        One that the brand is not judged on is not waited for any more.
        """
        self.met[network] = self._met_now[network] = met
        self._stop_waiting(network, met)

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
            met=self._met_now,
        )
        self._claims, self._counted, self._claimed_gaps, self._met_now = [], [], [], {}
        self._closed, self._read_now = None, []
        return entry

    def fold(self, entry: Entry, *, closing: bool = True) -> list[Bucket]:
        """Apply an entry of the journal again; the buckets that were closed with it.

        ``closing``: False closes nothing.
        """
        if entry.offset > self.offset:
            self.offset = entry.offset
            for network, met in entry.met.items():
                self.met[network] = met
                self._stop_waiting(network, met)
            for claim in entry.claims:
                self._believe(claim)
            for gap in entry.gaps:
                self._miss(gap)
        self._add_again(entry)
        closed = entry.closing
        if not closing or closed is None or closed.until_s <= self.closed_until_s:
            return []
        return answered(self._close(closed, dict(entry.read)), None)

    def may_close(self, partition_sources: Mapping[str, HeardSource]) -> bool:
        """Whether some source is far enough for a bucket to be complete; cheaper than to close."""
        furthest_s = furthest(self.sources, partition_sources)
        return self._rules.closed_until(furthest_s) > self.closed_until_s

    def closing(
        self,
        partition_sources: Mapping[str, HeardSource],
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
        self._count_taken()
        known = [*self._gaps, *(gap for name, gap in partition_gaps if name in self.sources)]
        previous_end_s = self._memory.previous_end_s
        self._closed = Closing(
            until_s,
            now.live,
            now.blind,
            now.quarantined,
            [gap for gap in known if touches(gap, previous_end_s, until_s)],
            revises=self._horizon.is_due(until_s),
        )
        return (yield from self._close(self._closed, {}))

    def close(
        self,
        partition_sources: Mapping[str, HeardSource],
        partition_gaps: Iterable[SourceGap] = (),
    ) -> list[Bucket]:
        """The same where there is no reader."""
        return answered(self.closing(partition_sources, partition_gaps), None)

    def forget(self) -> None:
        """Forget ids of buckets that are long final: a copy of such a post is called late.

        It happens with each closing; after ``fold`` it has to be asked for.
        """
        from_s = self._rules.remembered_from_s(self._horizon.final_until_s)
        for start_s in [start_s for start_s in self._seen if start_s < from_s]:
            del self._seen[start_s]

    @property
    def needed_from_s(self) -> int:
        """Entries that speak of no time from then on are not needed beside a checkpoint."""
        horizon = self._horizon
        return min(horizon.from_s, self._rules.remembered_from_s(horizon.final_until_s))

    def checkpoint(self) -> Checkpoint:
        """Everything but contents, for which the entries are needed from ``needed_from_s`` on."""
        return Checkpoint(
            offset=self.offset,
            closed_until_s=self.closed_until_s,
            sources=self.sources,
            gaps=self._gaps,
            base=self._horizon.base.packed(),
            revisions=self._horizon.revisions,
            met=self.met,
        )

    def restore(self, checkpoint: Checkpoint, entries: Iterable[Entry] = ()) -> None:
        """Take up a checkpoint; ``entries``: those not after it, in order. Later ones are folded.

        What had been closed by then was told: it is only made again to go on from.
        """
        self.offset = checkpoint.offset
        self.sources = dict(checkpoint.sources)
        self._gaps = list(checkpoint.gaps)
        self.met = dict(checkpoint.met)
        base = RememberedAt.unpacked(checkpoint.base)
        self._horizon.begin(base)
        self.closed_until_s = base.from_s
        for entry in entries:
            self._add_again(entry)
            closed = entry.closing
            if closed is not None and closed.until_s > self.closed_until_s:
                self._horizon.note(closed, self.closed_until_s)
                read = dict(entry.read)
                for start_s in [start_s for start_s in self._open if start_s < closed.until_s]:
                    self._horizon.hold(self._open.pop(start_s), read.get(start_s))
                self.closed_until_s = closed.until_s
        self.closed_until_s = checkpoint.closed_until_s
        self._horizon.resume(checkpoint.revisions, self._read_again)
        self._horizon.settle(self.closed_until_s)
        self.forget()

    def _taken_of(self, start_s: int) -> Uncounted:
        taken = self._taken.get(start_s)
        if taken is None:
            taken = self._taken[start_s] = Uncounted(Partial(start_s), [])
        return taken

    def _counted_of(self, taken: Uncounted) -> Partial:
        """Count what somebody else than the brand says, all at once: that costs half as much."""
        partial, said = taken
        if not said:
            return partial
        mentions, scores, networks = zip(*said, strict=True)
        wordings = _wordings(mentions)
        lists = self._watch_list
        known = [0] * len(mentions) if lists is None else list(map(lists.marks, mentions))
        if self._handles:
            known = [
                one | ADDRESSED if self._is_addressed(mention) else one
                for mention, one in zip(mentions, known, strict=True)
            ]
        marks = partial.add(mentions, scores, wordings, known)
        partial.bring(networks, scores, marks)
        if lists is not None:
            for noted in map(lists.notes, mentions, marks, wordings):
                partial.notes += noted
        if self._reading_rules is not None:
            for mention, score, one in zip(mentions, scores, marks, strict=True):
                if not one & ALLY:
                    partial.offer(mention, score)
        return partial

    def _believe(self, claim: Claim) -> None:
        hear(self.sources, claim.source, claim.watermark_s, claim.arrived_s, self._rules)
        take_over(self.sources, claim.source)

    def _stop_waiting(self, network: str, met: Met) -> None:
        if met.joins_s == BESIDE:
            for name in [name for name in self.sources if network_of(name) == network]:
                forget(self.sources, name)

    def _miss(self, gap: Gap) -> None:
        if gap not in self._gaps:
            self._gaps = [*self._gaps, gap][-GAPS_KEPT:]

    def _count_taken(self) -> None:
        """Add what was taken to the open buckets."""
        taken = list(map(self._counted_of, self._taken.values()))
        if self._has_gone:
            gone = self._gone.and_more(self._gone_posts, self._gone_authors)
            for partial in taken:
                partial.forget(gone)
            self._gone_posts, self._gone_authors, self._has_gone = set(), set(), False
        self._taken.clear()
        self._counted += taken
        self._add(taken)

    def _add(self, partials: Iterable[Partial]) -> None:
        """Add parts of buckets to those that are open; what is late waits for the next round.

        The first part is the bucket.
        """
        for partial in partials:
            if partial.start_s >= self.closed_until_s:
                known = self._open.get(partial.start_s)
                if known is None:
                    self._open[partial.start_s] = partial
                else:
                    known.merge(partial)
            elif partial.start_s >= self._horizon.from_s:
                self._horizon.wait(partial, self.closed_until_s)

    def _add_again(self, entry: Entry) -> None:
        """Add the parts of an entry; those of buckets that are final only mark ids as seen."""
        for partial in entry.partials:
            self._seen.setdefault(partial.start_s, set()).update(partial.ids)
        self._add(entry.partials)

    def _close(self, closing: Closing, recorded: dict[int, Reading]) -> Asking[list[Bucket]]:
        """Close all until then. ``recorded``: what was read of a bucket the first time.

        Late posts come first: what is new is told on top of them.
        """
        horizon = self._horizon
        late_from_s = min(horizon.pending, default=closing.until_s)
        horizon.note(closing, self.closed_until_s)
        self.closed_until_s = closing.until_s
        buckets = horizon.revise(late_from_s, self._read_again) if closing.revises else []
        for start_s in sorted(start_s for start_s in self._open if start_s < closing.until_s):
            partial = self._open.pop(start_s)
            horizon.come_to(partial)
            reading = yield from self._read(partial, recorded.get(start_s))
            if reading is not None and start_s not in recorded:
                self._read_now.append((start_s, reading))
            buckets.append(horizon.close(partial, reading))
        horizon.settle(closing.until_s)
        self.forget()
        return buckets

    def _read(self, partial: Partial, recorded: Reading | None) -> Asking[Reading | None]:
        """What is read of a bucket: as it was the first time, or by asking for it now."""
        offered, rules = partial.offered, self._reading_rules
        if offered is None:
            return recorded
        state, start_s, reading = self._memory.reading, partial.start_s, recorded
        if reading is None and rules is not None:
            choice = state.choose(rules, start_s, offered, partial.reposted)
            wanted = choice.wanted
            answers = (yield wanted) if wanted else ReadAnswers("", [])
            if answers is not None and (offered.texts or choice.roots):
                reading = composed(choice, answers.classes, answers.reader)
        state.settle(start_s, offered.texts, partial.reposted, reading)
        return reading

    def _read_again(self, partial: Partial, recorded: Reading | None) -> Reading | None:
        """The same of a bucket that is closed again: nothing is read for it."""
        return answered(self._read(partial, recorded), None)

    def _latest_s(self, batch: MentionBatch, arrived_s: float) -> float:
        """The latest time that a post of this batch may bear."""
        watermark_s = batch.watermark.timestamp()
        return self._rules.latest_post_s(min(watermark_s, arrived_s or watermark_s), arrived_s)

    def _why_not(
        self, mention: Mention, start_s: int, latest_s: float, gone: ToForget | None
    ) -> Dropped | None:
        """Why a mention is not counted; None where it is. ``gone``: None where nothing is."""
        seen, identity = self._seen, mention.identity
        edited = len(mention.edit_history) > 1
        if start_s in seen and identity in seen[start_s]:
            return "edited" if edited else "duplicates"
        # Without a snowflake id the first version may lie in another bucket.
        if edited and any(identity in ids for ids in seen.values()):
            return "edited"
        if gone is not None and self._was_forgotten(mention, start_s):
            return "edited" if edited else "duplicates"
        if start_s < self._horizon.final_until_s:
            return "late"
        if start_s > latest_s:
            return "future"
        return None

    def _is_gone(self, mention: Mention) -> bool:
        """Whether the post itself is to be forgotten, so that it was seen as an alias."""
        author = mention.author
        return self._gone.has(mention.identity, author.handle) or self._gone.has(
            mention.id, author.id
        )

    def _was_forgotten(self, mention: Mention, start_s: int) -> bool:
        """Whether it was seen before it was forgotten, or some version of it was."""
        if not self._is_gone(mention):
            return False
        seen, alias = self._seen, alias_of(mention.identity)
        if len(mention.edit_history) > 1:
            return any(alias in ids for ids in seen.values())
        return start_s in seen and alias in seen[start_s]

    def _let_go(self, mention: Mention, start_s: int) -> None:
        """Note that something of a post which was just seen is to be forgotten once it counts."""
        self._has_gone, gone, author = True, self._gone, mention.author
        if gone.author(author.id) or gone.author(author.handle):
            self._gone_authors |= {author.id, author.handle}
        if gone.author(mention.ref_author):
            self._gone_posts.add(mention.ref_id)
        if self._is_gone(mention):
            self._gone_posts |= {mention.id, mention.identity}
            self._seen[start_s].discard(mention.identity)
            self._seen[start_s].add(alias_of(mention.identity))

    def _is_addressed(self, mention: Mention) -> bool:
        """Whether it speaks to the brand rather than of it, or passes on what the brand said."""
        if not self._handles:
            return False
        if mention.kind in ("reply", "repost") and mention.ref_author.lower() in self._handles:
            return True
        if mention.kind == "repost":
            return False
        return any(handle.lower() in self._handles for handle in mention.addressed)


def _wordings(mentions: Sequence[Mention]) -> list[int]:
    """Fingerprints of the wordings of mentions, in order; a repost has no words of its own."""
    found = iter(fingerprints([one.text for one in mentions if one.kind != "repost"]))
    return [0 if one.kind == "repost" else next(found) for one in mentions]


class Starts:
    """Finds the start of the bucket in which each post counts; neighbours mostly share one."""

    def __init__(self, rules: RollupRules) -> None:
        self._bucket_of = rules.bucket_of
        self._width = timedelta(seconds=rules.width_s)
        self._start_s = 0
        self._start = self._end = EARLIEST

    def of(self, mention: Mention) -> int:
        """Start of its bucket, UNIX time."""
        if len(mention.edit_history) > 1:
            return self._bucket_of(counted_at_s(mention))
        at = mention.created_at
        if not self._start <= at < self._end:
            self._start_s = self._bucket_of(at.timestamp())
            self._start = datetime.fromtimestamp(self._start_s, UTC)
            self._end = self._start + self._width
        return self._start_s


def counted_at_s(mention: Mention) -> float:
    """When a post counts: a later version of an edited one when the first was made."""
    if len(mention.edit_history) > 1:
        first_s = posted_at_s(mention.identity)
        if first_s is not None:
            return first_s
    return mention.created_at.timestamp()
