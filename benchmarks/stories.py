"""Stories on simulated mixes, whose maker knows which post belongs where, and on real posts.

    python benchmarks/stories.py [--file FILE --brands BRANDS [--mapping MAPPING]] [--show N]

Each mix lays two scenarios over a brand's usual talk. Printed are for each: how many stories of at
least five posts there were; their purity (share of their posts that belong to what most of them
belong to); of each episode the share of posts within such stories, within the largest of them, and
how many hold nine in ten of those; whether the episodes' largest stories are different ones; the
largest state, and processor time a mention: all, and at the closing of buckets. ``--hot`` measures
one brand with 10,000 mentions a second instead, with stories and without.
"""

import argparse
import platform
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from agents.ingest.formats import open_mentions
from lab.simulate.engine import Simulation
from lab.simulate.plan import make_plan
from pipeline.brands import BrandMatcher, load_brands
from pipeline.rollup import BrandRollup, RollupRules
from pipeline.rollup.partial import Partial
from pipeline.sentiment.api import Score, Scorer, Sentiment, TextInLanguage, TextSignals
from pipeline.sentiment.load import load_ngram
from pipeline.stories import Clusters, own_words, words_of
from pipeline.stories.cluster import TOLD_POSTS
from pipeline.stories.keys import KeyedPost
from pipeline.stories.story import StorySums
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import encode
from schemas.mention import Mention, MentionBatch

USUAL = "usual talk"
BATCH_S = 10
CHECKED_EVERY = 200
MOST_OF_IT = 0.9
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
        self.ever: dict[int, StorySums] = {}
        self.spent_s = 0.0

    def advance(
        self,
        start_s: int,
        *,
        texts: Mapping[str, KeyedPost],
        text_count: int,
        passed_on: Mapping[str, KeyedPost],
        reposted: Mapping[str, int],
        shown: Mapping[str, str],
    ) -> list[StorySums]:
        """As ever, timed."""
        begun = time.process_time()
        heard = super().advance(
            start_s,
            texts=texts,
            text_count=text_count,
            passed_on=passed_on,
            reposted=reposted,
            shown=shown,
        )
        self.spent_s += time.process_time() - begun
        return heard

    def _give(self, row: KeyedPost, start_s: int, posts: int, text: str) -> int:
        seq = self.number[row.name] = super()._give(row, start_s, posts, text)
        if seq in self.state.stories:
            self.ever[seq] = self.state.stories[seq]
        return seq

    def _absorb(self, story: StorySums, seed: KeyedPost, seq: int, start_s: int) -> None:
        self.number[seed.name] = story.seq
        super()._absorb(story, seed, seq, start_s)

    def _bridge(
        self, story: StorySums, others: Sequence[int], row: KeyedPost, start_s: int
    ) -> StorySums:
        kept = super()._bridge(story, others, row, start_s)
        for seq in (story.seq, *others):
            if seq not in self.state.stories:
                self.into[seq] = kept.seq
        return kept

    def story_of(self, name: str) -> int:
        """Number of the story that a post ended up in; 0 if it was not looked at by itself."""
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
    return sorted(posts, key=lambda one: one.mention.created_at)


def batches(mentions: Iterable[Mention], brand: str) -> Iterator[MentionBatch]:
    """Ten seconds each, as a worker gets them."""
    waiting: list[Mention] = []
    number = 0

    def batch(watermark: datetime) -> MentionBatch:
        nonlocal number
        number += 1
        told = tuple(waiting)
        waiting.clear()
        return MentionBatch(
            brand=brand, source="bench", seq=number, watermark=watermark, mentions=told
        )

    for mention in mentions:
        if waiting and mention.created_at >= waiting[0].created_at + timedelta(seconds=BATCH_S):
            yield batch(mention.created_at)
        waiting.append(mention)
    if waiting:
        yield batch(waiting[-1].created_at + timedelta(hours=1))


class Run(NamedTuple):
    """What came out."""

    buckets: list[Bucket]
    traced: Traced
    most_bytes: int
    took_s: float


def run(mentions: Sequence[Mention], brand: Brand, model: Scorer) -> Run:
    """Roll mentions up."""
    rollup = BrandRollup(brand.id, RollupRules(), own_accounts=brand.own_accounts)
    traced = Traced(brand)
    rollup._stories = traced  # noqa: SLF001 - to see where each post goes
    buckets: list[Bucket] = []
    most = 0
    begun = time.process_time()
    checking = 0.0
    for offset, batch in enumerate(batches(mentions, brand.id)):
        rollup.take(offset, batch, rollup.scored(batch, model.score_many), model.version)
        buckets += rollup.close({})
        if offset % CHECKED_EVERY == 0:
            before = time.process_time()
            most = max(most, len(encode(traced.state)))
            checking += time.process_time() - before
    return Run(buckets, traced, most, time.process_time() - begun - checking)


def contents(posts: Iterable[Labelled], traced: Traced) -> dict[int, Counter[str]]:
    """What each story of five posts and more is made of; a repost goes where others of it went."""
    told = [one for one in posts if one.mention.author.handle.lower() not in BRAND.own_accounts]
    passed = {
        one.mention.ref_id: seq
        for one in told
        if one.mention.kind == "repost" and (seq := traced.story_of(one.mention.identity))
    }
    found: dict[int, Counter[str]] = {}
    for one in told:
        seq = traced.story_of(one.mention.identity)
        if not seq and one.mention.kind == "repost":
            seq = passed.get(one.mention.ref_id, 0)
        if seq:
            found.setdefault(seq, Counter())[one.episode] += 1
    return {seq: counts for seq, counts in found.items() if counts.total() >= TOLD_POSTS}


