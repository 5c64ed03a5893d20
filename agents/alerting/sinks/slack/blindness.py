"""Channels in Slack hear that brands are not heard, and that they are again."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct, ValidationError, convert, to_builtins

from agents.alerting.message.neutral import outside
from agents.alerting.sinks.slack.api import Message, MessageAddress, SlackApi
from agents.alerting.sinks.slack.blocks import mrkdwn
from agents.alerting.sinks.slack.errors import AccountError, GoneError, PlaceError
from agents.coverage.alarm import Blindness
from agents.coverage.verdict import State

EVENT: Final = "tocsin_deaf"
"""Messages that stand in Slack bear this name, so it stays as it was first chosen."""
LOOK_BACK: Final = timedelta(days=7)

log = logging.getLogger(__name__)


class _Payload(Struct, frozen=True):
    """What Slack keeps beside the message; it takes nothing nested."""

    channel: str
    brands: str
    state: State
    since: datetime
    sources: str
    over: bool

    @property
    def blindness(self) -> Blindness:
        return Blindness(
            self.channel, _apart(self.brands), self.state, self.since, _apart(self.sources)
        )


class SlackBlindness:
    """A message for each blindness; at its end a reply for all, and the message says so, too.

    The message's metadata keep what it is about, as those of an alert do
    (docs/adr/0003-alert-identity.md): so nothing is told twice after a restart, where the app may
    read the channel.
    """

    def __init__(self, api: SlackApi, *, now: Callable[[], datetime]) -> None:
        self._api = api
        self._now = now
        self._at: dict[str, tuple[MessageAddress, str]] = {}

    def standing(self, channels: Iterable[str]) -> list[Blindness]:
        """Ask Slack what was told in the last days and is not over."""
        found = []
        oldest_s = (self._now() - LOOK_BACK).timestamp()
        for channel in channels:
            try:
                channel_id = self._api.channel_id(channel)
                messages = self._api.history(channel_id, oldest_s) if channel_id else ()
                for message in messages:
                    payload = _payload(message)
                    if payload is None or payload.over or payload.blindness.channel != channel:
                        continue
                    at = MessageAddress(str(channel_id), str(message["ts"]))
                    self._at[payload.blindness.id] = at, str(message.get("text", ""))
                    found.append(payload.blindness)
            except (PlaceError, AccountError) as error:
                if isinstance(error, AccountError) and error.code != "missing_scope":
                    raise
                log.warning(
                    "cannot read %s (%s): after a restart blindness may be told twice",
                    channel,
                    error,
                )
        return found

    def tell(self, blindness: Blindness, text: str) -> None:
        """Post it."""
        at = self._api.post(blindness.channel, mrkdwn(text), None, _metadata(blindness, over=False))
        self._at[blindness.id] = at, mrkdwn(text)

    def end(self, blindness: Blindness, text: str) -> None:
        """Reply, and then mark the message: what says that it is over comes last."""
        at, said = self._at[blindness.id]
        metadata = _metadata(blindness, over=True)
        try:
            if not any(_payload(reply) for reply in self._api.replies(at) if _is_reply(reply)):
                self._api.post(
                    at.channel, mrkdwn(text), None, metadata, thread=at.ts, broadcast=True
                )
            self._api.update(at, f"~{said}~\n{mrkdwn(text)}", None, metadata)
        except GoneError as error:
            # Deleted by hand: whoever did so still hears that it is over.
            log.warning("the message about %s is gone: %s", blindness.id, error)
            self._api.post(blindness.channel, mrkdwn(text), None, metadata)
        del self._at[blindness.id]


def _metadata(blindness: Blindness, *, over: bool) -> dict[str, Any]:
    payload = _Payload(
        blindness.channel,
        ",".join(blindness.brands),
        blindness.state,
        blindness.since,
        outside(",".join(blindness.sources)),
        over,
    )
    return {"event_type": EVENT, "event_payload": to_builtins(payload)}


def _apart(joined: str) -> tuple[str, ...]:
    return tuple(part for part in joined.split(",") if part)


def _payload(message: Message) -> _Payload | None:
    found = message.get("metadata") or {}
    if found.get("event_type") != EVENT:
        return None
    try:
        return convert(found.get("event_payload"), _Payload, strict=False)
    except ValidationError:
        return None  # another app's event of the same name


def _is_reply(message: Message) -> bool:
    return message.get("thread_ts") not in {None, message.get("ts")}
