"""Incidents as an Atom feed (RFC 4287): an entry for each, which is updated as it goes on."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from agents.alerting.i18n import Words
from agents.alerting.message.compose import message_of
from agents.alerting.message.plain import plainly
from agents.web.layout import path_of
from agents.web.views.desk import Desk
from pipeline.detection.incident.merge import Incident

MOST: Final = 50


def feed(
    words: Words, desk: Desk, incidents: Sequence[Incident], *, base: str, path: str, title: str
) -> str:
    """Return the feed. ``base``: what the page is called outside, without a path."""
    shown = incidents[:MOST]
    updated = max((one.newest.at for one in shown), default=desk.now)
    entries = "".join(_entry(words, desk, one, base) for one in shown)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{words.code}">'
        f"<title>{escape(title)}</title><id>{escape(base + path)}</id>"
        f'<link rel="self" href={quoteattr(base + path)}/>'
        f"<updated>{_stamp(updated)}</updated><author><name>Tocsin</name></author>"
        f"{entries}</feed>\n"
    )


def _entry(words: Words, desk: Desk, incident: Incident, base: str) -> str:
    told = incident.newest
    brand = desk.find(told)
    try:
        message = message_of(told, brand)
        since = words.say("page_since", moment=words.moment(told.onset))
        title, why = message.headline, f"{message.why} {since}"
    except Exception as error:  # noqa: BLE001 - shown and handed on
        desk.failed(told, error)
        title, why = plainly(told, brand, error), ""
    address = base + path_of(told.incident)
    return (
        f"<entry><title>{escape(title)}</title><id>{escape(address)}</id>"
        f"<link href={quoteattr(address)}/><published>{_stamp(incident.onset)}</published>"
        f"<updated>{_stamp(told.at)}</updated><category term={quoteattr(told.level)}/>"
        f'<summary type="text">{escape(why.strip())}</summary></entry>'
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
