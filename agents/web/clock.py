"""Moments as elements: UTC as it stands, which a script may tell in the reader's own time."""

from datetime import UTC, datetime

from agents.alerting.i18n import Words
from agents.web.markup import Html, tag


def time_of(at_s: float) -> datetime:
    """A moment from seconds since 1970."""
    return datetime.fromtimestamp(at_s, UTC)


def clock(words: Words, at: datetime, *, beside: datetime | None = None) -> Html:
    """Return the moment; only its time of day where ``beside`` is of the same day.

    >>> from agents.alerting.i18n import ENGLISH
    >>> clock(ENGLISH, time_of(0), beside=time_of(60))
    '<time datetime="1970-01-01T00:00:00Z" data-clock>00:00 UTC</time>'
    """
    said = words.moment(at, beside=beside)
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    same = beside is not None and beside.astimezone(UTC).date() == at.astimezone(UTC).date()
    return tag("time", said, datetime=stamp, data_clock=same)
