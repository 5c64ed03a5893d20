"""Ten seconds of what was said about one brand: the data product between counting and judging."""

from operator import attrgetter
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, inspect

from schemas.base import (
    LATEST,
    Counted,
    Identifier,
    LanguageTag,
    Record,
    Reference,
    Total,
    UtcTime,
    Version,
    check_times,
)
from schemas.mention import Followers, Gap, Kind
from schemas.network import Network
from schemas.reading import Reading

Count = Annotated[int, Meta(ge=0, le=10**10)]
"""Posts in one bucket. Sums over a hundred thousand buckets still are a ``Total``."""

OfMentions = Annotated[Count, Meta(extra={"part_of": "mentions"})]
OfAged = Annotated[Count, Meta(extra={"part_of": "aged"})]
OfCompared = Annotated[Count, Meta(extra={"part_of": "compared"})]
"""Counts that are a part of another one: a bucket in which they are more is refused."""

HISTORY: Final = "history"
"""The only source of a bucket that states a count of the past; no live source may be called so."""

MOST_WEIGHTED: Final = 1e12
"""Mentions that the posts of one bucket may stand for."""
MOST_REACH: Final = 10**15
LONGEST_S: Final = 400 * 86_400
MOST_LINES: Final = 20
"""Lines of a top list; Tocsin writes ten at most."""
MOST_GAPS: Final = 200
MOST_SOURCES: Final = 200

MOST_NETWORKS: Final = 20
"""Networks of which a record states counts; Tocsin writes ten at most."""

Fingerprint = Annotated[str, Meta(max_length=16)]
Probability = Annotated[float, Meta(ge=0, le=1)]
Line = tuple[Annotated[str, Meta(max_length=300)], Count]
Lines = Annotated[tuple[Line, ...], Meta(max_length=MOST_LINES)]
Names = Annotated[tuple[Reference, ...], Meta(max_length=MOST_SOURCES)]
Gaps = Annotated[tuple[Gap, ...], Meta(max_length=MOST_GAPS)]


class Example(Struct, frozen=True, kw_only=True):
    """A post worth showing: the one with the most followers behind it, shortened.

    ``text`` comes from outside: whoever shows it must neutralise it for the place it is shown in.
    Up to 280 characters it is, with ``lang``, exactly what was scored; of a longer post it is the
    beginning.
    """

    id: Identifier
    handle: Reference
    followers: Followers
    created_at: UtcTime
    kind: Kind
    text: Annotated[str, Meta(max_length=1_000)]
    p_negative: Probability
    wording: Fingerprint = ""
    """Fingerprint as in ``Bucket.wordings``; empty for a repost and a text too short to tell."""
    lang: LanguageTag = "und"

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(created_at=self.created_at)


class Influencer(Struct, frozen=True, kw_only=True):
    """An account that carries the talk, by those it reaches or by those who pass its posts on.

    ``posts`` about the brand; ``followers``: the most that were stated; ``reposts``: posts by
    others that repost or quote it.
    """

    handle: Reference
    posts: Total = 0
    followers: Followers = 0
    reposts: Total = 0


StoryId = Annotated[str, Meta(min_length=1, max_length=64)]
MOST_GROWTH: Final = 10_000.0
Second = Annotated[int, Meta(ge=0, le=int(LATEST.timestamp()))]
"""A point in time as a number, bounded as all times are: buckets hold many of them."""


class StoryPost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A post of a story. ``text`` comes from outside, as ``Example.text`` does; it may be empty.

    ``at_s``: when it was posted, or when a repost of it was first seen; seconds since 1970.
    """

    id: Identifier
    handle: Reference = ""
    at_s: Second
    text: Annotated[str, Meta(max_length=300)] = ""


class Story(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Posts about one thing, from ``started_s`` (since 1970) until the end of the bucket.

    ``about``: words, hashtags or a link that most of them share; they come from outside. ``texts``
    are all that is no repost. ``voices``: those who speak of their own accord: authors, copies of a
    wording left out, and reposts discounted. ``negative`` and ``attacks`` are posts, reposts
    among them. ``growth``: posts of the last ten to twenty minutes per those of the twenty before;
    0 where it is too young to tell. ``coherence``: share of the texts that carry what most of them
    carry. ``merged``: ids of stories that turned out to be the same.
    """

    id: StoryId
    started_s: Second
    about: Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(max_length=8)] = ()
    texts: Total = 0
    reposts: Total = 0
    voices: Total = 0
    negative: Total = 0
    attacks: Total = 0
    languages: Annotated[tuple[Counted, ...], Meta(max_length=8)] = ()
    growth: Annotated[float, Meta(ge=0, le=MOST_GROWTH)] = 0.0
    coherence: Probability = 0.0
    first: StoryPost | None = None
    strongest: StoryPost | None = None
    merged: Annotated[tuple[StoryId, ...], Meta(max_length=8)] = ()

    @property
    def posts(self) -> int:
        """Texts and reposts."""
        return self.texts + self.reposts


