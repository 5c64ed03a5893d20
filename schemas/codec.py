"""JSON on the wire: decoding that names what is wrong, encoding that is the same everywhere.

``UnreadableError`` is what every reader of foreign bytes gets to handle::

    UnreadableError(ValueError)      reason (a DeadReason), detail (what and where)
"""

import re
from typing import Any, Generic, TypeVar

import msgspec

from schemas.dead_letter import DeadReason

T = TypeVar("T")

encode = msgspec.json.Encoder().encode
"""Encode any record to JSON bytes. UTF-8, no spaces, times as ISO 8601."""

# A JSON string can carry a C0 control character only as \u00XX (or as one of \b \t \n \f \r, which
# are harmless), so one search of the raw bytes spares a check of every field of every mention.
_ESCAPED_CONTROL = re.compile(rb"(?<!\\)(?:\\\\)*\\u00[01][0-9a-fA-F]")


class UnreadableError(ValueError):
    """Bytes that are not the record they should be."""

    def __init__(self, reason: DeadReason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: DeadReason = reason
        self.detail = detail


class Decoder(Generic[T]):
    """Decode bytes to one record type, or raise ``UnreadableError``.

    Unknown fields are tolerated. A missing or wrong field is named by its JSON path.

    >>> from schemas.feedback import Feedback
    >>> Decoder(Feedback).decode(b'{"schema":1,"id":"1"}')
    Traceback (most recent call last):
        ...
    schemas.codec.UnreadableError: invalid: Object missing required field `brand`
    """

    def __init__(
        self,
        record_type: type[T],
        *,
        limit_bytes: int = 4_000_000,
        forbid_control: bool = True,
    ) -> None:
        self._decode = msgspec.json.Decoder(record_type).decode
        self._limit_bytes = limit_bytes
        self._forbid_control = forbid_control

    def decode(self, raw: bytes) -> T:
        """Return the record in ``raw``; raise ``UnreadableError`` with a reason and a detail."""
        if len(raw) > self._limit_bytes:
            msg = f"{len(raw)} bytes, at most {self._limit_bytes} are read"
            raise UnreadableError("too_large", msg)
        # Two plain searches first: X escapes é as \\u00e9, and the pattern is slow on such texts.
        suspect = self._forbid_control and (b"\\u000" in raw or b"\\u001" in raw)
        if suspect and (found := _ESCAPED_CONTROL.search(raw)):
            msg = f"control character {found.group()[-6:].decode()} at byte {found.end() - 6}"
            raise UnreadableError("control_characters", msg)
        try:
            return self._decode(raw)
        except UnicodeDecodeError as error:
            raise UnreadableError("not_utf8", str(error)) from error
        except msgspec.ValidationError as error:
            detail = str(error)
            reason: DeadReason = "unknown_schema" if "`$.schema`" in detail else "invalid"
            raise UnreadableError(reason, detail) from error
        except (msgspec.DecodeError, RecursionError) as error:
            raise UnreadableError("malformed_json", str(error)) from error


def encode_pretty(value: Any) -> bytes:  # noqa: ANN401 - any record or plain JSON value
    """Encode for people and for files under version control: indented, newline at the end."""
    return msgspec.json.format(encode(value), indent=2) + b"\n"
