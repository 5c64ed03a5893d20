"""Buttons under an alert in Slack, and what a press of one says."""

from collections.abc import Container, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec import Struct, ValidationError, convert

from agents.alerting.blocks import Block
from agents.alerting.wording import Words
from pipeline.judge.transition import brand_of
from schemas.feedback import Feedback, FeedbackKind
from schemas.incident import Transition

SNOOZE: Final = timedelta(hours=2)
ACTIONS: Final[Mapping[str, FeedbackKind]] = {
    "tocsin_ack": "ack",
    "tocsin_snooze": "snooze",
    "tocsin_false_alarm": "false_alarm",
}


class _User(Struct, frozen=True):
    id: str
    username: str = ""
    name: str = ""


class _Action(Struct, frozen=True):
    action_id: str
    action_ts: str
    value: str = ""


class _Press(Struct, frozen=True):
    """The part of Slack's ``block_actions`` that is used."""

    type: str
    user: _User
    actions: tuple[_Action, ...] = ()


def row(words: Words, transition: Transition) -> list[Block]:
    """The buttons that make sense where the incident stands; none under a false alarm."""
    if transition.reason == "false_alarm":
        return []
    texts = words.texts
    false = _button("tocsin_false_alarm", texts["button_false"], transition)
    false["confirm"] = {
        "title": _plain(texts["confirm_title"]),
        "text": _plain(texts["confirm_text"]),
        "confirm": _plain(texts["confirm_yes"]),
        "deny": _plain(texts["confirm_no"]),
    }
    over = transition.state == "resolved"
    taken = [] if over else [
        _button("tocsin_ack", texts["button_ack"], transition),
        _button("tocsin_snooze", texts["button_snooze"], transition),
    ]  # fmt: skip
    return [{"type": "actions", "elements": [*taken, false]}]


def read(payload: Mapping[str, Any], brands: Container[str]) -> Feedback | None:
    """What a press says, or None where it is none of ours.

    The same press has the same id whenever Slack delivers it again, and the time of the press.
    """
    try:
        press = convert(payload, _Press, strict=False)
    except ValidationError:
        return None
    action = next((one for one in press.actions if one.action_id in ACTIONS), None)
    if press.type != "block_actions" or action is None:
        return None
    brand = brand_of(action.value)
    if brand is None or brand not in brands:
        return None
    try:
        at = datetime.fromtimestamp(float(action.action_ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    kind = ACTIONS[action.action_id]
    return Feedback(
        id=f"slack-{press.user.id}-{action.action_ts}"[:256],
        brand=brand,
        at=at,
        by=(press.user.username or press.user.name or press.user.id)[:256],
        kind=kind,
        incident=action.value,
        until=at + SNOOZE if kind == "snooze" else None,
    )


def _button(action: str, text: str, transition: Transition) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": action,
        "text": _plain(text),
        "value": transition.incident,
    }


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
