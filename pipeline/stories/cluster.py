"""The stories of one brand, kept as its buckets close.

Each post goes to the story with which it has most in common, by the weights of ``usual``; where
that is too little it waits for an hour as a *seed*, of which another post can make a story. What
waited in vain was ordinary talk, and teaches which words are.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from pipeline.deletions.to_forget import ToForget, renamed
from pipeline.stories.keys import ROOT, TAG, KeyedPost, key_without, scatter
from pipeline.stories.sampling import TEXTS, narrow
from pipeline.stories.story import StorySums, post_of
from pipeline.stories.usual import STRONG, OrdinaryTalk

ENOUGH: Final = 2.0
"""Weight in common from which on two posts tell one story."""
SEEDS: Final = 32
STORIES: Final = 40
SEED_S: Final = 3600
ENDS_AFTER_S: Final = ((50, 6 * 3600), (5, 2 * 3600), (0, 3600))
"""A story of at least so many posts has ended when nothing was heard of it for so long."""
_SOONEST_S: Final = min(seconds for _, seconds in ENDS_AFTER_S)
CASCADES: Final = 32
"""Reposted posts of one bucket that are looked at, those with the most reposts."""
COMMON: Final = 12
"""A key of so many stories and seeds at once tells none from another."""
TOLD_POSTS: Final = 5
"""A story with fewer posts was talk."""
ORDINARY_AFTER_S: Final = 48 * 3600
"""What is still told after so long begins to be part of the usual talk."""
ENDS_LOOKED_AT_S: Final = 60
_BRIDGES: Final = 3
_BRIDGED_SHARE: Final = 0.3


class ClusterState(Struct, array_like=True):
    """Everything that has to survive: the index of keys is made from it."""

    next_seq: int = 0
    usual: OrdinaryTalk = field(default_factory=OrdinaryTalk)
    seeds: dict[int, KeyedPost] = field(default_factory=dict)
    stories: dict[int, StorySums] = field(default_factory=dict)
    looked_s: int = 0

    def forget(self, gone: ToForget) -> None:
        """Let go of the names that are to be forgotten, and of the texts of such posts."""
        for seed in self.seeds.values():
            seed.forget(gone)
        for story in self.stories.values():
            story.forget(gone)
        self.usual.counts = renamed(self.usual.counts, lambda key: key_without(key, gone))

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return the posts by accounts that are to be forgotten."""
        found = {seed.post for seed in self.seeds.values() if gone.author(seed.handle)}
        return found.union(*(story.posts_by(gone) for story in self.stories.values()))


