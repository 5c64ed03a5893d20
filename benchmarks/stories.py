"""Stories on simulated mixes, whose maker knows which post belongs where, and on real posts.

    python benchmarks/stories.py [--file FILE --brands BRANDS [--mapping MAPPING]] [--show N]

Each mix lays one or two scenarios over a brand's usual talk. Printed are, for each: how many stories
with at least five posts there were; their purity (share of their posts that belong to what most of
them belong to); *found*, the share of an episode's posts within such stories, and how many stories
hold nine in ten of those; *separate*: whether the largest story of each episode is another's; the
bytes of state at most; and processor time a mention, all told and without stories.
"""

import argparse
import platform
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from agents.ingest.formats import BadLine, open_mentions
from agents.ingest.simulate.engine import Simulation
from agents.ingest.simulate.plan import make_plan
from pipeline.brands import Matcher, load_brands
from pipeline.rollup import BrandRollup, RollupRules
from pipeline.sentiment import load_model
from pipeline.sentiment.contract import SentimentModel
from pipeline.stories import Clusters, own_words, words_of
from pipeline.stories.keys import Row
from pipeline.stories.story import Story
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import encode
from schemas.mention import Mention, MentionBatch

USUAL = "usual talk"
BATCH_S = 10
CHECKED_EVERY = 200
BRAND = Brand(id="nestle", names=("Nestlé",), handles=("Nestle",), own_accounts=("Nestle",))
MIXES: tuple[tuple[str, ...], ...] = (
    ("quiet",),
    ("nestle-greenpeace-2010", "outage-complaints"),
    ("nestle-greenpeace-2010", "giveaway"),
    ("boycott-call", "product-launch"),
    ("boycott-call", "spam-flood"),
    ("product-failure", "celebrity-mention"),
    ("leaked-document", "tv-moment"),
    ("lone-complainer", "positive-storm"),
)


class Traced(Clusters):
    """Remembers where each post went."""

    def __init__(self, brand: Brand) -> None:
        super().__init__(own_words([brand.id, *words_of(brand)]))
        self.number: dict[str, int] = {}
        self.into: dict[int, int] = {}
        self.ever: dict[int, Story] = {}

    def _give(self, row: Row, start_s: int, posts: int, text: str) -> int:
        seq = self.number[row.name] = super()._give(row, start_s, posts, text)
        if seq in self.state.stories:
            self.ever[seq] = self.state.stories[seq]
        return seq

    def _absorb(self, story: Story, seed: Row, seq: int, start_s: int) -> None:
        self.number[seed.name] = story.seq
        super()._absorb(story, seed, seq, start_s)

    def _bridge(self, story: Story, others: Sequence[int], row: Row, start_s: int) -> Story:
        kept = super()._bridge(story, others, row, start_s)
        if kept is not story:
            self.into[story.seq] = kept.seq
        for seq in others:
            if seq not in self.state.stories:
                self.into[seq] = kept.seq
        return kept

    def story_of(self, name: str) -> int:
        """Number of the story that a post ended up in."""
        seq = self.number.get(name, 0)
        while seq in self.into:
            seq = self.into[seq]
        return seq


class Labelled(NamedTuple):
    """A post and the episode that it belongs to."""

    mention: Mention
    episode: str


def mix(names: Sequence[str], *, seed: int, per_hour: float) -> list[Labelled]:
    """Return usual talk with the episodes of all scenarios, in order of time."""
    start = datetime(2010, 3, 15, tzinfo=UTC)
    posts: list[Labelled] = []
    for place, name in enumerate(names):
        plan = make_plan(
            name, seed=seed + place, brand=BRAND, start=start, days=3.5, mentions_per_hour=per_hour
        )
        posts += [
            Labelled(one.mention, name if one.episode else USUAL)
            for one in Simulation(plan)
            if one.episode or not place
        ]
    posts.sort(key=lambda one: one.mention.created_at)
    # Ids of two simulations may be the same.
    return posts


def batches(mentions: Iterable[Mention], brand: str) -> Iterator[MentionBatch]:
    """Ten seconds each, as a worker gets them."""
    waiting: list[Mention] = []
    end: datetime | None = None
    number = 0
    for mention in mentions:
        if end is not None and mention.created_at >= end:
            yield MentionBatch(
                brand=brand,
                source="bench",
                seq=number,
                watermark=mention.created_at,
                mentions=tuple(waiting),
            )
            number += 1
            waiting.clear()
            end = None
        if end is None:
            end = mention.created_at + timedelta(seconds=BATCH_S)
        waiting.append(mention)
    if end is not None:
        yield MentionBatch(
            brand=brand,
            source="bench",
            seq=number,
            watermark=end + timedelta(hours=1),
            mentions=tuple(waiting),
        )


class Run(NamedTuple):
    """What came out: buckets, where posts went, bytes of state at most, seconds."""

    buckets: list[Bucket]
    traced: Traced
    most_bytes: int
    took_s: float
    stories_s: float


