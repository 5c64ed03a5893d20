"""Incidents as alerts of Prometheus' Alertmanager, so that your own routing and pagers serve.

Labels are what an alert is known by there: a changed label is another alert. So where level,
severity or pattern changes, the alert of before is resolved in the same request. An alert ends by
itself ``LASTS_S`` after it was sent last; alerting sends it again before that, as long as the
incident lasts, and no alert of a Tocsin that died is left standing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from agents.alerting.address import Address
from agents.alerting.message.brands import name_of
from agents.alerting.message.flat import flat
from agents.alerting.message.model import Message
from agents.alerting.message.neutral import cut
from agents.alerting.message.severity_word import severity_word
from agents.alerting.policy import NotifyReason
from agents.alerting.sinks.base import Delivered, Notice
from agents.alerting.sinks.http import TIMEOUT_S, is_there, post

PATH: Final = "/api/v2/alerts"
ALERT_NAME: Final = "TocsinIncident"
NOT_HEARD_NAME: Final = "TocsinNotHeard"
_NOT_HEARD: Final = frozenset({NotifyReason.NOT_HEARD, NotifyReason.HEARD_AGAIN})
REFRESH_S: Final = 60.0
LASTS_S: Final = 300.0
_ENDED: Final = frozenset({"resolved", "dismissed"})
_ANNOTATION_LIMIT: Final = 2_000


class AlertmanagerSink:
    """Post alerts to ``address``, Alertmanager's own without a path; ``page``: the page's, if any.

    ``now``: the wall clock, since Alertmanager resolves by it.
    """

    lasting = True
    refresh_s = REFRESH_S

    def __init__(
        self,
        address: Address,
        *,
        now: Callable[[], datetime],
        name: str = "alertmanager",
        page: str = "",
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.name = name
        self.title = f"Alertmanager {name}"
        self._address = address.below(PATH)
        self._status = address.below("/-/healthy")
        self._now = now
        self._page = page
        self._timeout_s = timeout_s

    def deliver(self, notice: Notice) -> Delivered:
        """Return once Alertmanager has accepted the alert as it stands now."""
        now = self._now()
        labels = _varying(notice)
        alerts = [self._alert(notice, labels, now)]
        before = _read(notice.ref)
        if before and before != labels:
            alerts.insert(0, self._alert(notice, before, now, over=True))
        body = msgspec.json.encode(alerts)
        post(self._address, body, {"Content-Type": "application/json"}, timeout_s=self._timeout_s)
        return Delivered(ref=msgspec.json.encode(labels).decode())

    def answers(self) -> bool:
        """Whether Alertmanager is there."""
        return is_there(self._status, timeout_s=self._timeout_s)

    def _alert(
        self, notice: Notice, labels: Mapping[str, str], now: datetime, *, over: bool = False
    ) -> dict[str, Any]:
        over = over or notice.told.state in _ENDED
        alert: dict[str, Any] = {
            "labels": {
                "alertname": NOT_HEARD_NAME if notice.reason in _NOT_HEARD else ALERT_NAME,
                "brand": notice.brand.id,
                "incident": notice.incident,
                **labels,
                **({"test": "true"} if notice.test else {}),
            },
            "annotations": _annotations(notice),
            "startsAt": min(notice.subject.onset, now),
            "endsAt": now if over else now + timedelta(seconds=LASTS_S),
        }
        return alert | ({"generatorURL": self._page} if self._page else {})


def _varying(notice: Notice) -> dict[str, str]:
    return {
        "level": notice.subject.level,
        "severity": severity_word(notice.told.severity),
        "pattern": notice.subject.pattern,
    }


def _annotations(notice: Notice) -> dict[str, str]:
    """Return what people read. No stranger's post is in it: templates may take it for markup."""
    said = flat(notice.message)
    step = flat(notice.update) if notice.update is not None else None
    found = {
        "summary": said.title,
        "why": notice.message.why if isinstance(notice.message, Message) else "",
        "description": said.short,
        "update": f"{step.title}\n{step.short}".strip() if step else "",
        "name": name_of(notice.brand),
        "severity": f"{notice.standing.severity}/10",
        "state": notice.standing.state,
    }
    return {name: cut(text, _ANNOTATION_LIMIT) for name, text in found.items() if text}


def _read(ref: str) -> dict[str, str]:
    """Return the labels that were sent last; none where ``ref`` says nothing of them."""
    try:
        return msgspec.json.decode(ref, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
