"""Ten seconds of what was said about one brand: the data product between counting and judging."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from schemas.base import Counted, Identifier, Record, UtcTime
from schemas.mention import Gap, Kind

Count = Annotated[int, Meta(ge=0)]

HISTORY: Final = "history"
"""The only source of a bucket that states a count of the past; no live source may be called so."""


class Example(Struct, frozen=True, kw_only=True):
    """A post worth showing: the one with the most followers behind it, shortened.

    ``text`` comes from outside: whoever shows it must neutralise it for the place it is shown in.
    Up to 280 characters it is, with ``lang``, exactly what was scored; of a longer post it is the
    beginning.
    """

    id: Identifier
    handle: str
    followers: Count
    created_at: UtcTime
    kind: Kind
    text: str
    p_negative: float
    wording: str = ""
    """Fingerprint as in ``Bucket.wordings``; empty for a repost and a text too short to tell."""
    lang: str = "und"


class Influencer(Struct, frozen=True, kw_only=True):
    """An account that carries the talk, by those it reaches or by those who pass its posts on.

    ``posts`` about the brand; ``followers``: the most that were stated; ``reposts``: posts by
    others that repost or quote it.
    """

    handle: str
    posts: Count = 0
    followers: Count = 0
    reposts: Count = 0


class StoryPost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A post of a story. ``text`` comes from outside, as ``Example.text`` does; it may be empty."""

    id: Annotated[str, Meta(min_length=1, max_length=256)]
    handle: Annotated[str, Meta(max_length=256)] = ""
    at: UtcTime
    text: Annotated[str, Meta(max_length=300)] = ""


class Story(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Posts about one thing, from ``started`` until the end of the bucket.

    ``about``: words, hashtags or a link that most of them share; they come from outside. ``texts``
    are all that is no repost. ``voices``: those who speak of their own accord: authors, copies of a
    wording left out, and reposts discounted. ``negative`` and ``attacks`` are posts, reposts
    among them. ``growth``: posts of the last ten to twenty minutes per those of the twenty before;
    0 where it is too young to tell. ``coherence``: share of the texts that carry what most of them
    carry. ``merged``: ids of stories that turned out to be the same.
    """

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    started: UtcTime
    about: Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(max_length=8)] = ()
    texts: Count = 0
    reposts: Count = 0
    voices: Count = 0
    negative: Count = 0
    attacks: Count = 0
    languages: Annotated[tuple[Counted, ...], Meta(max_length=8)] = ()
    growth: Annotated[float, Meta(ge=0)] = 0.0
    coherence: Annotated[float, Meta(ge=0, le=1)] = 0.0
    first: StoryPost | None = None
    strongest: StoryPost | None = None
    merged: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=8)] = ()

    @property
    def posts(self) -> int:
        """Texts and reposts."""
        return self.texts + self.reposts


class Bucket(Record, frozen=True, kw_only=True):
    """A closed event-time bucket ``[start, start + width_s)`` of one brand.

    ``(brand, start, revision)`` is its identity: a second copy is dropped by whoever reads it. A
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
    ``duplicates``, ``edited``, ``late`` and ``future`` count what was *not* included and was
    noticed in this time.

    A bucket whose only source is ``history`` was made from a table of past counts, before the brand
    was listened to: it is as wide as a row of that table and says nothing but ``weighted``, since
    nobody read those posts.
    """

    brand: Identifier
    start: UtcTime
    width_s: Annotated[int, Meta(gt=0)]
    watermark: UtcTime
    revision: Count = 0
    mentions: Count = 0
    weighted: float = 0.0
    originals: Count = 0
    reposts: Count = 0
    replies: Count = 0
    quotes: Count = 0
    own: Count = 0
    negative: Count = 0
    neutral: Count = 0
    positive: Count = 0
    p_negative_sum: float = 0.0
    outrage: Count = 0
    boycott: Count = 0
    complaint: Count = 0
    first_person: Count = 0
    sad_news: Count = 0
    takedown: Count = 0
    authors: Count = 0
    new_authors: Count = 0
    reach: Count = 0
    languages: tuple[Counted, ...] = ()
    hashtags: tuple[Counted, ...] = ()
    links: tuple[Counted, ...] = ()
    handles: tuple[Counted, ...] = ()
    terms: tuple[Counted, ...] = ()
    loudest: tuple[Counted, ...] = ()
    """Authors (handles) by number of posts."""
    reposted: tuple[Counted, ...] = ()
    """Reposted posts (``ref_id``) by number of reposts."""
    influencers: tuple[Influencer, ...] = ()
    """The five authors with the most followers, and the five whose posts were passed on most."""
    aged: Count = 0
    young: Count = 0
    compared: Count = 0
    copied: Count = 0
    wordings: tuple[Counted, ...] = ()
    """Wordings (fingerprints, hexadecimal) by number of copies."""
    examples: tuple[Example, ...] = ()
    stories: Annotated[tuple[Story, ...], Meta(max_length=8)] = ()
    """The largest of the stories that posts of this bucket belong to, with all their figures."""
    duplicates: Count = 0
    edited: Count = 0
    late: Count = 0
    future: Count = 0
    gaps: tuple[Gap, ...] = ()
    """Known gaps that touch the time since the brand's previous bucket."""
    sources: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    """Sources of this brand that were silent beyond their heartbeat when the bucket closed."""
    model: str = ""
    """Version of the sentiment model that scored it."""

    @property
    def is_history(self) -> bool:
        """Whether it states a count of the past rather than what was heard."""
        return self.sources == (HISTORY,)
