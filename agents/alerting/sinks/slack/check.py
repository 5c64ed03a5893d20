"""What keeps alerts from reaching Slack, said before the first of them."""

import logging
from collections.abc import Iterable

from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.errors import AccountError, SlackError
from schemas.brand import Brand

POST_SCOPE = "chat:write"
PICTURE_SCOPE = "files:write"
READ_SCOPES = frozenset({"channels:history", "channels:read", "groups:history", "groups:read"})

log = logging.getLogger(__name__)


class CannotRingError(Exception):
    """Alerts would reach nobody; every reason, one a line."""


def check_slack(
    api: SlackApi,
    brands: Iterable[Brand],
    default_channel: str,
    others: Iterable[str] = (),
    *,
    pictures: bool = False,
) -> None:
    """Ask Slack whether alerts can go out. ``others``: channels that routes name.

    ``pictures``: charts are to go out, too.

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
        if pictures and scopes and PICTURE_SCOPE not in scopes:
            log.warning("SLACK_BOT_TOKEN lacks %s: charts go out as text alone", PICTURE_SCOPE)
        wanted = {*(brand.slack_channel for brand in brands), default_channel, *others} - {""}
        _warn(api, scopes, wanted)
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
