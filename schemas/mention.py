"""What ingest agents publish: mentions, in batches that carry watermark and completeness."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from schemas.base import Identifier, MentionText, Record, UtcTime

Kind = Literal["original", "repost", "reply", "quote"]

ALL_BRANDS = "*"
"""Brand of a batch that speaks for every brand of its partition: a heartbeat or a gap."""

Cause = Literal["disconnect", "broker_away", "budget", "rate_limit", "restart", "overload", "other"]
Recovery = Literal["none", "full", "originals_only"]


class Author(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who posted. Only ``id`` is certain; the rest is what the source happened to say."""

    id: Identifier
    handle: str = ""
    followers: Annotated[int, Meta(ge=0)] = 0
    verified: bool = False
    created_at: UtcTime | None = None


class Mention(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One post that names a brand.

    As a JSON line this is also Tocsin's *neutral form*, which ``tocsin ingest replay`` and
    ``tocsin backtest`` read without a mapping. Within a batch ``brand`` and ``source`` may be left
    empty: the envelope speaks for them. ``ref_id`` and ``ref_author`` (a handle) name the post
    that a repost, reply or quote refers to. ``edit_history`` holds the ids of all versions, oldest
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
    brand: str = ""
    source: str = ""
    lang: str = "und"
    kind: Kind = "original"
    ref_id: str = ""
    ref_author: str = ""
    conversation_id: str = ""
    hashtags: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()
    edit_history: tuple[str, ...] = ()
    weight: Annotated[float, Meta(ge=0)] = 1.0

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
    detail: str = ""


class MentionBatch(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The unit of transport and of exactness: mentions, watermark and completeness in one envelope.

    ``watermark``: the source promises that it will send nothing older for this brand, except late
    posts that it could not know of. An **empty** batch is a heartbeat: alive, nothing said up to
    ``watermark``. A batch for brand ``*`` speaks for every brand of the partition it was sent to.
    ``seq`` counts the batches of one run of a source for one key, from 0.
    """

    brand: Identifier
    source: Identifier
    seq: Annotated[int, Meta(ge=0)]
    watermark: UtcTime
    mentions: tuple[Mention, ...] = ()
    gap: Gap | None = None