def run(mentions: Sequence[Mention], brand: Brand, model: SentimentModel) -> Run:
    """Roll mentions up."""
    rollup = BrandRollup(
        brand.id, RollupRules(), own_accounts=brand.own_accounts, names=words_of(brand)
    )
    traced = Traced(brand)
    rollup._stories = traced  # noqa: SLF001 - to see where each post goes
    spent = [0.0]
    advance = traced.advance

    def timed(*args: object, **named: object) -> list[Story]:
        begun = time.process_time()
        told = advance(*args, **named)  # type: ignore[arg-type]
        spent[0] += time.process_time() - begun
        return told

    traced.advance = timed  # type: ignore[method-assign,assignment]
    buckets: list[Bucket] = []
    most = 0
    begun = time.process_time()
    checking = 0.0
    for offset, batch in enumerate(batches(mentions, brand.id)):
        entry = rollup.digest(offset, batch, model.score_many, model.version)
        rollup.fold(entry)
        buckets += rollup.close({})
        if offset % CHECKED_EVERY == 0:
            before = time.process_time()
            most = max(most, len(encode(traced.state)))
            checking += time.process_time() - before
    return Run(buckets, traced, most, time.process_time() - begun - checking, spent[0])


def judge(names: Sequence[str], posts: Sequence[Labelled], result: Run, show: int) -> str:
    """Return a line of figures."""
    by_story: dict[int, Counter[str]] = {}
    totals: Counter[str] = Counter()
    # A repost in a bucket is told by the smallest of its root: it goes where that went.
    root_story: dict[str, int] = {}
    for one in posts:
        seq = result.traced.story_of(one.mention.identity)
        if seq and one.mention.kind == "repost":
            root_story[one.mention.ref_id] = seq
    for one in posts:
        if one.mention.author.handle.lower() == "nestle":
            continue
        totals[one.episode] += 1
        seq = result.traced.story_of(one.mention.identity)
        if not seq and one.mention.kind == "repost":
            seq = root_story.get(one.mention.ref_id, 0)
        by_story.setdefault(seq, Counter())[one.episode] += 1
    by_story.pop(0, None)
    large = {seq: counts for seq, counts in by_story.items() if counts.total() >= 5}
    pure = sum(max(counts.values()) for counts in large.values())
    of_all = sum(counts.total() for counts in large.values())
    parts = [
        f"{len(posts):,} posts, {len(large)} stories, purity {pure / max(of_all, 1):.3f}",
    ]
    leading = {}
    for name in names:
        sizes = sorted(((counts[name], seq) for seq, counts in large.items()), reverse=True)
        inside = sum(n for n, _ in sizes)
        if not inside:
            continue
        leading[name] = sizes[0][1]
        needed, held = 0, 0
        for n, _ in sizes:
            needed, held = needed + 1, held + n
            if held >= 0.9 * inside:
                break
        parts.append(
            f"{name}: found {inside / totals[name]:.2f} of {totals[name]}, largest "
            f"{sizes[0][0] / totals[name]:.2f}, 90 % in {needed}"
        )
    parts.append(
        f"usual talk in stories {sum(c[USUAL] for c in large.values()) / totals[USUAL]:.2f}"
    )
    if len(leading) > 1:
        parts.append("separate" if len(set(leading.values())) == len(leading) else "NOT SEPARATE")
    parts.append(
        f"{result.most_bytes / 1000:.1f} kB, {result.took_s / len(posts) * 1e6:.1f} µs a mention, "
        f"{result.stories_s / len(posts) * 1e6:.1f} of them at closing"
    )
    for seq, counts in sorted(large.items(), key=lambda item: -item[1].total())[:show]:
        story = result.traced.ever.get(seq)
        if story is not None:
            print("   ", dict(counts), story.labels(), story.coherence(), story.count_voices())
    return "; ".join(parts)


def main() -> None:
    """Print a line for each mix and brand."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path)
    parser.add_argument("--brands", type=Path)
    parser.add_argument("--mapping", type=Path)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--mixes", type=int, default=len(MIXES))
    parser.add_argument("--per-hour", type=float, default=120.0)
    options = parser.parse_args()
    model = load_model()
    print(f"Python {platform.python_version()}")
    for names in MIXES[: options.mixes]:
        posts = mix(names, seed=7, per_hour=options.per_hour)
        result = run([one.mention for one in posts], BRAND, model)
        print(" + ".join(names), "·", judge(names, posts, result, options.show), flush=True)
    if options.file:
        _real(options.file, options.brands, options.mapping, model, options.show)


def _real(
    file: Path, brands_file: Path, mapping: Path | None, model: SentimentModel, show: int
) -> None:
    brands = load_brands(brands_file.read_text(encoding="utf-8"), str(brands_file))
    matcher = Matcher(brands)
    by_brand: dict[str, list[Mention]] = {}
    for item in open_mentions([file], mapping=mapping):
        if not isinstance(item, BadLine):
            for name in matcher.match(item):
                by_brand.setdefault(name, []).append(item)
    for brand in brands.brands:
        mentions = sorted(by_brand.get(brand.id, []), key=lambda one: one.created_at)
        if not mentions:
            continue
        result = run(mentions, brand, model)
        last: dict[str, object] = {}
        for bucket in result.buckets:
            for story in bucket.stories:
                last[story.id] = story
        inside = Counter(result.traced.story_of(one.identity) for one in mentions)
        ever = result.traced.ever
        held = sum(n for seq, n in inside.items() if seq in ever and ever[seq].posts >= 5)
        print(
            f"{brand.id} · {len(mentions):,} posts, {len(last)} stories of five or more, which hold "
            f"{held / len(mentions):.2f}; {result.most_bytes / 1000:.1f} kB, "
            f"{result.took_s / len(mentions) * 1e6:.1f} µs a mention, "
            f"{result.stories_s / len(mentions) * 1e6:.1f} of them at closing"
        )
        ranked = sorted(last.values(), key=lambda one: -one.posts)[:show]  # type: ignore[attr-defined]
        for story in ranked:
            print("   ", story)


if __name__ == "__main__":
    main()
