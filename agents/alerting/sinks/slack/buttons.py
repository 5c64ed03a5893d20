"""Buttons under an alert in Slack, and what a press of one says."""

from collections.abc import Container, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, ValidationError, convert

from agents.alerting.i18n import Words
from agents.alerting.message.sections import EXAMPLE_LIMIT
from agents.alerting.sinks.slack.blocks import Block
from agents.labelling import is_labelable
from pipeline.detection.incident.transition import brand_of
from schemas.feedback import Feedback, FeedbackKind
from schemas.incident import Transition

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


def row(words: Words, transition: Transition) -> list[Block]:
    """The buttons that make sense where the incident stands; under a false alarm, only labels."""
    elements = _answers(words, transition)
    if any(is_labelable(post) for post in transition.examples[:EXAMPLE_LIMIT]):
        elements.append(_button(LABEL, words.texts["button_label"], transition))
    return [{"type": "actions", "elements": elements}] if elements else []


def _answers(words: Words, transition: Transition) -> list[dict[str, Any]]:
    if transition.reason == "false_alarm":
        return []
    texts = words.texts
    false = _button("tocsin_false_alarm", texts["button_false"], transition)
    false["confirm"] = {
        "title": plain(texts["confirm_title"]),
        "text": plain(texts["confirm_text"]),
        "confirm": plain(texts["confirm_yes"]),
        "deny": plain(texts["confirm_no"]),
    }
    over = transition.state in {"resolved", "dismissed"}
    taken = [] if over else [
        _button("tocsin_ack", texts["button_ack"], transition),
        _button("tocsin_snooze", texts["button_snooze"], transition),
    ]  # fmt: skip
    return [*taken, false]


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


def _button(action: str, text: str, transition: Transition) -> dict[str, Any]:
    return {
        "type": "button",
        "action_id": action,
        "text": plain(text),
        "value": transition.incident,
    }


def plain(text: str) -> dict[str, Any]:
    """Our own words, shown as they are."""
    return {"type": "plain_text", "text": text}
