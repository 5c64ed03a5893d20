"""Puts alerting together, and says before the first alert what would keep it from ringing."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from agents.alerting.dispatcher import Deliver
from agents.alerting.sink import Outcome
from agents.alerting.sinks.console import ConsoleSink
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.errors import AccountError, SlackError
from agents.alerting.sinks.slack.sink import SlackSink
from schemas.brand import Brand
from schemas.incident import Transition

POST_SCOPE = "chat:write"
READ_SCOPES = frozenset({"channels:history", "channels:read", "groups:history", "groups:read"})

log = logging.getLogger(__name__)

BrandOf = Callable[[Transition], Brand]


class CannotRingError(Exception):
    """Alerts would reach nobody; every reason, one a line."""


def brand_of(brands: Mapping[str, Brand]) -> BrandOf:
    """Return a look-up; a brand that the file no longer names is still alerted about, by its id."""

    def find(transition: Transition) -> Brand:
        known = brands.get(transition.brand)
        return known or Brand(id=transition.brand, names=(transition.brand,))

    return find


def to_slack(sink: SlackSink, find: BrandOf) -> Deliver:
    """Return what delivers a transition to Slack."""

    def deliver(transition: Transition, sent_at: datetime) -> Outcome:
        return sink.deliver(transition, find(transition), sent_at)

    return deliver


def to_console(sink: ConsoleSink, find: BrandOf) -> Deliver:
    """Return what delivers a transition to the terminal."""

    def deliver(transition: Transition, _sent_at: datetime) -> Outcome:
        return sink.deliver(transition, find(transition))

    return deliver


def check_slack(api: SlackApi, brands: Iterable[Brand], default_channel: str) -> None:
    """Ask Slack whether alerts can go out.

    What only makes them less good is logged: a channel that the bot is no member of, the lack of
    the right to read (an alert may then ring twice after a crash), a Slack that is away just now.

    Raises:
        CannotRingError: the token is refused or may not post, or a brand has no channel.
    """
    brands = tuple(brands)
    faults = [
        f"brand {brand.id}: no slack_channel; give it one or use --default-channel"
        for brand in brands
        if not brand.slack_channel and not default_channel
    ]
    try:
        scopes = api.check()
        if scopes and POST_SCOPE not in scopes:
            faults.append(f"SLACK_BOT_TOKEN lacks the scope {POST_SCOPE}: add it to the Slack app")
        _warn(api, scopes, {*(brand.slack_channel for brand in brands), default_channel} - {""})
    except AccountError as error:
        faults.append(f"Slack refuses SLACK_BOT_TOKEN: {error}")
    except SlackError as error:
        log.warning("Slack cannot be asked now (%s); alerts will wait for it", error)
    if faults:
        raise CannotRingError("\n".join(faults))


def _warn(api: SlackApi, scopes: set[str], channels: set[str]) -> None:
    if lacking := READ_SCOPES - scopes:
        log.warning(
            "SLACK_BOT_TOKEN lacks %s: after a crash an alert may be posted twice",
            ", ".join(sorted(lacking)),
        )
        return
    api.list_channels()
    for channel in sorted(channels):
        if not api.is_member(channel):
            log.warning("the bot is no member of %s: /invite it there, or it may not post", channel)
