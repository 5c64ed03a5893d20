"""Signatures of webhooks, made and checked: those that leave here, and those that come in.

The form is that of Standard Webhooks (https://www.standardwebhooks.com), for which there are ready
senders and receivers in most languages: HMAC-SHA256 over id, time stamp and body, so that nobody
else can write a message, change one, or send an old one again.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from agents.secret import Secret

TOLERANCE_S: Final = 300
"""How far the time stamp of a message may be from now; what is older may be a replay."""

_PREFIX: Final = "whsec_"
_ID_CHARACTERS: Final = 256
_SIGNATURES: Final = 10
"""While a secret is changed, a message bears one for each."""


class UnsignedError(ValueError):
    """A message is not signed as it must be; the text says what is wrong, and gives nothing away.

    ``is_missing``: a header is not there, or is none.
    """

    def __init__(self, text: str, *, is_missing: bool = False) -> None:
        super().__init__(text)
        self.is_missing = is_missing


def key_of(secret: Secret) -> bytes:
    """Return the key: ``whsec_`` and base64, as Standard Webhooks writes it, or any other text.

    >>> key_of(Secret("whsec_c2VjcmV0")), key_of(Secret("secret"))
    (b'secret', b'secret')
    """
    text = secret.reveal()
    if text.startswith(_PREFIX):
        try:
            return b64decode(text.removeprefix(_PREFIX), validate=True)
        except Base64Error:
            pass
    return text.encode()


def signature(key: bytes, id_: str, timestamp: str, body: bytes) -> str:
    """Return the base64 of HMAC-SHA256 over id, time stamp and body, joined by dots.

    The example of https://github.com/standard-webhooks/standard-webhooks:

    >>> key = key_of(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    >>> id_, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
    >>> signature(key, id_, "1614265330", body)
    'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = b".".join((id_.encode(), timestamp.encode(), body))
    return b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_of(key: bytes, id_: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that a message ``id_``, sent at ``at``, bears."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": id_,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature(key, id_, stamp, body)}",
    }


def verified_id(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a message that was signed with ``key`` a moment ago.

    Raises:
        UnsignedError: it was not.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 30, 12, tzinfo=UTC)
    >>> verified_id(b"key", headers_of(b"key", "m1", noon, b"{}"), b"{}", noon)
    'm1'
    >>> verified_id(b"key", headers_of(b"key", "m1", noon, b"{}"), b"[]", noon)
    Traceback (most recent call last):
        ...
    agents.standard_webhooks.UnsignedError: no signature in webhook-signature fits id, time and body
    """
    id_, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not (id_ and stamp and given):
        raise UnsignedError(
            "webhook-id, webhook-timestamp and webhook-signature are needed", is_missing=True
        )
    if len(id_) > _ID_CHARACTERS or not id_.isascii() or not id_.isprintable():
        raise UnsignedError(
            f"webhook-id is not up to {_ID_CHARACTERS} printable ASCII characters", is_missing=True
        )
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):  # noqa: PLR2004
        raise UnsignedError("webhook-timestamp is no time in seconds since 1970", is_missing=True)
    wanted = f"v1,{signature(key, id_, stamp, body)}".encode()
    found = [
        hmac.compare_digest(wanted, one.encode("ascii", "replace"))
        for one in given.split(" ")[:_SIGNATURES]
    ]
    if not any(found):
        raise UnsignedError("no signature in webhook-signature fits id, time and body")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE_S:
        raise UnsignedError(
            f"webhook-timestamp is more than {TOLERANCE_S} s from now: is a clock wrong?"
        )
    return id_
