"""Incidents in Slack: one message each, kept up to date, its steps told in its thread."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from agents.alerting import blocks, buttons
from agents.alerting.errors import AccountError, FormError, PlaceError
from agents.alerting.identity import (
    INCIDENT_EVENT,
    STEP_EVENT,
    Posted,
    find_message,
    has_step,
    metadata,
)
from agents.alerting.sink import Outcome
from agents.alerting.slack_api import Address, SlackApi
from agents.alerting.story import is_silent, snapshot, tell, tell_change, words_of
from schemas.brand import Brand
from schemas.incident import Transition

LOOK_BACK = timedelta(days=1)
_REMEMBERED = 10_000

T = TypeVar("T")

log = logging.getLogger(__name__)


class SlackSink:
    """Post and update incidents through ``api``.

    What this process did not post itself is looked up in Slack before anything is posted, so a
    crash between Slack's acceptance and our commit does not ring twice. After any error the
    incident is forgotten, and so looked up again. ``default_channel`` is for brands without one,
    and for brands whose own channel refuses. ``with_buttons``: somebody listens to them.
    ``refused(code)`` is told of every refusal.
    """

    def __init__(
        self,
        api: SlackApi,
        *,
        default_channel: str = "",
        with_buttons: bool = False,
        refused: Callable[[str], None] = lambda _code: None,
    ) -> None:
        self._api = api
        self._default_channel = default_channel
        self._with_buttons = with_buttons
        self._refused = refused
        self._known: OrderedDict[str, Posted] = OrderedDict()
        self._unreadable: set[str] = set()

    def deliver(self, transition: Transition, brand: Brand, sent_at: datetime) -> Outcome:
        """Bring Slack to the state of ``transition``; when this returns, Slack has it.

        ``sent_at`` is when the transition was written to Kafka, in real time: an event time may
        lie years back in a replay, but no message is older than its transition. Raises
        ``TryLaterError``, ``AccountError``, or ``PlaceError`` where no channel takes the message.
        """
        if transition.state == "dismissed":
            return "harmless"
        posted = self._known.pop(transition.incident, None)
        looked_up = posted is None
        if posted is None:
            posted = self._look_up(transition, brand, sent_at)
        if posted is not None and posted.said.seq >= transition.seq:
            self._remember(transition.incident, posted)
            return "duplicate"
        if posted is not None:
            try:
                self._step(posted, transition, brand, suspicious=looked_up)
            except PlaceError as error:
                # Deleted by hand, or the channel was archived: people still have to hear of it.
                self._tell_refusal(error, posted.at.channel)
            else:
                self._remember(transition.incident, Posted(posted.at, snapshot(transition)))
                return "updated"
        at = self._post(transition, brand)
        self._remember(transition.incident, Posted(at, snapshot(transition)))
        return "posted"

    def answers(self) -> bool:
        """Whether Slack is there and takes our token at all; a bad token is an ``AccountError``."""
        self._api.check()
        return True

    def _step(
        self, posted: Posted, transition: Transition, brand: Brand, *, suspicious: bool
    ) -> None:
        # In a snooze only the message changes, which calls nobody.
        # The reply goes first and the message last, because the message's metadata is what says
        # that all of this step is done.
        at = posted.at
        silent = is_silent(transition)
        if not silent and not (suspicious and has_step(self._api.replies(at), transition)):
            change = tell_change(transition, brand, posted.said)
            identity = metadata(STEP_EVENT, transition)
            self._send(
                at.channel,
                *blocks.reply(change),
                lambda text, body: self._api.post(
                    at.channel, text, body, identity, thread=at.ts, broadcast=change.loud
                ),
            )
        self._send(
            at.channel,
            *self._message(transition, brand),
            lambda text, body: self._api.update(
                at, text, body, metadata(INCIDENT_EVENT, transition)
            ),
        )

    def _post(self, transition: Transition, brand: Brand) -> Address:
        text, body = self._message(transition, brand)
        identity = metadata(INCIDENT_EVENT, transition)
        refusal = PlaceError("no_channel", f"brand {brand.id} has no slack_channel")
        for channel in self._channels(brand):
            post = partial(self._api.post, channel, metadata=identity)
            try:
                return self._send(channel, text, body, post)
            except PlaceError as error:
                self._tell_refusal(error, channel)
                refusal = error
        raise refusal

    def _message(self, transition: Transition, brand: Brand) -> tuple[str, list[blocks.Block]]:
        text, body = blocks.message(tell(transition, brand))
        if self._with_buttons:
            body += buttons.row(words_of(brand), transition)
        return text, body

    def _send(
        self,
        channel: str,
        text: str,
        body: list[blocks.Block],
        call: Callable[[str, list[blocks.Block] | None], T],
    ) -> T:
        try:
            return call(text, body)
        except FormError as error:
            # Plain words still wake people; a message that Slack finds fault with does not.
            self._tell_refusal(error, channel)
            return call(text, None)

    def _look_up(self, transition: Transition, brand: Brand, sent_at: datetime) -> Posted | None:
        oldest = min(transition.onset, sent_at) - LOOK_BACK
        for channel in self._channels(brand):
            if channel in self._unreadable:
                continue
            try:
                channel_id = self._api.channel_id(channel)
                if channel_id is None:
                    continue
                messages = self._api.history(channel_id, max(0.0, oldest.timestamp()))
                found = find_message(messages, channel_id, transition.incident)
            except (PlaceError, AccountError) as error:
                # Reading needs more rights than posting. Without them alerts still go out, but a
                # crash may ring twice.
                if isinstance(error, AccountError) and error.code != "missing_scope":
                    raise
                log.warning(
                    "cannot read %s (%s): after a crash an alert may be posted twice; "
                    "give the app the scopes it lacks and invite it to the channel",
                    channel,
                    error,
                )
                self._unreadable.add(channel)
            else:
                if found is not None:
                    return found
        return None

    def _channels(self, brand: Brand) -> tuple[str, ...]:
        wanted = (brand.slack_channel, self._default_channel)
        return tuple(dict.fromkeys(channel for channel in wanted if channel))

    def _remember(self, incident: str, posted: Posted) -> None:
        self._known[incident] = posted
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def _tell_refusal(self, error: PlaceError, channel: str) -> None:
        log.error("Slack refuses %s: %s", channel, error)
        self._refused(error.code)