Stories = Annotated[tuple[Story, ...], Meta(max_length=8)]


class LeadingPost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A post that is passed on. ``post``: CRC-32 of its id. ``reposts``: of the last hour.

    ``attack``: how far its logit of attack lies above what is usual for the brand and the language,
    in thousandths of a standard deviation; 0 where it does not.
    """

    post: Annotated[int, Meta(ge=0, le=2**32 - 1)]
    reposts: Count
    attack: Annotated[int, Meta(ge=0, le=10**6)] = 0


class Voices(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Independent voices of a bucket, in thousandths: what many say, not what one repeats.

    A text counts 1/(1 + n) as the n-th of its author within a day, and less where its wording is a
    copy or it is one more answer to the same post; the n-th repost of a post counts 1/(1 + n/3).
    ``negative`` … ``complaint`` are texts; ``p_positive`` a sum of probabilities. ``attacking``
    are texts that attack the brand more than is usual for it, ``fierce`` those of them that do so
    far more. ``hostile``: texts and reposts by how hostile they are. ``rival``: those that name a
    rival. ``addressed``: to the brand itself. ``cascade``: reposts of the post that was passed on
    most within the last hour; ``critical_cascade``: of the one that is negative, accuses or
    attacks. ``leading``: the posts that were passed on most. What the brand itself said is none of
    these.
    """

    texts: Count = 0
    negative: Count = 0
    positive: Count = 0
    p_positive: Count = 0
    accusing: Count = 0
    attacking: Count = 0
    fierce: Count = 0
    hostile: Count = 0
    addressed: Count = 0
    sad: Count = 0
    complaint: Count = 0
    rival: Count = 0
    reposts: Count = 0
    reposts_negative: Count = 0
    reposts_attacking: Count = 0
    cascade: Count = 0
    critical_cascade: Count = 0
    leading: Annotated[tuple[LeadingPost, ...], Meta(max_length=8)] = ()


class SourceCounts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one network brought: mentions, those of them that are negative, and that attack.

    ``attacks``: more likely than not, whatever is usual for the brand.
    """

    source: Network
    mentions: Total = 0
    negative: Total = 0
    attacks: Total = 0

    def __post_init__(self) -> None:
        """Check that no part is more than the whole."""
        if self.negative > self.mentions or self.attacks > self.mentions:
            raise ValueError(f"of source {self.source!r} a part is more than `mentions`")


BySource = Annotated[tuple[SourceCounts, ...], Meta(max_length=MOST_NETWORKS)]

WatchKind = Literal["critic", "ratioed", "campaign"]
MOST_WATCHED: Final = 8


class Watched(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step that somebody on the watch list, or one who makes himself heard, has come to.

    ``critic``: a post by a critic, and how many passed it on or answered it. ``ratioed``: a post by
    an own account, and how many answered it, far more than passed it on. ``campaign``: an author,
    and how many accounts he has addressed about the brand within a day; ``post`` is his newest.
    """

    kind: WatchKind
    post: Reference = ""
    handle: Reference
    count: Count


