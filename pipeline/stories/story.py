"""One story: sums over its posts, what they share, and how it goes on."""

from bisect import bisect_left
from math import log
from typing import Final

from msgspec import Struct, field

from pipeline.deletions.alias import alias_of, is_alias
from pipeline.deletions.to_forget import ToForget, renamed
from pipeline.stories.keys import (
    LINK,
    ROOT,
    TAG,
    TEXT_CHARACTERS,
    WORDING,
    KeyedPost,
    key_without,
)

KEYS: Final = 12
ROOTS: Final = 6
VOICES: Final = 32
LANGUAGES: Final = 6
ABSORBED: Final = 4
CELL_S: Final = 600
CELLS: Final = 6
LABELS: Final = 4
_LABEL_SHARE: Final = 0.12
_CORE: Final = 4
_RESTS_ROWS: Final = 3
_LINK_RESTS, _TAG_RESTS = 0.04, 0.2
_REPOSTS_A_VOICE: Final = 3.0
_LARGEST: Final = 0xFFFF_FFFF
_CARRIED: Final = 3
"""A post that was passed on so often speaks for a story rather than one with many followers."""


class MemberPost(Struct, array_like=True):
    """A post of a story. ``rank``: by which the strongest is chosen.

    That is the one that was passed on most, or of those whose text is known the one with the most
    followers behind it.
    """

    id: str
    handle: str
    at_s: int
    text: str = ""
    rank: tuple[int, int, int] = (0, 0, 0)

    def forget(self, gone: ToForget) -> None:
        """Let go of it, if it is to be forgotten, but for its rank."""
        if gone.has(self.id, self.handle):
            self.id, self.handle, self.text = alias_of(self.id), "", ""


