"""Tells channels that brands are not heard, and that they are again: in Slack, or in a terminal."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any, Final, Protocol

from msgspec import Struct, ValidationError, convert, to_builtins
from rich.console import Console
from rich.text import Text

from agents.alerting.i18n import LANGUAGES, Words
from agents.alerting.message.compose import name_of
from agents.alerting.message.neutral import mrkdwn, outside
from agents.alerting.sinks.slack.api import Address, Message, SlackApi
from agents.alerting.sinks.slack.errors import AccountError, GoneError, PlaceError, SlackError
from agents.coverage.alarm import Blindness, over, to_tell
from agents.coverage.verdict import State, Status
from schemas.brand import Brand

EVENT: Final = "tocsin_deaf"
"""Messages that stand in Slack bear this name, so it stays as it was first chosen."""
LOOK_BACK: Final = timedelta(days=7)
TURN_S: Final = 10.0
_LONGEST_WAIT_S: Final = 300.0

log = logging.getLogger(__name__)


class BlindnessSink(Protocol):
    """Where it is told. Every method may raise a ``SlackError``; it is called again then."""

    def standing(self, channels: Iterable[str]) -> list[Blindness]:
        """What was told there and is not over, as far as the place remembers."""
        ...

    def tell(self, blindness: Blindness, text: str) -> None:
        """Say that brands are not heard."""
        ...

    def end(self, blindness: Blindness, text: str) -> None:
        """Say that they are again."""
        ...


class ConsoleBlindness:
    """A line each in a terminal, which remembers nothing."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def standing(self, _channels: Iterable[str]) -> list[Blindness]:
        """Nothing: who looks at a terminal sees what was said before."""
        return []

    def tell(self, _blindness: Blindness, text: str) -> None:
        """Show it."""
        self._console.print(Text.assemble(("▨ ", "bold"), (text, "bold")))

    def end(self, _blindness: Blindness, text: str) -> None:
        """Show it."""
        self._console.print(Text.assemble(("▢ ", "bold"), text))


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
        self._at: dict[str, tuple[Address, str]] = {}

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
                    at = Address(str(channel_id), str(message["ts"]))
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


class BlindnessWatch(Thread):
    """Looks every ``TURN_S`` whether brands are heard, and has ``sink`` tell what changed.

    ``may_tell``: whether it is this process's turn, where several share the alerts. What a place
    refuses for now is tried again, ever less often. ``crash`` is called with what ends the thread.
    """

    def __init__(
        self,
        sink: BlindnessSink,
        statuses: Callable[[datetime], Mapping[str, Status]],
        brands: Mapping[str, Brand],
        *,
        default_channel: str,
        limit_s: float,
        may_tell: Callable[[], bool],
        errored: Callable[[str], object],
        crash: Callable[[BaseException], object],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(name="blindness-watch", daemon=True)
        self._sink = sink
        self._statuses = statuses
        self._brands = brands
        self._channels = {
            brand.id: (brand.slack_channel or default_channel, brand.alert_language)
            for brand in brands.values()
        }
        self._limit = timedelta(seconds=limit_s)
        self._may_tell = may_tell
        self._errored = errored
        self._crash = crash
        self._now = now
        self._clock_s = clock_s
        self._told: list[Blindness] | None = None
        self._due_s, self._failures = 0.0, 0
        self._halt = Event()

    def run(self) -> None:
        """Look until halted."""
        try:
            while not self._halt.wait(TURN_S):
                self.look()
        except Exception as error:  # noqa: BLE001 - handed on: a thread's own would go unseen
            self._crash(error)

    def halt(self) -> None:
        """Look no more."""
        self._halt.set()

    def look(self) -> None:
        """Look once, and tell what changed."""
        if self._clock_s() < self._due_s or not self._may_tell():
            return
        try:
            self._tell(self._statuses(self._now()))
        except SlackError as error:
            self._told = None  # what Slack has is not certain now: it is asked again
            self._failures += 1
            wait_s = min(TURN_S * 2.0 ** min(self._failures, 10), _LONGEST_WAIT_S)
            self._due_s = self._clock_s() + wait_s
            self._errored(error.code)
            log.warning("blindness cannot be told now, again in %.0f s: %s", wait_s, error)
        else:
            self._failures = 0

    def _tell(self, statuses: Mapping[str, Status]) -> None:
        now = self._now()
        if self._told is None:
            channels = dict.fromkeys(channel for channel, _ in self._channels.values())
            self._told = self._sink.standing(channels)
        for blindness in over(statuses, self._told):
            self._sink.end(
                blindness, said_over(self._words(blindness), blindness, self._brands, now)
            )
            self._told.remove(blindness)
        for blindness in to_tell(statuses, self._told, self._channels, now=now, limit=self._limit):
            self._sink.tell(blindness, said(self._words(blindness), blindness, self._brands, now))
            self._told.append(blindness)

    def _words(self, blindness: Blindness) -> Words:
        brand = self._brands.get(blindness.brands[0]) if blindness.brands else None
        return LANGUAGES[brand.alert_language if brand else "en"]


def said(words: Words, blindness: Blindness, brands: Mapping[str, Brand], now: datetime) -> str:
    """Say that brands are not heard, since when, why, and what it means."""
    return words.say(
        f"blind_{blindness.state}",
        brands=_names(blindness, brands),
        since=words.moment(blindness.since, beside=now),
        sources=outside(", ".join(blindness.sources)),
    )


def said_over(
    words: Words, blindness: Blindness, brands: Mapping[str, Brand], now: datetime
) -> str:
    """Say that they are heard again, and what was missed."""
    lost = "blind_over_lost" if blindness.state in {"blind", "unheard"} else "blind_over_late"
    return words.say(
        lost,
        brands=_names(blindness, brands),
        since=words.moment(blindness.since, beside=now),
        now=words.moment(now),
        duration=words.duration((now - blindness.since).total_seconds()),
    )


def _names(blindness: Blindness, brands: Mapping[str, Brand]) -> str:
    return ", ".join(
        name_of(brands[one]) if one in brands else outside(one) for one in blindness.brands
    )


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
