"""What ingest agents publish: mentions, in batches that carry watermark and completeness."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from schemas.base import (
    EARLIEST,
    LATEST,
    Identifier,
    LanguageTag,
    MentionText,
    Record,
    Reference,
    UtcTime,
    check_times,
)

Kind = Literal["original", "repost", "reply", "quote"]

ALL_BRANDS = "*"
"""Brand of a batch that speaks for every brand of its partition: a heartbeat or a gap."""

Cause = Literal[
    "disconnect", "broker_away", "budget", "rate_limit", "restart", "overload", "expired", "other"
]
"""``expired``: Kafka did not keep the records for long enough; nobody had read them."""
Recovery = Literal["none", "full", "originals_only"]

MOST_FOLLOWERS: Final = 10**10
"""More than there are people."""
MOST_WEIGHT: Final = 10_000.0
"""A sample of one in a million posts of a brand would say nothing about it."""
MOST_TAGS: Final = 1_000
"""Of one post, of each kind: a long post has room for more, but they say nothing any more."""
MOST_VERSIONS: Final = 100
MOST_MENTIONS: Final = 10_000
"""Of one batch; ingest sends 200."""
TAG_CHARACTERS: Final = 300
URL_CHARACTERS: Final = 8_192
DETAIL_CHARACTERS: Final = 300

Followers = Annotated[int, Meta(ge=0, le=MOST_FOLLOWERS)]
Tag = Annotated[str, Meta(max_length=TAG_CHARACTERS)]
Url = Annotated[str, Meta(max_length=URL_CHARACTERS)]
Sequence = Annotated[int, Meta(ge=0, le=10**15)]


class Author(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who posted. Only ``id`` is certain; the rest is what the source happened to say."""

    id: Identifier
    handle: Reference = ""
    followers: Followers = 0
    verified: bool = False
    created_at: UtcTime | None = None

    def __post_init__(self) -> None:
        """Check the time."""
        at = self.created_at
        if at is not None and not EARLIEST <= at <= LATEST:  # said here, too: it is called most
            check_times(created_at=at)


class Mention(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One post that names a brand.

    As a JSON line this is also Tocsin's *neutral form*, which ``tocsin ingest replay`` and
    ``tocsin backtest`` read without a mapping. Within a batch ``brand`` and ``source`` may be left
    empty: the envelope speaks for them. ``ref_id`` and ``ref_author`` (a handle) name the post
    that a repost, reply or quote refers to; ``quoted_text`` is the text of the post that this one
    quotes, in which a brand may be named, too. It decides about brands and is not sent to Kafka.
    ``edit_history`` holds the ids of all versions, oldest
    first, as X gives them: versions of one post are one mention. ``weight`` is how many posts this
    one stands for in a sampled stream (100/N for ``sample:N``).

    >>> import msgspec
    >>> line = b'{"id":"7","created_at":"2010-03-17T09:00:00Z","text":"no","author":{"id":"a"}}'
    >>> msgspec.json.decode(line, type=Mention).kind
    'original'
    """

    id: Identifier
    created_at: UtcTime
    text: MentionText
    author: Author
    brand: Reference = ""
    source: Reference = ""
    lang: LanguageTag = "und"
    kind: Kind = "original"
    ref_id: Reference = ""
    ref_author: Reference = ""
    quoted_text: MentionText = ""
    conversation_id: Reference = ""
    hashtags: Annotated[tuple[Tag, ...], Meta(max_length=MOST_TAGS)] = ()
    urls: Annotated[tuple[Url, ...], Meta(max_length=MOST_TAGS)] = ()
    addressed: Annotated[tuple[Reference, ...], Meta(max_length=MOST_TAGS)] = ()
    edit_history: Annotated[tuple[Reference, ...], Meta(max_length=MOST_VERSIONS)] = ()
    weight: Annotated[float, Meta(ge=0, le=MOST_WEIGHT)] = 1.0

    def __post_init__(self) -> None:
        """Check the time."""
        if not EARLIEST <= self.created_at <= LATEST:
            check_times(created_at=self.created_at)

    @property
    def identity(self) -> str:
        """The id under which all versions of this post count as one."""
        return self.edit_history[0] if self.edit_history else self.id


class Gap(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A period for which a source knows that it missed posts.

    ``recovered`` says what was fetched afterwards: nothing, everything, or originals only (X's
    recent search returns no reposts for keyword queries).
    """

    start: UtcTime
    end: UtcTime
    cause: Cause
    recovered: Recovery = "none"
    detail: Annotated[str, Meta(max_length=DETAIL_CHARACTERS)] = ""

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(start=self.start, end=self.end)


class MentionBatch(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The unit of transport and of exactness: mentions, watermark and completeness in one envelope.

    ``watermark``: the source promises that it will send nothing older for this brand, except late
    posts that it could not know of. An **empty** batch is a heartbeat: alive, nothing said up to
    ``watermark``. A batch for brand ``*`` speaks for every brand of the partition it was sent to.
    ``seq`` counts the batches of one run of a source for one key, from 0.
    """

    brand: Identifier
    source: Identifier
    seq: Sequence
    watermark: UtcTime
    mentions: Annotated[tuple[Mention, ...], Meta(max_length=MOST_MENTIONS)] = ()
    gap: Gap | None = None

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(watermark=self.watermark)