class Bucket(Record, frozen=True, kw_only=True):
    """A closed event-time bucket ``[start, start + width_s)`` of one brand.

    ``(brand, start, revision)`` is its identity: a second copy is dropped by whoever reads it.
    Posts that come late make a revision, which says everything anew and takes the place of those
    with a lower number; of a bucket of which nothing had come in time the first is revision 1. A
    bucket in which nothing was said is not sent; the next one that is sent says through ``start``
    how many lie between, and ``gaps`` whether they were quiet or blind. A bucket for brand ``*``
    has no counts: it is the clock of its partition and says that every brand of it is complete
    up to ``watermark``.

    Posts by the brand's own accounts are counted in ``own`` and nowhere else. ``weighted`` is the
    estimate of the true number of mentions when the source samples. ``negative + neutral +
    positive == mentions``. ``authors`` are distinct; ``new_authors`` had not spoken about the
    brand in the one to two days before. ``outrage``, ``boycott``, ``complaint``,
    ``takedown`` (something was deleted, banned or silenced), ``first_person`` and ``sad_news``
    (mourning, misfortune) count mentions whose words say so. ``aged`` are mentions by accounts
    whose age the source states, ``young`` those of them by accounts less than 30 days old.
    ``compared`` are mentions that are no reposts and long enough to compare their wording,
    ``copied`` those of them whose wording had been posted in the one to two days before.
    ``duplicates``, ``edited``, ``late`` (too late for a revision) and ``future`` count what was
    *not* included and was noticed in this time.

    ``by_source`` says which network brought how much, the most first (``schemas.network``). Mostly
    a bucket counts all that the brand is judged on together. ``apart`` names the one network that
    it counts, where that is judged on its own, or not judged, or new and not judged with the others
    yet; then ``(brand, apart, start, revision)`` is its identity, and no other counts the same.

    A bucket whose only source is ``history`` was made from a table of past counts, before the brand
    was listened to: it is as wide as a row of that table and says nothing but ``weighted``, since
    nobody read those posts.
    """

    brand: Identifier
    start: UtcTime
    width_s: Annotated[int, Meta(gt=0, le=LONGEST_S)]
    watermark: UtcTime
    revision: Count = 0
    mentions: Count = 0
    weighted: Annotated[float, Meta(ge=0, le=MOST_WEIGHTED)] = 0.0
    originals: OfMentions = 0
    reposts: OfMentions = 0
    replies: OfMentions = 0
    quotes: OfMentions = 0
    own: Count = 0
    negative: OfMentions = 0
    neutral: OfMentions = 0
    positive: OfMentions = 0
    p_negative_sum: Annotated[float, Meta(ge=0, le=1e10)] = 0.0
    outrage: OfMentions = 0
    boycott: OfMentions = 0
    complaint: OfMentions = 0
    first_person: OfMentions = 0
    sad_news: OfMentions = 0
    takedown: OfMentions = 0
    authors: OfMentions = 0
    new_authors: OfMentions = 0
    reach: Annotated[int, Meta(ge=0, le=MOST_REACH)] = 0
    languages: Lines = ()
    hashtags: Lines = ()
    links: Lines = ()
    handles: Lines = ()
    terms: Lines = ()
    loudest: Lines = ()
    """Authors (handles) by number of posts."""
    reposted: Lines = ()
    """Reposted posts (``ref_id``) by number of reposts."""
    influencers: Annotated[tuple[Influencer, ...], Meta(max_length=MOST_LINES)] = ()
    """The five authors with the most followers, and the five whose posts were passed on most."""
    aged: OfMentions = 0
    young: OfAged = 0
    compared: OfMentions = 0
    copied: OfCompared = 0
    wordings: Lines = ()
    """Wordings (fingerprints, hexadecimal) by number of copies."""
    examples: Annotated[tuple[Example, ...], Meta(max_length=MOST_LINES)] = ()
    stories: Stories = ()
    """The largest of the stories that posts of this bucket belong to, with all their figures.

    One that was stated within the last minute is stated again only when it has grown by a fifth."""
    duplicates: Count = 0
    edited: Count = 0
    late: Count = 0
    future: Count = 0
    gaps: Gaps = ()
    """Known gaps that touch the time since the brand's previous bucket."""
    sources: Names = ()
    blind: Names = ()
    """Sources of this brand that were silent beyond their heartbeat when the bucket closed."""
    quarantined: Names = ()
    """Sources of this brand whose clock was not believed then; a part of what they say is lost."""
    voices: Voices | None = None
    """Independent voices; None where nobody counted them (before December 2026)."""
    model: Version = ""
    """Version of the sentiment model that scored it."""
    reading: Reading | None = None
    """What was read carefully of its texts; none where the worker has no reader."""
    watched: Annotated[tuple[Watched, ...], Meta(max_length=MOST_WATCHED)] = ()
    """What the watch list came to in it; each step is told once."""
    by_source: BySource = ()
    """None in buckets of before December 2026."""
    apart: Network = ""

    def __post_init__(self) -> None:
        """Check the times, and that no part is more than the whole: shares are made of them."""
        check_times(start=self.start, watermark=self.watermark)
        for whole, parts, of in _PARTS:
            most, *counts = of(self)
            if max(counts) > most:
                part = next(name for name, n in zip(parts, counts, strict=True) if n > most)
                raise ValueError(f"`{part}` is more than `{whole}`, of which it is a part")
        if self.by_source and sum(one.mentions for one in self.by_source) > self.mentions:
            raise ValueError("`by_source` counts more than `mentions`")

    @property
    def is_history(self) -> bool:
        """Whether it states a count of the past rather than what was heard."""
        return self.sources == (HISTORY,)


def _parts() -> dict[str, tuple[str, ...]]:
    parts: dict[str, tuple[str, ...]] = {}
    for one in inspect.type_info(Bucket).fields:  # type: ignore[attr-defined] # a struct has them
        if isinstance(one.type, inspect.Metadata) and one.type.extra:
            whole = one.type.extra["part_of"]
            parts[whole] = (*parts.get(whole, ()), one.name)
    return parts


PARTS: Final = _parts()
"""Counts of a bucket that are parts of another one, by that other one: as the fields declare."""

_PARTS: Final = tuple((whole, parts, attrgetter(whole, *parts)) for whole, parts in PARTS.items())
