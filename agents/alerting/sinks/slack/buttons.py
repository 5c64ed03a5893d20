"""Buttons under an alert in Slack, and what a press of one says."""

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, ValidationError, convert

from agents.alerting.i18n import Words
from agents.alerting.message.model import AnswerKind
from agents.alerting.sinks.slack.blocks import Block
from pipeline.detection.incident.transition import brand_of
from schemas.feedback import Feedback, FeedbackKind

SNOOZE: Final = timedelta(hours=2)
ACTIONS: Final[Mapping[str, FeedbackKind]] = {
    "tocsin_ack": "ack",
    "tocsin_snooze": "snooze",
    "tocsin_false_alarm": "false_alarm",
}


LABEL: Final = "tocsin_label"
"""Opens a form; what is said in it comes later (``agents.alerting.sinks.slack.label_handler``)."""


class User(Struct, frozen=True):
    """Who pressed. ``id`` is Slack's and stays; the names are theirs to choose."""

    id: Annotated[str, Meta(pattern=r"^[A-Z0-9]{1,64}\Z")]
    username: str = ""
    name: str = ""

    @property
    def called(self) -> str:
        """The name that they go by, or their id."""
        return self.username or self.name or self.id


class Action(Struct, frozen=True):
    """Which button, when (Slack's time, which differs for each press), and its value."""

    action_id: str
    action_ts: str
    value: str = ""


class Press(Struct, frozen=True):
    """The part of Slack's ``block_actions`` that is used."""

    type: Literal["block_actions"]
    user: User
    actions: tuple[Action, ...] = ()
    trigger_id: str = ""

    def of(self, actions: Container[str]) -> Action | None:
        """The first of the actions that is one of ``actions``."""
        return next((one for one in self.actions if one.action_id in actions), None)


def row(words: Words, incident: str, answers: Iterable[AnswerKind]) -> list[Block]:
    """Return a block with a button for each of the answers; nothing where there are none."""
    elements = [_BUTTONS[answer](words, incident) for answer in answers]
    return [{"type": "actions", "elements": elements}] if elements else []


def _ack(words: Words, incident: str) -> dict[str, Any]:
    return _button("tocsin_ack", words.texts["button_ack"], incident)


def _snooze(words: Words, incident: str) -> dict[str, Any]:
    return _button("tocsin_snooze", words.texts["button_snooze"], incident)


def _false_alarm(words: Words, incident: str) -> dict[str, Any]:
    texts = words.texts
    return _button("tocsin_false_alarm", texts["button_false"], incident) | {
        "confirm": {
            "title": plain(texts["confirm_title"]),
            "text": plain(texts["confirm_text"]),
            "confirm": plain(texts["confirm_yes"]),
            "deny": plain(texts["confirm_no"]),
        }
    }


def _label(words: Words, incident: str) -> dict[str, Any]:
    return _button(LABEL, words.texts["button_label"], incident)


_BUTTONS: Final[Mapping[AnswerKind, Callable[[Words, str], dict[str, Any]]]] = {
    "ack": _ack,
    "snooze": _snooze,
    "false_alarm": _false_alarm,
    "label": _label,
}


def press_of(payload: Mapping[str, Any]) -> Press | None:
    """A press of a button, or None where it is none."""
    try:
        return convert(payload, Press, strict=False)
    except ValidationError:
        return None


def read(payload: Mapping[str, Any], brands: Container[str]) -> Feedback | None:
    """What a press says, or None where it is none of ours.

    The same press has the same id whenever Slack delivers it again, and the time of the press.
    """
    press = press_of(payload)
    action = press.of(ACTIONS) if press else None
    if press is None or action is None:
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
        by=press.user.called[:256],
        kind=kind,
        incident=action.value,
        until=at + SNOOZE if kind == "snooze" else None,
    )


def _button(action: str, text: str, incident: str) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": action,
        "text": plain(text),
        "value": incident,
    }


def plain(text: str) -> dict[str, Any]:
    """Our own words, shown as they are."""
    return {"type": "plain_text", "text": text}
