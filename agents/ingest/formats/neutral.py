"""The neutral form: one ``Mention`` as JSON a line, the form that Tocsin itself writes.

The schema is published as ``mention``; only ``id``, ``created_at`` (ISO 8601 with offset),
``text`` and ``author.id`` are required.
"""

from datetime import UTC

import msgspec

from agents.ingest.formats.files.lenient import LenientDecoder, Needed
from schemas.codec import encode
from schemas.mention import Author, Mention

_NEEDED: Needed = {
    # What says how a post counts is not guessed, either.
    Mention: frozenset(("id", "created_at", "text", "author", "brand", "kind", "weight")),
    Author: frozenset(("id",)),
}
_decode = LenientDecoder(Mention, _NEEDED).decode


def parse(raw: bytes) -> list[Mention]:
    """The mention in one line; raises ``UnreadableError``."""
    mention = _decode(raw)
    if mention.created_at.tzinfo is not UTC:
        moment = mention.created_at.astimezone(UTC)
        mention = msgspec.structs.replace(mention, created_at=moment)
    return [mention]


def line(mention: Mention) -> bytes:
    """The line that ``parse`` reads back as the same mention."""
    return encode(mention) + b"\n"
