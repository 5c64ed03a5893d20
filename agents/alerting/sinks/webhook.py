"""Alerts as signed JSON, posted to an address of yours.

The form is ``schemas.webhook.WebhookNotice``; the signature that of Standard Webhooks
(https://www.standardwebhooks.com), for which there are ready receivers in most languages:
HMAC-SHA256 over id, time stamp and body, so that nobody else can write a notice, change one, or
send an old one again.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import quote

from agents.alerting.address import Address
from agents.alerting.message.brands import name_of
from agents.alerting.message.flat import flat
from agents.alerting.message.neutral import cut, outside
from agents.alerting.message.severity_word import severity_word
from agents.alerting.sinks.base import Delivered, Notice
from agents.alerting.sinks.http import TIMEOUT_S, is_there, post
from agents.secret import Secret
from schemas.codec import encode
from schemas.webhook import WebhookNotice

TITLE_LIMIT: Final = 1_000
TEXT_LIMIT: Final = 40_000
NAME_LIMIT: Final = 256
_PREFIX: Final = "whsec_"


class WebhookSink:
    """Post each notice to ``address``, signed with ``secret``.

    ``name``: of the receiver. ``now``: the wall clock, for the time stamp that is signed.
    """

    lasting = True

    def __init__(
        self,
        address: Address,
        secret: Secret,
        *,
        now: Callable[[], datetime],
        name: str = "webhook",
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.name = name
        self.title = f"The webhook {name}"
        self._address = address
        self._key = key_of(secret)
        self._now = now
        self._timeout_s = timeout_s

    def deliver(self, notice: Notice) -> Delivered:
        """Return once the receiver has answered with 2xx."""
        body = encode(webhook_notice(notice, self.name))
        id_ = header_id(notice.id)
        stamp = str(int(self._now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": id_,
            "webhook-id": id_,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{signature(self._key, id_, stamp, body)}",
        }
        post(self._address, body, headers, timeout_s=self._timeout_s)
        return Delivered()

    def answers(self) -> bool:
        """Whether something answers there."""
        return is_there(self._address, timeout_s=self._timeout_s)


def webhook_notice(notice: Notice, receiver: str = "") -> WebhookNotice:
    """Return what is sent of ``notice``."""
    standing = flat(notice.message)
    step = flat(notice.update) if notice.update is not None else None
    subject, told = notice.subject, notice.standing
    return WebhookNotice(
        id=notice.id,
        receiver=receiver,
        incident=notice.incident,
        seq=notice.seq,
        brand=notice.brand.id,
        name=name_of(notice.brand),
        reason=notice.reason.value,
        loud=notice.loud,
        test=notice.test,
        at=subject.at,
        onset=subject.onset,
        level=subject.level,
        state=told.state,
        severity=told.severity,
        severity_word=severity_word(told.severity),
        pattern=outside(subject.pattern, NAME_LIMIT),
        last_hour=told.last_hour,
        negative_share=told.negative_share,
        language=notice.brand.alert_language,
        title=cut(standing.title, TITLE_LIMIT),
        summary=cut(standing.short, TEXT_LIMIT),
        text=cut(standing.full, TEXT_LIMIT),
        update=cut(f"{step.title}\n{step.full}".strip(), TEXT_LIMIT) if step else "",
    )


def header_id(id_: str) -> str:
    """Return a notice's id as it stands in a header: ASCII, and without the dot that separates.

    >>> header_id("acme.fr-20261129T0300/4")
    'acme%2Efr-20261129T0300/4'
    """
    return quote(id_).replace(".", "%2E")


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
