"""Alerts as signed JSON, posted to an address of yours.

The form is ``schemas.webhook.WebhookNotice``; the signature that of Standard Webhooks
(``agents.standard_webhooks``).
"""

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
from agents.standard_webhooks import headers_of, key_of
from schemas.codec import encode
from schemas.webhook import WebhookNotice

TITLE_LIMIT: Final = 1_000
TEXT_LIMIT: Final = 40_000
NAME_LIMIT: Final = 256


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
        self._secret = secret
        self._now = now
        self._timeout_s = timeout_s

    def deliver(self, notice: Notice) -> Delivered:
        """Return once the receiver has answered with 2xx."""
        body = encode(webhook_notice(notice, self.name))
        id_ = header_id(notice.id)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": id_,
            **headers_of(key_of(self._secret), id_, self._now(), body),
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