def judge(names: Sequence[str], posts: Sequence[Labelled], result: Run, show: int) -> str:
    """Return a line of figures; the largest stories are printed."""
    large = contents(posts, result.traced)
    totals = Counter(one.episode for one in posts)
    pure = sum(max(counts.values()) for counts in large.values())
    held = sum(counts.total() for counts in large.values())
    parts = [f"{len(posts):,} posts, {len(large)} stories, purity {pure / max(held, 1):.4f}"]
    leading = []
    for name in names:
        sizes = sorted(((counts[name], seq) for seq, counts in large.items()), reverse=True)
        if not sizes or not sizes[0][0]:
            continue
        leading.append(sizes[0][1])
        inside, needed, so_far = sum(n for n, _ in sizes), 0, 0
        while so_far < MOST_OF_IT * inside:
            so_far += sizes[needed][0]
            needed += 1
        parts.append(
            f"{name}: {inside / totals[name]:.2f} of {totals[name]:,} in stories, largest "
            f"{sizes[0][0] / totals[name]:.2f}, nine in ten in {needed}"
        )
    usual = sum(counts[USUAL] for counts in large.values()) / totals[USUAL]
    parts.append(f"{usual:.2f} of usual talk in stories")
    if len(leading) > 1:
        parts.append("separate" if len(set(leading)) == len(leading) else "NOT SEPARATE")
    for seq, counts in sorted(large.items(), key=lambda item: -item[1].total())[:show]:
        if (story := result.traced.ever.get(seq)) is not None:
            print("   ", dict(counts), story.labels(), story.coherence(), story.count_voices())
    return "; ".join([*parts, costs(len(posts), result)])


def costs(posts: int, result: Run) -> str:
    """Say what it took."""
    return (
        f"{result.most_bytes / 1000:.1f} kB, {result.took_s / posts * 1e6:.0f} µs a mention, "
        f"{result.traced.spent_s / posts * 1e6:.0f} of them for stories at closing"
    )


def real(file: Path, brands_file: Path, mapping: Path | None, show: int) -> None:
    """Print a line for each brand of a file, and its largest stories."""
    model = load_ngram()
    brands = load_brands(brands_file.read_text(encoding="utf-8"), str(brands_file))
    matcher = BrandMatcher(brands)
    by_brand: dict[str, list[Mention]] = {}
    for item in open_mentions([file], mapping=mapping):
        if isinstance(item, Mention):
            for name in matcher.match(item):
                by_brand.setdefault(name, []).append(item)
    for brand in brands.brands:
        mentions = sorted(by_brand.get(brand.id, []), key=lambda one: one.created_at)
        if not mentions:
            continue
        result = run(mentions, brand, model)
        last = {story.id: story for bucket in result.buckets for story in bucket.stories}
        print(f"{brand.id} · {len(mentions):,} posts, {len(last)} stories; ", end="")
        print(costs(len(mentions), result))
        for story in sorted(last.values(), key=lambda one: -one.posts)[:show]:
            sample = story.strongest.text if story.strongest else ""
            print(f"    {story.posts} posts, {story.voices} voices, {story.about}: {sample!r}")


class Constant:
    """A model that takes no time, so that nothing hides what stories take."""

    version = "none"

    def score_many(self, said: Sequence[TextInLanguage]) -> list[Score]:
        """Eight words of each text."""
        return [
            Score(Sentiment(0.4, 0.3, 0.3), TextSignals(0, tuple(text.split()[-8:])))
            for text, _ in said
        ]


def hot(*, seconds: int = 30, per_s: int = 10_000, rounds: int = 5) -> None:
    """Print processor time a mention of one brand with ``per_s`` mentions a second."""
    posts = [one.mention for one in mix(MIXES[1], seed=7, per_hour=120)]
    start = datetime(2010, 3, 18, tzinfo=UTC)
    stream = [
        replace(
            posts[n % len(posts)],
            id=str(n),
            created_at=start + timedelta(seconds=n / per_s),
            ref_id=f"{n % 300}" if posts[n % len(posts)].kind == "repost" else "",
        )
        for n in range(seconds * per_s)
    ]
    tell = Partial._tell  # noqa: SLF001 - to leave it out
    least: dict[str, float] = {}
    for _ in range(rounds):
        for name, told in (("without", lambda *_: None), ("with", tell)):
            Partial._tell = told  # type: ignore[method-assign,assignment] # noqa: SLF001
            took = run(stream, BRAND, Constant()).took_s / len(stream) * 1e6
            least[name] = min(took, least.get(name, took))
    print("; ".join(f"{name} stories {took:.1f} µs a mention" for name, took in least.items()))


def main() -> None:
    """Print a line for each mix and brand."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path)
    parser.add_argument("--brands", type=Path)
    parser.add_argument("--mapping", type=Path)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--per-hour", type=float, default=120.0)
    parser.add_argument("--hot", action="store_true")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}")
    if options.hot:
        hot()
    elif options.file:
        real(options.file, options.brands, options.mapping, options.show)
    else:
        model = load_ngram()
        for names in MIXES:
            posts = mix(names, seed=7, per_hour=options.per_hour)
            result = run([one.mention for one in posts], BRAND, model)
            print(" + ".join(names), "·", judge(names, posts, result, options.show), flush=True)


if __name__ == "__main__":
    main()
