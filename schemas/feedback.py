"""What people tell Tocsin: about an incident, or about the sentiment of a mention."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.base import Identifier, MentionText, Record, UtcTime

FeedbackKind = Literal["ack", "snooze", "false_alarm", "label"]
Label = Literal["negative", "neutral", "positive"]
Note = Annotated[str, Meta(max_length=1_000)]
"""A sentence beside it, for whoever reads the trail."""


class Feedback(Record, frozen=True, kw_only=True):
    """One statement by a person (or by a declared weak rule), never by the model itself.

    ``ack``, ``snooze`` (until ``until``) and ``false_alarm`` name an ``incident``; ``label`` gives
    ``label`` for ``text``, and the ``incident`` whose alert showed it, if one did. ``by`` says who,
    for the audit trail; ``id`` makes a second copy known.
    """

    id: Identifier
    brand: Identifier
    at: UtcTime
    by: Identifier
    kind: FeedbackKind
    incident: str = ""
    until: UtcTime | None = None
    mention_id: str = ""
    text: MentionText = ""
    lang: str = "und"
    label: Label | None = None
    weak: bool = False
    note: Note = ""
