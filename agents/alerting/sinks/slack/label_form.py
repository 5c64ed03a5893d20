"""The form in which people label posts in Slack: how it looks, and what comes back of it.

Limits: https://docs.slack.dev/reference/views (24 characters a title or button of a modal, 100
blocks, 3,000 characters of private metadata) and of its elements (75 characters an option and its
description, 150 its value, 255 a block's id).
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

from msgspec import Meta, Struct, ValidationError, convert, field

from agents.alerting.i18n import Words
from agents.alerting.message.neutral import cut
from agents.alerting.message.sections import evidence
from agents.alerting.sinks.slack import blocks
from agents.alerting.sinks.slack.buttons import User, plain
from agents.labelling import (
    ATTACK_FIELD,
    ATTACK_WORDS,
    UnreadError,
    answered,
    is_labelable,
    post_key,
)
from schemas.feedback import Label
from schemas.incident import Transition

CALLBACK: Final = "tocsin_labels"
_CHOICE: Final = "label"
_MOST_ANSWERS: Final = 20

View = dict[str, Any]


def form(words: Words, brand: str, told: Transition) -> View:
    """Return the modal that asks about the posts which the alert of ``told`` shows.

    ``brand``: its name, neutralised. No answer is filled in, nor does it say what the model thinks:
    a guess that is shown is a guess that people repeat.
    """
    posts = told.examples[: evidence.EXAMPLE_LIMIT]
    shown = zip(posts, evidence.quotes(words, told), strict=True)
    # Slack takes no two fields of one name, and nobody is asked about a post twice.
    asked = {post_key(post): quote for post, quote in shown if is_labelable(post)}
    if not asked:
        return nothing(words)
    body: list[blocks.Block] = [_said(words.say("labels_ask", brand=brand))]
    for number, (key, quote) in enumerate(asked.items(), 1):
        ordinal = words.number(number)
        tone = _choice(words, key, words.say("labels_post", n=ordinal), get_args(Label))
        attack = _choice(
            words, ATTACK_FIELD + key, words.say("labels_attack", n=ordinal), ATTACK_WORDS
        )
        body += [{"type": "divider"}, blocks.cited(quote), tone, attack]
    body.append({"type": "context", "elements": [plain(words.texts["labels_kept"])]})
    return _modal(words, body) | {
        "callback_id": CALLBACK,
        "private_metadata": told.incident,
        "submit": plain(words.texts["labels_save"]),
        "close": plain(words.texts["labels_cancel"]),
    }


def nothing(words: Words) -> View:
    """Return the modal that says why there is nothing to label."""
    body = [_said(words.texts["labels_none"])]
    return _modal(words, body) | {"close": plain(words.texts["labels_close"])}


class Filled(NamedTuple):
    """A form that came back. ``asked``: all fields that it had.

    ``answers``: by ``post_key``, the tone and whether it attacks, None where that was left open.
    """

    user: User
    incident: str
    answers: dict[str, tuple[Label | None, bool | None]]
    asked: tuple[str, ...]


class _Option(Struct, frozen=True):
    value: str


class _Chosen(Struct, frozen=True):
    selected_option: _Option | None = None


class _State(Struct, frozen=True):
    values: Annotated[dict[str, dict[str, _Chosen]], Meta(max_length=_MOST_ANSWERS)] = field(
        default_factory=dict
    )


class _View(Struct, frozen=True):
    callback_id: Literal["tocsin_labels"]
    private_metadata: str
    state: _State


class _Submission(Struct, frozen=True):
    """The part of Slack's ``view_submission`` that is used."""

    type: Literal["view_submission"]
    user: User
    view: _View


def filled(payload: Mapping[str, Any]) -> Filled | None:
    """What a form says that came back, or None where it is none of ours or not as we made it."""
    try:
        came = convert(payload, _Submission, strict=False)
    except ValidationError:
        return None
    chosen = {key: block.get(_CHOICE, _Chosen()) for key, block in came.view.state.values.items()}
    try:
        answers = answered(
            (key, one.selected_option.value)
            for key, one in chosen.items()
            if one.selected_option is not None
        )
    except UnreadError:
        return None
    return Filled(came.user, came.view.private_metadata, answers, tuple(chosen))


def _modal(words: Words, body: list[blocks.Block]) -> View:
    return {"type": "modal", "title": plain(words.texts["labels_title"]), "blocks": body}


def _said(text: str) -> blocks.Block:
    return {"type": "section", "text": plain(cut(text, blocks.TEXT_LIMIT))}


def _choice(words: Words, key: str, question: str, answers: Iterable[str]) -> blocks.Block:
    return {
        "type": "input",
        "block_id": key,
        "optional": True,
        "label": plain(question),
        "element": {
            "type": "radio_buttons",
            "action_id": _CHOICE,
            "options": [
                {
                    "text": plain(words.texts[f"say_{answer}"]),
                    "description": plain(words.texts[f"say_{answer}_hint"]),
                    "value": answer,
                }
                for answer in answers
            ],
        },
    }
