"""What could not be read, kept with the reason, so that nothing is lost in silence."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.base import Record, UtcTime

DeadReason = Literal[
    "malformed_json",
    "not_utf8",
    "invalid",
    "unknown_schema",
    "control_characters",
    "too_large",
    "wrong_brand",
    "unmapped",
    "unusable_history",
    "unknown_incident",
    "incident_over",
    "ahead_of_time",
    "replay_beside_live",
]

PAYLOAD_LIMIT_BYTES = 100_000


class DeadLetter(Record, frozen=True, kw_only=True):
    """A record or an input line that was set aside.

    ``origin`` says where it came from: ``topic[partition]@offset`` or ``file:line``. ``payload`` is
    the original in base64, cut at ``PAYLOAD_LIMIT_BYTES``; ``payload_bytes`` is its full size.
    """

    at: UtcTime
    origin: str
    reason: DeadReason
    detail: str
    payload: bytes
    payload_bytes: Annotated[int, Meta(ge=0)]
