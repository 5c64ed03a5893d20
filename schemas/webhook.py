"""What a webhook is sent: one alert, or one step of it, in words and in figures."""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.base import Amount, Identifier, Record, Reference, Total, UtcTime, check_times
from schemas.brand import AlertLanguage
from schemas.incident import Level, Name, Share, State

SeverityWord = Literal["minor", "moderate", "serious", "severe", "extreme"]
Text = Annotated[str, Meta(max_length=40_000)]
Title = Annotated[str, Meta(max_length=1_000)]


class WebhookNotice(Record, frozen=True, kw_only=True):
    """The body of a request that ``tocsin alert`` sends to a webhook.

    ``id``: the same for each copy of the same notice, as in the headers ``Idempotency-Key`` and
    ``webhook-id``. ``reason``: why it was sent, a ``NotifyReason`` of ``agents.alerting.policy``.
    ``loud``: people are called by it. ``test``: it was asked for by ``tocsin alert test``, and
    nothing has happened. ``at``: event time of the step. ``title``, ``summary`` and ``text`` say
    how the incident stands, in ``language``; ``update`` what this step changed, empty where it is
    the first. ``last_hour``: mentions; ``negative_share``: of what came beyond the usual.

    Texts are plain text with line breaks, and no markup. Those who show them as markup escape them.
    """

    id: Annotated[str, Meta(min_length=1, max_length=1_000)]
    receiver: Reference = ""
    incident: Identifier
    seq: Total
    brand: Identifier
    name: Title
    reason: Name
    loud: bool
    test: bool = False
    at: UtcTime
    onset: UtcTime
    level: Level
    state: State
    severity: Annotated[int, Meta(ge=1, le=10)]
    severity_word: SeverityWord
    pattern: Name
    last_hour: Amount
    negative_share: Share
    language: AlertLanguage
    title: Title
    summary: Text
    text: Text
    update: Text = ""

    def __post_init__(self) -> None:
        """Check the times."""
        check_times(at=self.at, onset=self.onset)
