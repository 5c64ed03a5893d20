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
Note = Annotated[str, Meta(max_length=1_000)]
"""A sentence beside it, for whoever reads the trail."""


class Feedback(Record, frozen=True, kw_only=True):
    """One statement by a person (or by a declared weak rule), never by the model itself.

    ``ack``, ``snooze`` (until ``until``), ``false_alarm`` and ``missed`` (what never rang should
    have) name an ``incident``; ``label`` says
    of ``text`` which tone it has (``label``), whether it attacks the brand that it names
    (``attack``), or both, and names the ``incident`` whose alert showed it, if one did. ``note`` is
    a remark on an incident for whoever works on it, which changes nothing. ``by`` says who, for the
    audit trail; ``id`` makes a second copy known.
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

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(at=self.at, until=self.until)
