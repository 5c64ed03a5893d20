"""What the closed buckets of a brand leave behind: who spoke, in which words, about what.

What a bucket says of newcomers, copies, voices, stories and the watch list rests on all buckets
before it, so buckets are closed in order of time. A ``RememberedAt`` is what was remembered at one
point, from which the buckets behind it can be closed again, with what came late in its place.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from msgspec import Raw, Struct, field

from pipeline.deletions.to_forget import ToForget
from pipeline.reading.state import ReadingState
from pipeline.rollup.entry import Closing
from pipeline.rollup.partial import Partial
from pipeline.rollup.speakers.authors import AuthorMemory
from pipeline.rollup.speakers.near_duplicates import WordingMemory
from pipeline.rollup.speakers.voices import VoiceMemory
from pipeline.rollup.speakers.watching import WatchMemory
from pipeline.stories import Clusters, ClusterState, told
from schemas.bucket import Bucket
from schemas.codec import encode
from schemas.mention import Gap
from schemas.reading import Reading


class Rest(Struct, array_like=True):
    """What is remembered beside fingerprints. It is small, so it is copied by encoding it."""

    stories: ClusterState | None = None
    voices: VoiceMemory = field(default_factory=VoiceMemory)
    reading: ReadingState = field(default_factory=ReadingState)
    watch: WatchMemory = field(default_factory=WatchMemory)

    def forget(self, gone: ToForget) -> None:
        """Let go of what is to be forgotten; no count moves."""
        if self.stories is not None:
            self.stories.forget(gone)
        self.reading.cascades.forget(gone)
        self.watch.forget(gone)

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return the posts by accounts that are to be forgotten."""
        told = set() if self.stories is None else self.stories.posts_by(gone)
        return told | self.watch.posts_by(gone)


class Packed(Struct, array_like=True):
    """A snapshot as a checkpoint holds it. ``rest``: see ``Rest``."""

    from_s: int
    previous_end_s: int
    authors_started_s: int
    authors_current: bytes
    authors_previous: bytes
    wordings_started_s: int
    wordings_current: bytes
    wordings_previous: bytes
    rest: Raw


class RememberedAt(NamedTuple):
    """What was remembered at one point: all buckets that begin before ``from_s``, and no other.

    ``previous_end_s``: end of the last of them.
    """

    from_s: int
    previous_end_s: int
    authors: AuthorMemory
    wordings: WordingMemory
    rest: bytes

    def packed(self) -> Packed:
        """As a checkpoint holds it."""
        authors, wordings = self.authors, self.wordings
        return Packed(
            from_s=self.from_s,
            previous_end_s=self.previous_end_s,
            authors_started_s=authors.started_s,
            authors_current=authors.pack(authors.current),
            authors_previous=authors.pack(authors.previous),
            wordings_started_s=wordings.started_s,
            wordings_current=wordings.pack(wordings.current),
            wordings_previous=wordings.pack(wordings.previous),
            rest=Raw(self.rest),
        )

    @classmethod
    def unpacked(cls, packed: Packed) -> "RememberedAt":
        """The reverse of ``packed``."""
        return cls(
            packed.from_s,
            packed.previous_end_s,
            AuthorMemory(
                packed.authors_started_s,
                AuthorMemory.unpack(packed.authors_current),
                AuthorMemory.unpack(packed.authors_previous),
            ),
            WordingMemory(
                packed.wordings_started_s,
                WordingMemory.unpack(packed.wordings_current),
                WordingMemory.unpack(packed.wordings_previous),
            ),
            bytes(packed.rest),
        )


class Remembered:
    """What is remembered of ``brand`` now. ``names``: words that only name the brand.

    ``apart``: the one network that is counted, if it is one.
    """

    def __init__(self, brand: str, width_s: int, names: Iterable[str], apart: str = "") -> None:
        self._brand = brand
        self._apart = apart
        self._width_s = width_s
        self._names = frozenset(names)
        self.previous_end_s = 0
        """End of the last bucket."""
        self.reading = ReadingState()
        self._authors = AuthorMemory()
        self._wordings = WordingMemory()
        self._stories = Clusters(self._names)
        self._voices = VoiceMemory()
        self._watch = WatchMemory()

    def snapshot(self, from_s: int) -> RememberedAt:
        """What is remembered now. ``from_s``: no bucket was closed that begins there or later."""
        rest = Rest(self._stories.state, self._voices, self.reading, self._watch)
        return RememberedAt(
            from_s, self.previous_end_s, self._authors.copy(), self._wordings.copy(), encode(rest)
        )

    def go_back(self, snapshot: RememberedAt) -> None:
        """Remember what was remembered then; the snapshot can be used again."""
        rest = read_rest(snapshot.rest)
        self.previous_end_s = snapshot.previous_end_s
        self._authors = snapshot.authors.copy()
        self._wordings = snapshot.wordings.copy()
        self._stories = Clusters(self._names, rest.stories)
        self._voices, self.reading, self._watch = rest.voices, rest.reading, rest.watch

    def close(self, partial: Partial, closing: Closing, reading: Reading | None) -> Bucket:
        """The bucket that ``partial`` makes, which is left as it is; and remember it."""
        start_s = partial.start_s
        end_s = start_s + self._width_s
        gaps = _touching(closing.gaps, self.previous_end_s, end_s)
        self.previous_end_s = end_s
        stories = self._stories.advance(
            start_s,
            texts=partial.texts,
            text_count=partial.mentions - partial.reposts,
            passed_on=partial.passed,
            reposted=partial.reposted,
            shown={example.id: example.text for example in partial.examples},
        )
        return partial.close(
            self._brand,
            self._width_s,
            new_authors=self._authors.count_new(start_s, partial.authors),
            copies=self._wordings.copies(start_s, partial.wordings),
            voices=self._voices.close(start_s, partial.voices, self._authors, self._wordings),
            gaps=gaps,
            sources=closing.live,
            blind=closing.blind,
            stories=told(stories, end_s),
            quarantined=closing.quarantined,
            reading=reading,
            watched=self._watch.close(start_s, partial.notes),
            apart=self._apart,
        )


def touches(gap: Gap, start_s: int, end_s: int) -> bool:
    """Whether a gap and a stretch of time have something in common."""
    return gap.start.timestamp() < end_s and gap.end.timestamp() > start_s


def _touching(gaps: Iterable[Gap], start_s: int, end_s: int) -> tuple[Gap, ...]:
    found = {(gap.start, gap.end, gap.cause): gap for gap in gaps if touches(gap, start_s, end_s)}
    return tuple(found[key] for key in sorted(found))


read_rest = msgspec.json.Decoder(Rest).decode
