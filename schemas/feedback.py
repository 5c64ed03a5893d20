"""What people tell Tocsin: about an incident, or about what a mention says."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.base import (
    Identifier,
    LanguageTag,
    MentionText,
    Record,
    Reference,
    UtcTime,
    check_times,
)

FeedbackKind = Literal["ack", "snooze", "false_alarm", "missed", "label", "note"]
Label = Literal["negative", "neutral", "positive"]
TaskStep = Literal["added", "taken", "done", "reopened"]
"""What became of a task; ``taken``: whoever says so has it."""

Note = Annotated[str, Meta(max_length=1_000)]
"""A sentence beside it, for whoever reads the trail."""


class Feedback(Record, frozen=True, kw_only=True):
    """One statement by a person (or by a declared weak rule), never by the model itself.

    ``ack``, ``snooze`` (until ``until``), ``false_alarm`` and ``missed`` (what never rang should
    have) name an ``incident``; ``label`` says
    of ``text`` which tone it has (``label``), whether it attacks the brand that it names
    (``attack``), or both, and names the ``incident`` whose alert showed it, if one did. ``note`` is
    a remark on an incident for whoever works on it, which changes nothing. With ``task`` and
    ``step`` it is one step of a task: each of them states what is to be done (``note``) and by when
    (``until``, if that was said), so that none needs another to be understood, and a reader that
    knows no tasks reads a note. ``by`` says who, for the audit trail; ``id`` makes a second copy
    known.
    """

    id: Identifier
    brand: Identifier
    at: UtcTime
    by: Identifier
    kind: FeedbackKind
    incident: Reference = ""
    until: UtcTime | None = None
    mention_id: Reference = ""
    text: MentionText = ""
    lang: LanguageTag = "und"
    label: Label | None = None
    attack: bool | None = None
    weak: bool = False
    note: Note = ""
    task: Reference = ""
    step: TaskStep | None = None

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(at=self.at, until=self.until)
