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
    "tocsin_missed": "missed",
}


MENU_VALUE: Final = 150
"""Slack takes no longer value of a choice in a menu; an incident's id has half of it."""
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


class Choice(Struct, frozen=True):
    """What was chosen in a menu."""

    value: str = ""


class Action(Struct, frozen=True):
    """Which button or menu, when (Slack's time, which differs for each press), and its value."""

    action_id: str
    action_ts: str
    value: str = ""
    selected_option: Choice | None = None

    @property
    def incident(self) -> str:
        """The incident that it is about."""
        return self.selected_option.value if self.selected_option else self.value


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
    """Return a block of at most three buttons, and a menu for the rest; nothing without answers."""
    elements = [
        _BUTTONS[answer](words, incident)
        for answer in answers
        if answer != "label" or len(incident) <= MENU_VALUE
    ]
    return [{"type": "actions", "elements": elements}] if elements else []


def _ack(words: Words, incident: str) -> dict[str, Any]:
    return _button("tocsin_ack", words.texts["button_ack"], incident) | {"style": "primary"}


def _snooze(words: Words, incident: str) -> dict[str, Any]:
    return _button("tocsin_snooze", words.texts["button_snooze"], incident)


def _false_alarm(words: Words, incident: str) -> dict[str, Any]:
    button = _button("tocsin_false_alarm", words.texts["button_false"], incident)
    return button | _confirm(words, "confirm")


def _missed(words: Words, incident: str) -> dict[str, Any]:
    button = _button("tocsin_missed", words.texts["button_missed"], incident)
    return button | _confirm(words, "missed")


def _confirm(words: Words, asked: str) -> dict[str, Any]:
    texts = words.texts
    return {
        "confirm": {
            "title": plain(texts[f"{asked}_title"]),
            "text": plain(texts[f"{asked}_text"]),
            "confirm": plain(texts[f"{asked}_yes"]),
            "deny": plain(texts["confirm_no"]),
        }
    }


def _label(words: Words, incident: str) -> dict[str, Any]:
    option = {"text": plain(words.texts["button_label"]), "value": incident}
    return {"type": "overflow", "action_id": LABEL, "options": [option]}


_BUTTONS: Final[Mapping[AnswerKind, Callable[[Words, str], dict[str, Any]]]] = {
    "ack": _ack,
    "snooze": _snooze,
    "false_alarm": _false_alarm,
    "missed": _missed,
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
    brand = brand_of(action.incident)
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
        incident=action.incident,
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
