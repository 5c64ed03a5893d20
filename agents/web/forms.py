"""What a form of the page says, as feedback."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from agents.labelling import (
    ATTACK_FIELD,
    LabelAnswer,
    Speaker,
    UnreadError,
    answered,
    is_labelable,
    labels,
)
from schemas.bucket import Example
from schemas.feedback import Feedback, FeedbackKind

NOTE_CHARACTERS: Final = 280
SNOOZE_HOURS: Final = (1, 2, 4, 8, 24)
FIELDS: Final = 100
_POSTS: Final = ("post-", f"{ATTACK_FIELD}post-")
KINDS: Final[tuple[FeedbackKind, ...]] = ("ack", "snooze", "false_alarm", "note")


class FormError(ValueError):
    """What came is not what the page's forms send."""


class FormSender(NamedTuple):
    """Who sent it, about which incident of which brand, when."""

    user: str
    incident: str
    brand: str
    at: datetime


def answer(sender: FormSender, form: Mapping[str, str]) -> Feedback:
    """Return the answer to an alert, or a note on it.

    The same form sent twice has the same id, by the number that the page wrote into it.

    Raises:
        FormError: it is not one of the page's.
    """
    kind = next((one for one in KINDS if one == form.get("kind")), None)
    note = line_of(form) if kind == "note" else _checked(form.get("note", "").strip())
    if kind is None:
        raise FormError
    until = sender.at + timedelta(hours=_hours(form)) if kind == "snooze" else None
    return Feedback(
        id=id_of(sender, kind, once_of(form)),
        brand=sender.brand,
        at=sender.at,
        by=sender.user,
        kind=kind,
        incident=sender.incident,
        until=until,
        note=note,
    )


def labels_of(
    sender: FormSender, form: Mapping[str, str], post: Callable[[str], Example | None]
) -> list[Feedback]:
    """Return a label for each post that was answered; ``post`` knows them by their keys.

    Raises:
        FormError: it is not one of the page's, or a post is not known.
    """
    asked = ((name, value) for name, value in form.items() if name.startswith(_POSTS))
    try:
        said = answered(asked)
    except UnreadError:
        raise FormError from None
    answers = []
    for key, (label, attack) in said.items():
        found = post(key)
        if found is None or not is_labelable(found):
            raise FormError
        answers.append(LabelAnswer(found, label, attack))
    speaker = Speaker(f"page:{sender.user}", "on the page")
    return labels(sender.incident, sender.brand, speaker, answers, at=sender.at)


def is_plain(text: str) -> bool:
    """Whether it is one line of printable characters, as a record may carry it."""
    return all(character.isprintable() for character in text)


def _hours(form: Mapping[str, str]) -> int:
    return chosen(form.get("hours", ""), SNOOZE_HOURS)


def chosen(said: str, hours: Iterable[int]) -> int:
    """Return the one of ``hours`` that a field says.

    Raises:
        FormError: it is none of them.
    """
    found = next((one for one in hours if str(one) == said), None)
    if found is None:
        raise FormError
    return found


def once_of(form: Mapping[str, str]) -> str:
    """Return the number of the showing that the page wrote into the form.

    Raises:
        FormError: it is not there.
    """
    once = form.get("once", "")
    if not once:
        raise FormError
    return once


def line_of(form: Mapping[str, str]) -> str:
    """Return the note of a form, which may be written over several lines, as the one of a record.

    Raises:
        FormError: there is none, or it is not as a record may carry it.
    """
    note = _checked(" ".join(form.get("note", "").split()))
    if not note:
        raise FormError
    return note


def _checked(note: str) -> str:
    if len(note) > NOTE_CHARACTERS or not is_plain(note):
        raise FormError
    return note


def id_of(sender: FormSender, what: str, once: str) -> str:
    """Return the id of what a form says: the same for the same form, however often it is sent."""
    said = f"{sender.user}\n{sender.incident}\n{what}\n{once}".encode("utf-8", "replace")
    return f"page-{sha256(said).hexdigest()[:32]}"
