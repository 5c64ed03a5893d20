"""What could not be read, kept with the reason, so that nothing is lost in silence."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from schemas.base import Record, Total, UtcTime, check_times

DeadReason = Literal[
    "malformed_json",
    "not_utf8",
    "invalid",
    "unknown_schema",
    "control_characters",
    "too_large",
    "wrong_brand",
    "wrong_partition",
    "failed",
    "unmapped",
    "unusable_history",
    "unknown_incident",
    "incident_over",
    "undeliverable",
    "ahead_of_time",
    "replay_beside_live",
]

PAYLOAD_LIMIT_BYTES = 100_000
ORIGIN_CHARACTERS = 5_000
"""A path may be long."""
DETAIL_CHARACTERS = 1_000


class DeadLetter(Record, frozen=True, kw_only=True):
    """A record or an input line that was set aside.

    ``origin`` says where it came from: ``topic[partition]@offset`` or ``file:line``. ``payload`` is
    the original in base64, cut at ``PAYLOAD_LIMIT_BYTES``; ``payload_bytes`` is its full size.
    """

    at: UtcTime
    origin: Annotated[str, Meta(max_length=ORIGIN_CHARACTERS)]
    reason: DeadReason
    detail: Annotated[str, Meta(max_length=DETAIL_CHARACTERS)]
    payload: Annotated[bytes, Meta(max_length=PAYLOAD_LIMIT_BYTES)]
    payload_bytes: Total

    def __post_init__(self) -> None:
        """Check the time."""
        check_times(at=self.at)

    @classmethod
    def of(
        cls, raw: bytes, *, at: datetime, origin: str, reason: DeadReason, detail: str
    ) -> "DeadLetter":
        r"""Set ``raw`` aside, with as much of it, ``origin`` and ``detail`` as there is room for.

        Whatever is wrong with them: what can't be written as UTF-8 is written as a question mark.

        >>> from datetime import UTC
        >>> at = datetime(2026, 1, 5, tzinfo=UTC)
        >>> long = "no \ud800" * 999
        >>> found = DeadLetter.of(b"{", at=at, origin="f:1", reason="invalid", detail=long)
        >>> found.payload_bytes, found.detail[:8], len(found.detail)
        (1, 'no ?no ?', 1000)
        """
        return cls(
            at=at,
            origin=_writable(origin[:ORIGIN_CHARACTERS]),
            reason=reason,
            detail=_writable(detail[:DETAIL_CHARACTERS]),
            payload=raw[:PAYLOAD_LIMIT_BYTES],
            payload_bytes=len(raw),
        )


def _writable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
