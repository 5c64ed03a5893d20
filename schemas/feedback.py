"""What people tell Tocsin: about an incident, or about the sentiment of a mention."""

from typing import Literal

from schemas.base import Identifier, MentionText, Record, UtcTime

FeedbackKind = Literal["ack", "snooze", "false_alarm", "label"]
Label = Literal["negative", "neutral", "positive"]


class Feedback(Record, frozen=True, kw_only=True):
    """One statement by a person (or by a declared weak rule), never by the model itself.

    ``ack``, ``snooze`` (until ``until``) and ``false_alarm`` name an ``incident``; ``label`` gives
    ``label`` for ``text``. ``by`` says who, for the audit trail.
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
