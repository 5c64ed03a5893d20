"""How an incident's message is known again: Slack keeps the identity beside the message.

Each message carries ``(incident, seq)`` as Slack's message metadata, so that whoever lost its
memory can ask Slack what it already has. Why so: docs/adr/0003-alert-identity.md.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct, ValidationError, convert

from agents.alerting.message.compose import Snapshot
from agents.alerting.sinks.slack.api import Address, Message
from schemas.incident import State, Transition

INCIDENT_EVENT = "tocsin_incident"
STEP_EVENT = "tocsin_step"


class Posted(Struct, frozen=True):
    """A message that is in Slack, and what it says.

    ``moves``: how often it took the place of a message that could no longer be changed.
    """

    at: Address
    said: Snapshot
    moves: int = 0


class _Payload(Struct, frozen=True):
    incident: str
    seq: int
    state: State
    severity: int
    last_hour: float
    negative_share: float
    moves: int = 0


def metadata(event_type: str, transition: Transition, *, moves: int = 0) -> dict[str, Any]:
    """Return what Slack keeps beside the message: identity, and what the next step compares."""
    return {
        "event_type": event_type,
        "event_payload": {
            "incident": transition.incident,
            "seq": transition.seq,
            "state": transition.state,
            "severity": transition.severity,
            "last_hour": round(transition.volume.last_hour, 3),
            "negative_share": round(transition.negative_share, 6),
            "moves": moves,
        },
    }


def find_message(messages: Iterable[Message], channel_id: str, incident: str) -> Posted | None:
    """Return the message of ``incident`` that says the newest, or None.

    There may be several: that of a heads-up, and the alert that it became. ``messages``: the
    newest first, as Slack gives them, so that of two which say the same the alert is meant.
    """
    newest: Posted | None = None
    for message in messages:
        payload = _payload(message, INCIDENT_EVENT)
        if payload is None or payload.incident != incident:
            continue
        if newest is None or payload.seq > newest.said.seq:
            said = Snapshot(
                seq=payload.seq,
                state=payload.state,
                severity=payload.severity,
                last_hour=payload.last_hour,
                negative_share=payload.negative_share,
            )
            newest = Posted(Address(channel_id, str(message["ts"])), said, payload.moves)
    return newest


def has_step(replies: Iterable[Message], transition: Transition) -> bool:
    """Whether the thread already tells ``transition``."""
    wanted = (transition.incident, transition.seq)
    told = (_payload(reply, STEP_EVENT) for reply in replies)
    return any(payload and (payload.incident, payload.seq) == wanted for payload in told)


def _payload(message: Message, event_type: str) -> _Payload | None:
    found = message.get("metadata") or {}
    if found.get("event_type") != event_type:
        return None
    try:
        return convert(found.get("event_payload"), _Payload, strict=False)
    except ValidationError:
        # Another app of the same workspace may use our event's name; it is not our message then.
        return None
