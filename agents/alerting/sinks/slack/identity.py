"""How an incident's message is known again: Slack keeps the identity beside the message.

Each message carries ``(incident, seq)`` as Slack's message metadata, so that whoever lost its
memory can ask Slack what it already has. Why so: docs/adr/0003-alert-identity.md.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct, ValidationError, convert

from agents.alerting.sinks.base import FoundMessage
from agents.alerting.sinks.slack.api import Message, MessageAddress
from schemas.incident import State
from schemas.notification import Calls, Snapshot

INCIDENT_EVENT = "tocsin_incident"
STEP_EVENT = "tocsin_step"
EVIDENCE_EVENT = "tocsin_evidence"
"""The reply in the thread that holds what an alert rests on; it is changed, never told again."""


_REF = re.compile(r"(?P<channel>[^/]+)/(?P<ts>[^/]+)/(?P<moves>[0-9]{1,3})")


class MessagePlace(Struct, frozen=True):
    """Where the message of an incident lies.

    ``moves``: how often it took the place of a message that could no longer be changed.
    """

    at: MessageAddress
    moves: int = 0

    @property
    def ref(self) -> str:
        """The place as the notification log keeps it.

        >>> MessagePlace(MessageAddress("C0ACME", "1700000001.000100"), 1).ref
        'C0ACME/1700000001.000100/1'
        """
        return f"{self.at.channel}/{self.at.ts}/{self.moves}"

    @classmethod
    def of(cls, ref: str) -> "MessagePlace | None":
        """Read ``ref``; None where it says no place.

        >>> place = MessagePlace(MessageAddress("C0ACME", "1700000001.000100"))
        >>> MessagePlace.of(place.ref).at.channel
        'C0ACME'
        """
        found = _REF.fullmatch(ref)
        return found and cls(MessageAddress(found["channel"], found["ts"]), int(found["moves"]))


class _Payload(Struct, frozen=True):
    incident: str
    seq: int
    state: State
    severity: int
    last_hour: float
    negative_share: float
    moves: int = 0
    receiver: str = ""
    call: str = ""
    calls_since: int = 0
    calls_done: int = 0
    calls_at: datetime | None = None


def metadata(
    event_type: str,
    incident: str,
    told: Snapshot,
    *,
    moves: int = 0,
    receiver: str = "",
    call: str = "",
    calls: Calls | None = None,
) -> dict[str, Any]:
    """Return what Slack keeps beside the message: identity, and what the next step compares.

    ``receiver``: of the routes, as several may post to one channel; empty without routes. ``call``
    and ``calls``: as a notice has them.
    """
    routed = {"receiver": receiver, "call": call} if receiver else {}
    counted = (
        {"calls_since": calls.since_seq, "calls_done": calls.done, "calls_at": calls.at.isoformat()}
        if calls is not None
        else {}
    )
    return {
        "event_type": event_type,
        "event_payload": {
            **routed,
            **counted,
            "incident": incident,
            "seq": told.seq,
            "state": told.state,
            "severity": told.severity,
            "last_hour": round(told.last_hour, 3),
            "negative_share": round(told.negative_share, 6),
            "moves": moves,
        },
    }


def find_message(
    messages: Iterable[Message], channel_id: str, incident: str, receiver: str = ""
) -> FoundMessage | None:
    """Return the message of ``incident`` that says the newest, or None.

    There may be several: that of a heads-up, and the alert that it became. ``messages``: the
    newest first, as Slack gives them, so that of two which say the same the alert is meant.
    """
    newest: FoundMessage | None = None
    for message in messages:
        payload = _payload(message, INCIDENT_EVENT)
        if payload is None or (payload.incident, payload.receiver) != (incident, receiver):
            continue
        if newest is None or payload.seq > newest.told.seq:
            told = Snapshot(
                seq=payload.seq,
                state=payload.state,
                severity=payload.severity,
                last_hour=payload.last_hour,
                negative_share=payload.negative_share,
            )
            at = MessageAddress(channel_id, str(message["ts"]))
            calls = None
            if payload.calls_at is not None:
                calls = Calls(
                    since_seq=payload.calls_since, done=payload.calls_done, at=payload.calls_at
                )
            newest = FoundMessage(ref=MessagePlace(at, payload.moves).ref, told=told, calls=calls)
    return newest


def has_step(replies: Iterable[Message], incident: str, seq: int, call: str = "") -> bool:
    """Whether the thread already tells that step, or that call."""
    wanted = (incident, seq, call)
    told = (_payload(reply, STEP_EVENT) for reply in replies)
    return any(one and (one.incident, one.seq, one.call) == wanted for one in told)


def find_evidence(replies: Iterable[Message], incident: str, receiver: str = "") -> str:
    """Return the time stamp of the reply that holds the evidence; empty where there is none."""
    for reply in replies:
        found = _payload(reply, EVIDENCE_EVENT)
        if found is not None and (found.incident, found.receiver) == (incident, receiver):
            return str(reply["ts"])
    return ""


def _payload(message: Message, event_type: str) -> _Payload | None:
    found = message.get("metadata") or {}
    if found.get("event_type") != event_type:
        return None
    try:
        return convert(found.get("event_payload"), _Payload, strict=False)
    except ValidationError:
        # Another app of the same workspace may use our event's name; it is not our message then.
        return None