class Clusters:
    """``state`` is what goes into a checkpoint; ``own``: words that only name the brand."""

    def __init__(self, own: Iterable[str] = (), state: ClusterState | None = None) -> None:
        self.state = state or ClusterState()
        self._own = frozenset(name for word in own for name in (word, TAG + word))
        self._weights: dict[str, float] = {}
        self._holders: dict[str, set[int]] = {}
        for seq, seed in self.state.seeds.items():
            self._index(seq, [*seed.keys, ROOT + seed.name])
        for seq, story in self.state.stories.items():
            self._index(seq, [*story.keys, *story.roots])

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
        """Take the posts of the bucket at ``start_s``; return the stories that they belong to.

        ``texts``: rows by id, all or a sample of ``text_count``. ``passed_on``: a row for each
        post that was reposted, ``reposted`` times. ``shown``: texts of some of the posts, by id.
        Rows are left as they are: stories keep copies of those that are looked at.
        """
        state = self.state
        state.usual.turn(start_s)
        self._weights.clear()
        self._end(start_s)
        heard: dict[int, None] = {}
        drawn = dict(texts)
        if len(drawn) > TEXTS:
            narrow(drawn)
        rows = [row.copy() for row in drawn.values()]
        for name, row in zip(drawn, rows, strict=True):
            row.name = name
        self._strip(rows)
        # By fingerprints: in the same order where an id is forgotten.
        chosen = sorted(rows, key=lambda row: (row.at_s, scatter(row.name), row.name))
        stands_for = _spread(text_count, len(chosen))
        for row, posts in zip(chosen, stands_for, strict=True):
            heard[self._give(row, start_s, posts, shown.get(row.name, ""))] = None
        by_print = sorted(passed_on, key=lambda root: (scatter(root), root))
        loudest = sorted(by_print, key=lambda root: -reposted.get(root, 0))[:CASCADES]
        carried = {root: passed_on[root].copy() for root in loudest}
        self._strip(carried.values())
        for root in filter(carried.__contains__, by_print):
            row = carried[root]
            row.keys.append(ROOT + root)
            posts = reposted.get(root, 1)
            heard[self._give(row, start_s, posts, row.text)] = None
        self._bound(start_s)
        return [state.stories[seq] for seq in sorted(heard) if seq in state.stories]

    def _give(self, row: KeyedPost, start_s: int, posts: int, text: str) -> int:
        """Give a row to a story, or let it wait; return the number under which it is now."""
        state = self.state
        common = self._in_common(row)
        ranked = [seq for seq, weight in common.items() if weight >= ENOUGH]
        if len(ranked) > 1:
            ranked.sort(key=lambda seq: (-common[seq], seq))
        stories = [seq for seq in ranked if seq in state.stories]
        if stories:
            story = state.stories[stories[0]]
        elif ranked or (row.passed_on and posts > 1):
            seq = ranked[0] if ranked else self._next_seq()
            story = self._begin(seq, row, start_s)
        else:
            seq = self._next_seq()
            row.text = ""
            state.seeds[seq] = row
            self._index(seq, [*row.keys, ROOT + row.name])
            return seq
        story.add(row, start_s, posts=posts, text=text)
        self._index(story.seq, [*row.keys, ROOT + row.name])
        for seq in ranked:
            if seq in state.seeds:
                self._absorb(story, state.seeds.pop(seq), seq, start_s)
        self._unindex(story.seq, story.bound())
        if start_s - story.started_s > ORDINARY_AFTER_S:
            state.usual.learn(row.keys)
        return self._bridge(story, stories[1:], row, start_s).seq if stories[1:] else story.seq

    def _in_common(self, row: KeyedPost) -> dict[int, float]:
        """What the row has in common with each story and seed that it shares a key with."""
        common: dict[int, float] = {}
        holders, weights, live = self._holders, self._weights, self.state.stories
        for key in row.keys:
            held = holders.get(key)
            if held is None:
                continue
            weight = weights.get(key)
            if weight is None:
                weight = weights[key] = self.state.usual.weight(key)
            if not weight or len(held) > COMMON:
                continue
            for seq in held:
                story = live.get(seq)
                part = weight if story is None else weight * story.affinity(key)
                common[seq] = common.get(seq, 0.0) + part
        own = holders.get(ROOT + row.name)  # answers may come before what they answer
        if own is not None:
            for seq in own:
                common[seq] = common.get(seq, 0.0) + STRONG
        return common

    def _strip(self, rows: Iterable[KeyedPost]) -> None:
        """Take away what only names the brand."""
        own = self._own
        for row in rows:
            if not own.isdisjoint(row.keys):
                row.keys = [key for key in row.keys if key not in own]

    def _begin(self, seq: int, row: KeyedPost, start_s: int) -> StorySums:
        seed = self.state.seeds.pop(seq, row)
        story = StorySums(seq=seq, started_s=min(seed.at_s, start_s), first=post_of(seed))
        self.state.stories[seq] = story
        if seed is not row:
            self._absorb(story, seed, seq, start_s)
        return story

    def _absorb(self, story: StorySums, seed: KeyedPost, seq: int, start_s: int) -> None:
        """Make a seed, one post that waited, part of a story."""
        story.add(seed, start_s, posts=1, text="")
        keys = [*seed.keys, ROOT + seed.name]
        if seq != story.seq:
            self._unindex(seq, keys)
            self._index(story.seq, keys)

    def _bridge(
        self, story: StorySums, others: Sequence[int], row: KeyedPost, start_s: int
    ) -> StorySums:
        """Note that a post could have gone to another story, too; join the two if many could."""
        for seq in others[:2]:
            other = self.state.stories[seq]
            older, younger = (other, story) if other.seq < story.seq else (story, other)
            bridged = younger.bridges[older.seq] = younger.bridges.get(older.seq, 0) + 1
            enough = max(_BRIDGES, _BRIDGED_SHARE * min(older.rows, younger.rows))
            if bridged >= enough or any(
                older.rests_on(key) and younger.rests_on(key) and self._weights.get(key)
                for key in row.keys
            ):
                self._unindex(younger.seq, [*younger.keys, *younger.roots])
                del self.state.stories[younger.seq]
                older.merge(younger, start_s)
                self._index(older.seq, [*younger.keys, *younger.roots])
                self._unindex(older.seq, older.bound())
                return older
        return story

    def _end(self, start_s: int) -> None:
        """Let go of what nothing was heard of for long."""
        state = self.state
        if start_s < state.looked_s + ENDS_LOOKED_AT_S:
            return
        state.looked_s = start_s
        for seq in [seq for seq, seed in state.seeds.items() if seed.at_s < start_s - SEED_S]:
            self._forget_seed(seq)
        silent = [
            seq
            for seq, one in state.stories.items()
            if one.last_s < start_s - _SOONEST_S
            and one.last_s < start_s - next(s for least, s in ENDS_AFTER_S if one.posts >= least)
        ]
        for seq in silent:
            self._forget_story(seq)

    def _bound(self, start_s: int) -> None:
        state = self.state
        if len(state.seeds) > SEEDS:
            for seq in list(state.seeds)[: len(state.seeds) - SEEDS]:
                self._forget_seed(seq)
        if len(state.stories) > STORIES:
            for story in state.stories.values():
                story.roll(start_s)
            ranked = sorted(
                state.stories.values(), key=lambda one: (sum(one.cells), one.last_s, one.seq)
            )
            for story in ranked[: len(ranked) - STORIES]:
                self._forget_story(story.seq)
            left = state.stories.keys()
            for story in state.stories.values():
                story.bridges = {seq: n for seq, n in story.bridges.items() if seq in left}

    def _forget_seed(self, seq: int) -> None:
        seed = self.state.seeds.pop(seq)
        self._unindex(seq, [*seed.keys, ROOT + seed.name])
        self.state.usual.learn(seed.keys)

    def _forget_story(self, seq: int) -> None:
        story = self.state.stories.pop(seq)
        self._unindex(seq, [*story.keys, *story.roots])
        if story.posts < TOLD_POSTS:
            self.state.usual.learn(story.keys, story.texts)

    def _next_seq(self) -> int:
        self.state.next_seq += 1
        return self.state.next_seq

    def _index(self, seq: int, keys: Iterable[str]) -> None:
        holders = self._holders
        for key in keys:
            held = holders.get(key)
            if held is None:
                holders[key] = {seq}
            else:
                held.add(seq)

    def _unindex(self, seq: int, keys: Iterable[str]) -> None:
        holders = self._holders
        for key in keys:
            held = holders.get(key)
            if held is not None:
                held.discard(seq)
                if not held:
                    del holders[key]


def _spread(total: int, over: int) -> list[int]:
    """Whole numbers that add up to ``total``, as equal as can be.

    >>> _spread(7, 3)
    [2, 2, 3]
    """
    return [(n + 1) * total // over - n * total // over for n in range(over)]