class StorySums(Struct, array_like=True):
    """Sums over the posts of one story. ``rows``: how many were given to it one by one.

    ``voices``: the smallest fingerprints of the authors of its texts, by which their number is
    known: exactly up to 32, within 18 % beyond (K. Beyer et al., "On Synopses for Distinct-Value
    Estimation Under Multiset Operations", SIGMOD 2007). ``keys``: in how many rows each stands.
    ``roots``: its posts, with how often each was reposted. ``cells``: posts of the newest ten
    minutes, numbered ``cell``, and of those before. ``bridges``: rows that an older story could
    have had as well.
    """

    seq: int
    started_s: int
    first: MemberPost
    last_s: int = 0
    rows: int = 0
    texts: int = 0
    reposts: int = 0
    negative: int = 0
    attack: int = 0
    strongest: MemberPost | None = None
    languages: dict[str, int] = field(default_factory=dict)
    voices: list[int] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    roots: dict[str, int] = field(default_factory=dict)
    cell: int = 0
    cells: list[int] = field(default_factory=list)
    bridges: dict[int, int] = field(default_factory=dict)
    absorbed: list[str] = field(default_factory=list)
    told_s: int = 0
    told_posts: int = 0

    @property
    def id(self) -> str:
        """Its name, stable as long as it lives.

        >>> StorySums(seq=3, started_s=1268816400, first=MemberPost("7", "a", 0)).id
        '1268816400-3'
        """
        return f"{self.started_s}-{self.seq}"

    @property
    def posts(self) -> int:
        """Texts and reposts."""
        return self.texts + self.reposts

    def add(self, row: KeyedPost, start_s: int, *, posts: int, text: str) -> None:
        """Take a row: ``posts`` texts, or the reposts of one post."""
        self.roll(start_s)
        self.cells[0] += posts
        self.rows += 1
        self.last_s = max(self.last_s, start_s)
        self.negative += row.negative * posts
        self.attack += row.attack * posts
        self.languages[row.lang] = self.languages.get(row.lang, 0) + posts
        if len(self.languages) > 2 * LANGUAGES:
            self.languages = _largest(self.languages, LANGUAGES)
        if row.passed_on:
            self.reposts += posts
            self._take_reposts(row, posts)
        else:
            self.texts += posts
            if not any(key[0] == WORDING and key in self.keys for key in row.keys):
                self._hear(row.author)
            self._offer(post_of(row, text, (0, int(bool(text)), row.followers)))
        self.roots.setdefault(ROOT + row.name, 0)
        for key in row.keys:
            if key[0] == ROOT:
                self.roots.setdefault(key, 0)
            else:
                self.keys[key] = self.keys.get(key, 0) + 1

    def _take_reposts(self, row: KeyedPost, posts: int) -> None:
        root = next((key for key in row.keys if key[0] == ROOT), "")
        passed = self.roots[root] = self.roots.get(root, 0) + posts
        self._offer(post_of(row, row.text, (passed if passed >= _CARRIED else 0, 1, 0)))

    def _offer(self, post: MemberPost) -> None:
        known = self.strongest
        if known is None or post.rank > known.rank or (post.id == known.id and not known.text):
            self.strongest = post
        elif known.id == post.id and post.rank >= known.rank:
            known.rank = post.rank

    def _hear(self, author: int) -> None:
        voices = self.voices
        if len(voices) < VOICES or author < voices[-1]:
            place = bisect_left(voices, author)
            if place == len(voices) or voices[place] != author:
                voices.insert(place, author)
                del voices[VOICES:]

    def roll(self, start_s: int) -> None:
        """Bring the ten-minute cells to ``start_s``."""
        cell = start_s // CELL_S
        passed = min(cell - self.cell, CELLS) if self.cells else CELLS
        if passed > 0:
            self.cells = [*([0] * passed), *self.cells][:CELLS]
            self.cell = cell

    def bound(self) -> list[str]:
        """Let go of keys and roots beyond what is kept; return those that went."""
        gone: list[str] = []
        if len(self.keys) > 2 * KEYS:
            kept = _largest(self.keys, KEYS)
            gone += [key for key in self.keys if key not in kept]
            self.keys = kept
        if len(self.roots) > 2 * ROOTS:
            kept = _largest(self.roots, ROOTS)
            gone += [key for key in self.roots if key not in kept]
            self.roots = kept
        return gone

    def forget(self, gone: ToForget) -> None:
        """Let go of the names that are to be forgotten, and of the texts of such posts."""
        for post in filter(None, (self.first, self.strongest)):
            post.forget(gone)
        self.keys = renamed(self.keys, lambda key: key_without(key, gone))
        self.roots = renamed(self.roots, lambda key: key_without(key, gone))

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return those of its posts that are by accounts which are to be forgotten."""
        posts = filter(None, (self.first, self.strongest))
        return {one.id for one in posts if gone.author(one.handle)}

    def affinity(self, key: str) -> float:
        """How much ``key`` stands for the story, 0 to 1: a word of one post in four does fully."""
        kind = key[0]
        if kind == ROOT:
            return 1.0 if key in self.roots else 0.0
        count = self.keys.get(key, 0)
        if kind in (LINK, WORDING):
            return 1.0 if count else 0.0
        return min(1.0, _CORE * count / self.rows)

    def rests_on(self, key: str) -> bool:
        """Whether so much of the story carries a link, wording or hashtag that it is about it."""
        kind, count = key[0], self.keys.get(key, 0)
        if kind in (LINK, WORDING):
            return count >= _RESTS_ROWS and count >= _LINK_RESTS * self.rows
        return kind == TAG and count >= _RESTS_ROWS and count >= _TAG_RESTS * self.rows

    def merge(self, other: "StorySums", start_s: int) -> None:
        """Take over everything of a story that turned out to be the same."""
        self.roll(start_s)
        other.roll(start_s)
        self.cells = [mine + theirs for mine, theirs in zip(self.cells, other.cells, strict=True)]
        self.last_s = max(self.last_s, other.last_s)
        for name in ("rows", "texts", "reposts", "negative", "attack"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("languages", "keys", "roots"):
            mine = getattr(self, name)
            for key, count in getattr(other, name).items():
                mine[key] = mine.get(key, 0) + count
        self.voices = sorted({*self.voices, *other.voices})[:VOICES]
        if other.strongest is not None:
            self._offer(other.strongest)
        self.absorbed = [*self.absorbed, *other.absorbed, other.id][-ABSORBED:]

    def count_voices(self) -> int:
        """How many speak of their own accord: authors, and reposts, each of which says less.

        A wording that was posted before is no voice; n reposts of one post are 3 ln(1 + n/3).

        >>> story = StorySums(seq=0, started_s=0, first=MemberPost("7", "a", 0), roots={">7": 150})
        >>> story.count_voices()
        12
        """
        texts: float = len(self.voices)
        if texts >= VOICES:
            texts = (VOICES - 1) * _LARGEST / max(self.voices[-1], 1)
        passed = sum(_REPOSTS_A_VOICE * log(1 + n / _REPOSTS_A_VOICE) for n in self.roots.values())
        return min(round(texts + passed), self.posts) if self.posts else round(texts + passed)

    def growth(self, end_s: int) -> float:
        """Posts of the last ten to twenty minutes per those of the twenty before; 0: too young."""
        within = (end_s - self.cell * CELL_S) / CELL_S
        if len(self.cells) < CELLS or self.cell * CELL_S - CELL_S - self.started_s < CELL_S:
            return 0.0
        late = (self.cells[0] + self.cells[1]) / (1 + min(max(within, 0.0), 1.0))
        early = (self.cells[2] + self.cells[3]) / 2
        return round((late + 0.5) / (early + 0.5), 2)

    def coherence(self) -> float:
        """Share of its rows that carry what most of them carry."""
        return round(min(max(self.keys.values(), default=0) / max(self.rows, 1), 1.0), 3)

    def labels(self) -> tuple[str, ...]:
        """What it is about: words, hashtags, a link where nothing else is shared; most first."""
        least = max(_LABEL_SHARE * self.rows, 2)
        ranked = sorted(self.keys.items(), key=lambda item: (-item[1], item[0]))
        shown = [key for key, n in ranked if key[0] not in (LINK, WORDING) and n >= least]
        bare = {key[1:] for key in shown if key[0] == TAG}
        shown = [key for key in shown if key not in bare]
        links = [key[1:] for key, n in ranked if key[0] == LINK and n >= least]
        links = [link for link in links if not is_alias(link)]
        return (*shown[: LABELS - len(links[:1])], *links[:1]) or self._spoken()

    def _spoken(self) -> tuple[str, ...]:
        return tuple(key for key in self.keys if key[0] not in (LINK, WORDING))[:LABELS]


def post_of(row: KeyedPost, text: str = "", rank: tuple[int, int, int] = (0, 0, 0)) -> MemberPost:
    """The post that a row stands for: where it is a repost, the one that was passed on."""
    return MemberPost(row.post, row.handle, row.at_s, text[:TEXT_CHARACTERS], rank)


def _largest(counts: dict[str, int], most: int) -> dict[str, int]:
    """The largest ``most``; of equals the later ones. Their order stays."""
    later = dict(reversed(counts.items()))
    chosen = set(sorted(later, key=later.__getitem__, reverse=True)[:most])
    return {key: count for key, count in counts.items() if key in chosen}
