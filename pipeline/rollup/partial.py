"""What some mentions add to one bucket: a commutative sum, so any order gives the same bucket."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import nsmallest
from itertools import chain
from operator import attrgetter
from typing import Any, Final, TypeVar

from msgspec import Struct, field
from msgspec.structs import fields

from pipeline.deletions.alias import print32
from pipeline.deletions.to_forget import ToForget, renamed
from pipeline.reading.offered import Offered
from pipeline.rollup.speakers.voices import NEGATIVE, POSITIVE, Voice, marks_of, voice_of
from pipeline.rollup.speakers.watching import Note
from pipeline.sentiment.api import Cue, Score
from pipeline.stories.keys import KeyedPost, attacks, row_of, scatter
from pipeline.stories.sampling import ALL, MOST_TEXTS, narrow
from schemas.base import Counted
from schemas.bucket import (
    MOST_REACH,
    MOST_WEIGHTED,
    Bucket,
    Example,
    Influencer,
    SourceCounts,
    Story,
    Voices,
    Watched,
)
from schemas.mention import Gap, Mention
from schemas.reading import Reading

Key = TypeVar("Key", str, int)

TOP = 10
EXAMPLES = 3
EXAMPLE_CHARACTERS = 280
TAGS_PER_MENTION = 20
TAG_CHARACTERS = 200
INFLUENCERS = 5
WORDINGS = 5
YOUNG = timedelta(days=30)
"""An account younger than this is called young: bought and thrown-away ones mostly are."""

CUE_COUNTS: Final = tuple((cue.value, str(cue.name).lower()) for cue in Cue)
"""Each cue and the count of it, which bears its name here and in the bucket."""


def _tally(counts: dict[Key, int], keys: Iterable[Key]) -> None:
    get = counts.get
    for key in keys:
        counts[key] = get(key, 0) + 1


def _tally_tags(counts: dict[str, int], tags: Iterable[Sequence[str]]) -> None:
    """Count what each mention carries, once a mention."""
    carried = [dict.fromkeys(each[:TAGS_PER_MENTION]) for each in tags if each]
    _tally(counts, [key[:TAG_CHARACTERS] for key in chain.from_iterable(carried)])


def _lower(tags: Iterable[Sequence[str]]) -> list[list[str]]:
    return [[tag.lower() for tag in each] for each in tags if each]


def _top(counts: dict[str, int], most: int = TOP) -> tuple[Counted, ...]:
    """The most frequent first; equals in order of name, so that the order never depends on luck."""
    if len(counts) <= 1:
        return tuple(counts.items())
    items = list(counts.items())
    if len(items) > most:
        # Few are compared by name: most keys of a loud bucket come once.
        least = sorted(counts.values(), reverse=True)[most - 1]
        frequent = [item for item in items if item[1] > least]
        others = nsmallest(most - len(frequent), [key for key, n in items if n == least])
        items = [*frequent, *((key, least) for key in others)]
    return tuple(sorted(items, key=lambda item: (-item[1], item[0])))


def _louder(example: Example) -> tuple[int, str]:
    return (-example.followers, example.id)


class Partial(Struct, array_like=True):
    """Sums over distinct mentions of one brand in one bucket; an array in JSON.

    Fractions are kept as whole thousandths: sums of floats would depend on their order.
    """

    start_s: int
    ids: list[str] = field(default_factory=list)
    mentions: int = 0
    weighted_milli: int = 0
    originals: int = 0
    reposts: int = 0
    replies: int = 0
    quotes: int = 0
    own: int = 0
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    p_negative_milli: int = 0
    outrage: int = 0
    boycott: int = 0
    complaint: int = 0
    first_person: int = 0
    takedown: int = 0
    reach: int = 0
    duplicates: int = 0
    edited: int = 0
    late: int = 0
    future: int = 0
    authors: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    hashtags: dict[str, int] = field(default_factory=dict)
    links: dict[str, int] = field(default_factory=dict)
    handles: dict[str, int] = field(default_factory=dict)
    terms: dict[str, int] = field(default_factory=dict)
    reposted: dict[str, int] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    model: str = ""
    aged: int = 0
    young: int = 0
    followers: dict[str, int] = field(default_factory=dict)
    """Of the authors with the most: the largest few of a union are among the largest of each."""
    passed_on: dict[str, int] = field(default_factory=dict)
    wordings: dict[int, int] = field(default_factory=dict)
    sad_news: int = 0
    texts: dict[str, KeyedPost] = field(default_factory=dict)
    """A sample of the posts that are no reposts, by id, of which stories are made."""
    passed: dict[str, KeyedPost] = field(default_factory=dict)
    """One repost of each post that was reposted, by that post."""
    widest: int = ALL
    """Posts that are scattered beyond are not in the sample."""
    voices: list[Voice] = field(default_factory=list)
    offered: Offered | None = None
    """What may be read carefully; none where the worker has no reader."""
    notes: list[Note] = field(default_factory=list)
    by_source: dict[str, list[int]] = field(default_factory=dict)
    """Mentions of each network, those that are negative, and those that attack."""

    def offer(self, mention: Mention, score: Score) -> None:
        """Offer a mention that was added to careful reading."""
        if self.offered is None:
            self.offered = Offered()
        self.offered.add(mention, score, self.start_s)

    def add(
        self,
        mentions: Sequence[Mention],
        scores: Sequence[Score],
        wordings: Sequence[int],
        known: Sequence[int],
    ) -> list[int]:
        """Count mentions whose ids are new to this bucket; return what is noted of each, in marks.

        ``wordings``: fingerprints of their own words; 0 for none. ``known``: the marks that do not
        hang on a score, such as ``ADDRESSED``, ``RIVAL`` and ``ALLY``.
        """
        marks = [
            one | marks_of(score, repost=mention.kind == "repost", addressed=False)
            for mention, score, one in zip(mentions, scores, known, strict=True)
        ]
        self.voices += map(voice_of, mentions, scores, wordings, marks)
        self.mentions += len(mentions)
        self.weighted_milli += sum([round(mention.weight * 1000) for mention in mentions])
        self._add_kinds(mentions)
        self._add_scores(scores, marks)
        self._add_authors(mentions)
        _tally(self.wordings, filter(None, wordings))
        _tally(self.languages, [mention.lang for mention in mentions])
        _tally_tags(self.hashtags, _lower([mention.hashtags for mention in mentions]))
        _tally_tags(self.links, [mention.urls for mention in mentions])
        _tally_tags(self.handles, _lower([mention.addressed for mention in mentions]))
        _tally_tags(self.terms, [score.signals.terms for score in scores])
        for told in zip(mentions, scores, wordings, marks, strict=True):
            self._tell(*told)
        return marks

    def _add_kinds(self, mentions: Iterable[Mention]) -> None:
        kinds = [mention.kind for mention in mentions]
        reposts, quotes = kinds.count("repost"), kinds.count("quote")
        self.originals += kinds.count("original")
        self.replies += kinds.count("reply")
        self.reposts += reposts
        self.quotes += quotes
        if reposts:
            reposted = [mention.ref_id for mention in mentions if mention.kind == "repost"]
            _tally(self.reposted, filter(None, reposted))
        if reposts or quotes:
            passed_on = [
                mention.ref_author[:TAG_CHARACTERS]
                for mention in mentions
                if mention.kind in ("repost", "quote")
            ]
            _tally(self.passed_on, filter(None, passed_on))

    def _add_authors(self, mentions: Sequence[Mention]) -> None:
        authors = [mention.author for mention in mentions]
        names = [author.handle or author.id for author in authors]
        _tally(self.authors, names)
        for name, author in zip(names, authors, strict=True):
            if author.followers:
                self.reach += author.followers
                self._reach(name, author.followers)
        ages = [
            mention.created_at - mention.author.created_at
            for mention in mentions
            if mention.author.created_at is not None
        ]
        self.aged += len(ages)
        self.young += sum([age < YOUNG for age in ages])

    def _add_scores(self, scores: Sequence[Score], marks: Sequence[int]) -> None:
        negative = sum([one & NEGATIVE > 0 for one in marks])
        positive = sum([one & POSITIVE > 0 for one in marks])
        self.negative += negative
        self.positive += positive
        self.neutral += len(marks) - negative - positive
        self.p_negative_milli += sum([round(one.sentiment.p_negative * 1000) for one in scores])
        cues = [score.signals.cues for score in scores if score.signals.cues]
        for cue, name in CUE_COUNTS if cues else ():
            setattr(self, name, getattr(self, name) + sum([one & cue > 0 for one in cues]))

    def _tell(self, mention: Mention, score: Score, wording: int, marks: int) -> None:
        """Keep what examples and stories need of it."""
        name, negative = mention.identity, marks & NEGATIVE > 0
        if mention.kind == "repost":
            root = mention.ref_id
            known = self.passed.get(root)
            if root and (known is None or _drawn(name) < _drawn(known.name)):
                self.passed[root] = row_of(mention, score, wording, negative=negative)
            return
        if self._is_loud(mention):
            self._show(mention, score.sentiment.p_negative, wording)
        if self.widest == ALL or scatter(name) <= self.widest:
            self.texts[name] = row_of(mention, score, wording, negative=negative)
            if len(self.texts) > MOST_TEXTS:
                self.widest = narrow(self.texts)

    def _reach(self, name: str, followers: int) -> None:
        known = self.followers
        if followers <= known.get(name, 0):
            return
        if len(known) < INFLUENCERS or name in known or followers >= min(known.values()):
            known[name] = followers
            if len(known) > INFLUENCERS:
                del known[max(known, key=lambda one: (-known[one], one))]

    def _is_loud(self, mention: Mention) -> bool:
        """Whether it is among the examples, whatever else has come."""
        examples, followers = self.examples, mention.author.followers
        if len(examples) < EXAMPLES:
            return True
        last = examples[-1]
        return followers > last.followers or (followers == last.followers and mention.id < last.id)

    def _show(self, mention: Mention, p_negative: float, wording: int) -> None:
        example = Example(
            id=mention.id,
            handle=mention.author.handle or mention.author.id,
            followers=mention.author.followers,
            created_at=mention.created_at,
            kind=mention.kind,
            text=mention.text[:EXAMPLE_CHARACTERS],
            p_negative=round(p_negative, 3),
            wording=wording_name(wording),
            lang=mention.lang,
        )
        self.examples = sorted([*self.examples, example], key=_louder)[:EXAMPLES]

    def merge(self, other: "Partial") -> None:
        """Add another part of the same bucket."""
        self.ids += other.ids
        self.voices += other.voices
        self.notes += other.notes
        for name, value in zip(SUMS, _summed(other), strict=True):
            if value:
                setattr(self, name, getattr(self, name) + value)
        for name in TALLIES:
            if theirs := getattr(other, name):
                mine = getattr(self, name)
                get = mine.get
                for key, count in theirs.items():
                    mine[key] = get(key, 0) + count
        if other.followers:
            for name, followers in other.followers.items():
                self._reach(name, followers)
        self._bring_more(other)
        self._tell_more(other)
        if other.examples:
            self.examples = sorted([*self.examples, *other.examples], key=_louder)[:EXAMPLES]
        if other.offered is not None:
            self.offered = self.offered or Offered()
            self.offered.merge(other.offered)
        # Two versions meet in one bucket only while a new model is being swapped in.
        self.model = max(self.model, other.model)

    def bring(self, networks: Iterable[str], scores: Iterable[Score], marks: Iterable[int]) -> None:
        """Note which networks brought mentions that were added. ``marks``: as ``add`` gave them."""
        for network, score, one in zip(networks, scores, marks, strict=True):
            brought = self.by_source.get(network)
            if brought is None:
                brought = self.by_source[network] = [0, 0, 0]
            brought[0] += 1
            if one & NEGATIVE:
                brought[1] += 1
            if attacks(score):
                brought[2] += 1

    def _bring_more(self, other: "Partial") -> None:
        for network, theirs in other.by_source.items():
            brought = self.by_source.get(network, (0, 0, 0))
            self.by_source[network] = [a + b for a, b in zip(brought, theirs, strict=True)]

    def forget(self, gone: ToForget) -> None:
        """Let go of texts, and put aliases for names, that are to be forgotten; no count moves.

        Forgetting in the parts of a bucket and in their sum comes to the same.
        """
        self.ids = [gone.id_of(one) for one in self.ids]
        for name in ("authors", "handles", "followers", "passed_on"):
            setattr(self, name, renamed(getattr(self, name), gone.name_of))
        self.reposted = renamed(self.reposted, gone.id_of)
        self.links = renamed(self.links, gone.url_of)
        self.examples = [one for one in self.examples if not gone.has(one.id, one.handle)]
        for rows in (self.texts, self.passed):
            for name, row in rows.items():
                row.forget(gone, name)
        self.texts = renamed(self.texts, gone.id_of)
        self.passed = renamed(self.passed, gone.id_of)
        if self.offered is not None:
            self.offered.forget(gone)
        self.notes = [note.without(gone) for note in self.notes]

    def posts_by(self, gone: ToForget) -> set[str]:
        """Return the posts by accounts that are to be forgotten.

        A voice knows the fingerprints of its post and of its author.
        """
        found = {one.id for one in self.examples if gone.author(one.handle)}
        for rows in (self.texts, self.passed):
            found |= {name for name, row in rows.items() if gone.author(row.handle)}
        if self.offered is not None:
            found |= self.offered.posts_by(gone)
        found |= {note.post for note in self.notes if gone.author(note.handle)}
        authors = {print32(name) for name in self.authors if gone.author(name)}
        if authors:
            said = {voice.id for voice in self.voices if voice.author in authors}
            found |= {one for one in self.ids if print32(one) in said}
        return found

    def _tell_more(self, other: "Partial") -> None:
        if other.texts:
            self.texts.update(other.texts)
            self.widest = min(self.widest, other.widest)
            if len(self.texts) > MOST_TEXTS:
                self.widest = min(self.widest, narrow(self.texts))
        for root, row in other.passed.items():
            known = self.passed.get(root)
            if known is None or _drawn(row.name) < _drawn(known.name):
                self.passed[root] = row

    def close(
        self,
        brand: str,
        width_s: int,
        *,
        new_authors: int,
        copies: Mapping[int, int],
        voices: Voices | None = None,
        gaps: tuple[Gap, ...],
        sources: tuple[str, ...],
        blind: tuple[str, ...],
        stories: tuple[Story, ...] = (),
        quarantined: tuple[str, ...] = (),
        reading: Reading | None = None,
        watched: tuple[Watched, ...] = (),
        apart: str = "",
    ) -> Bucket:
        """The bucket as it is published. ``copies``: posts a wording that repeat an earlier one."""
        start = datetime.fromtimestamp(self.start_s, UTC)
        counts: dict[str, Any] = dict(zip(COPIED, _copied(self), strict=True))
        return Bucket(
            brand=brand,
            start=start,
            width_s=width_s,
            watermark=datetime.fromtimestamp(self.start_s + width_s, UTC),
            weighted=min(self.weighted_milli / 1000, MOST_WEIGHTED),
            p_negative_sum=self.p_negative_milli / 1000,
            authors=len(self.authors),
            new_authors=new_authors,
            reach=min(self.reach, MOST_REACH),
            languages=_top(self.languages),
            hashtags=_top(self.hashtags),
            links=_top(self.links),
            handles=_top(self.handles),
            terms=_top(self.terms),
            loudest=_top(self.authors, 5),
            reposted=_top(self.reposted, 5),
            influencers=self._influencers(),
            compared=sum(self.wordings.values()),
            copied=sum(copies.values()),
            wordings=_top({wording_name(one): n for one, n in copies.items()}, WORDINGS),
            examples=tuple(self.examples),
            gaps=gaps,
            sources=sources,
            blind=blind,
            stories=stories,
            quarantined=quarantined,
            voices=voices,
            model=self.model,
            reading=reading,
            watched=watched,
            by_source=self._by_source(),
            apart=apart,
            **counts,
        )

    def _by_source(self) -> tuple[SourceCounts, ...]:
        """Those that brought most come first."""
        most = sorted(self.by_source.items(), key=lambda one: (-one[1][0], one[0]))[:TOP]
        return tuple(
            SourceCounts(source=name, mentions=mentions, negative=negative, attacks=attack)
            for name, (mentions, negative, attack) in most
        )

    def _influencers(self) -> tuple[Influencer, ...]:
        """Those with the most followers, then those whose posts were passed on most."""
        far = [name for name, _ in _top(self.followers, INFLUENCERS)]
        passed = [name for name, _ in _top(self.passed_on, INFLUENCERS)] if self.passed_on else []
        return tuple(
            Influencer(
                handle=name,
                posts=self.authors.get(name, 0),
                followers=self.followers.get(name, 0),
                reposts=self.passed_on.get(name, 0),
            )
            for name in dict.fromkeys([*far, *passed])
        )


_FIELDS: Final = {one.name: one.type for one in fields(Partial)}

SUMS: Final = tuple(
    name for name, kind in _FIELDS.items() if kind is int and name not in {"start_s", "widest"}
)
"""Counts that are added where two parts of a bucket meet."""

COPIED: Final = tuple(name for name in SUMS if name in Bucket.__struct_fields__ and name != "reach")
"""Those of them that the bucket states as they are."""

_copied: Final = attrgetter(*COPIED)
_summed: Final = attrgetter(*SUMS)

TALLIES: Final = tuple(
    name
    for name, kind in _FIELDS.items()
    if kind in (dict[str, int], dict[int, int]) and name != "followers"
)
"""Tables of counts that are added key by key; of followers the most counts."""


def _drawn(name: str) -> tuple[int, str]:
    """By which one of several reposts stands for a post: the same where an id is forgotten.

    >>> from pipeline.deletions.alias import alias_of
    >>> _drawn(alias_of("7"))[0] == _drawn("7")[0]
    True
    """
    return scatter(name), name


def wording_name(wording: int) -> str:
    """A fingerprint as records state it; empty for 0, no wording.

    >>> wording_name(255), wording_name(0)
    ('000000ff', '')
    """
    return f"{wording:08x}" if wording else ""
