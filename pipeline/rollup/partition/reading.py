"""Reading a batch so that one poisonous mention does not take the others with it."""

from typing import Annotated, NamedTuple

from msgspec import Meta, Raw
from msgspec.structs import replace

from schemas.base import Identifier, Record, UtcTime, check_times
from schemas.codec import Decoder, UnreadableError, encode
from schemas.mention import MOST_MENTIONS, Gap, Mention, MentionBatch, Sequence


class RejectedMention(NamedTuple):
    """A mention that was set aside: its place in the batch, why, and its bytes."""

    place: int
    error: UnreadableError
    raw: bytes


class _Envelope(Record, frozen=True, kw_only=True):
    brand: Identifier
    source: Identifier
    seq: Sequence
    watermark: UtcTime
    mentions: Annotated[tuple[Raw, ...], Meta(max_length=MOST_MENTIONS)] = ()
    gap: Gap | None = None

    def __post_init__(self) -> None:
        check_times(watermark=self.watermark)


_batch = Decoder(MentionBatch)
_envelope = Decoder(_Envelope, forbid_control=False)
_mention = Decoder(Mention)


def read_batch(raw: bytes) -> tuple[MentionBatch, list[RejectedMention]]:
    """Decode a batch; mentions that cannot be read or belong elsewhere are returned apart.

    Raises:
        UnreadableError: the envelope itself is unreadable.
    """
    try:
        batch = _batch.decode(raw)
    except UnreadableError as error:
        if error.reason not in ("invalid", "control_characters"):
            raise
        batch, rejected = _salvage(raw)
    else:
        rejected = []
    if any(mention.brand not in ("", batch.brand) for mention in batch.mentions):
        batch, strangers = _without_strangers(batch)
        rejected += strangers
    return batch, rejected


def _salvage(raw: bytes) -> tuple[MentionBatch, list[RejectedMention]]:
    envelope = _envelope.decode(raw)
    mentions = []
    rejected = []
    for index, piece in enumerate(envelope.mentions):
        try:
            mentions.append(_mention.decode(bytes(piece)))
        except UnreadableError as error:
            rejected.append(RejectedMention(index, error, bytes(piece)))
    if not rejected:  # what is wrong lies in the envelope
        _batch.decode(raw)
    batch = MentionBatch(
        brand=envelope.brand,
        source=envelope.source,
        seq=envelope.seq,
        watermark=envelope.watermark,
        mentions=tuple(mentions),
        gap=envelope.gap,
    )
    return batch, rejected


def _without_strangers(batch: MentionBatch) -> tuple[MentionBatch, list[RejectedMention]]:
    rejected = []
    kept = []
    for index, mention in enumerate(batch.mentions):
        if mention.brand in ("", batch.brand):
            kept.append(mention)
        else:
            detail = f"mention of {mention.brand!r} in a batch for {batch.brand!r}"
            error = UnreadableError("wrong_brand", detail)
            rejected.append(RejectedMention(index, error, encode(mention)))
    return replace(batch, mentions=tuple(kept)), rejected
