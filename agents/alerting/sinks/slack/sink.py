"""Incidents in Slack: one message each, kept up to date, its steps told in its thread."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from agents.alerting.message.compose import (
    is_of_old,
    is_silent,
    snapshot,
    tell,
    tell_change,
    tell_heads_up,
    tell_rung,
    words_of,
)
from agents.alerting.message.plain import PlainlyError, plainly
from agents.alerting.sink import Outcome
from agents.alerting.sinks.slack import blocks, buttons
from agents.alerting.sinks.slack.api import Address, SlackApi
from agents.alerting.sinks.slack.errors import (
    AccountError,
    FormError,
    GoneError,
    PlaceError,
    SlackError,
)
from agents.alerting.sinks.slack.identity import (
    INCIDENT_EVENT,
    STEP_EVENT,
    Posted,
    find_message,
    has_step,
    metadata,
)
from schemas.brand import Brand
from schemas.incident import Transition

LOOK_BACK_S = 86_400
_REMEMBERED = 10_000
_MOVES_GONE = 1
_MOVES = 2

Failed = Callable[[Exception], object]
"""Is told what kept an alert from being told in full."""

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
        self._plain: OrderedDict[str, Address] = OrderedDict()
        self._unreadable: set[str] = set()

    def deliver(self, transition: Transition, brand: Brand, sent_at: datetime) -> Outcome:
        """Bring Slack to the state of ``transition``; when this returns, Slack has it.

        ``sent_at`` is when the transition was written to Kafka, in real time: an event time may
        lie years back in a replay, but no message is older than its transition.

        Raises:
            TryLaterError, AccountError: Slack does not take it now.
            PlaceError: no channel takes it.
            PlainlyError: Slack has it, but only the line that is left where telling fails.
        """
        if is_of_old(transition):
            return "harmless"
        faults: list[Exception] = []
        try:
            outcome = self._bring(transition, brand, sent_at, faults.append)
        except SlackError:
            raise
        except Exception as error:  # noqa: BLE001 - rung and handed on: a fault of ours must not keep it quiet
            outcome = self._ring_plainly(transition, brand, error)
            faults = [error]
        if faults:
            raise PlainlyError(outcome, faults[0])
        return outcome

    def answers(self) -> bool:
        """Whether Slack is there and takes our token at all; a bad token is an ``AccountError``."""
        self._api.check()
        return True

    def _bring(
        self, transition: Transition, brand: Brand, sent_at: datetime, failed: Failed
    ) -> Outcome:
        posted = self._known.pop(transition.incident, None)
        looked_up = posted is None
        if posted is None:
            posted = self._look_up(transition, brand, sent_at)
        if posted is not None and posted.said.seq >= transition.seq:
            self._remember(transition.incident, posted)
            return "duplicate"
        if posted is None:
            self._post(transition, brand, 0, failed)
            return "posted"
        if posted.said.state == "noticed" and transition.state == "open":
            # A changed message calls nobody: what rings is a new one.
            self._post(transition, brand, 0, failed)
            self._point_on(posted, transition, brand)
            return "posted"
        told = transition.level == "heads_up"
        try:
            if not told:
                self._reply(posted, transition, brand, failed, suspicious=looked_up)
                told = True
            self._update(posted, transition, brand, failed)
        except PlaceError as error:
            self._tell_refusal(error, posted.at.channel)
            if self._may_move(posted, error):
                # Deleted by hand, or the channel was archived: people still have to hear of it.
                self._post(transition, brand, posted.moves + 1, failed)
                return "posted"
            if not told:
                raise
        self._remember(transition.incident, Posted(posted.at, snapshot(transition), posted.moves))
        return "updated"

    def _point_on(self, posted: Posted, transition: Transition, brand: Brand) -> None:
        """Say in the place of a heads-up that it has rung; the alert is there whatever comes."""
        text, body = blocks.one_line(tell_rung(transition, brand))
        try:
            self._api.update(posted.at, text, body, metadata(INCIDENT_EVENT, transition))
        except PlaceError as error:
            self._tell_refusal(error, posted.at.channel)

    def _may_move(self, posted: Posted, error: PlaceError) -> bool:
        """Whether to post a new message in the place of one that cannot be changed.

        Once where the message is gone: whoever deletes the second as well does not want it, and
        where Slack only says so, each step would make one more. Once again where its channel
        refuses, since there may be another channel.
        """
        return posted.moves < (_MOVES_GONE if isinstance(error, GoneError) else _MOVES)

    def _reply(
        self,
        posted: Posted,
        transition: Transition,
        brand: Brand,
        failed: Failed,
        *,
        suspicious: bool,
    ) -> None:
        """Tell the step in the thread."""
        # In a snooze only the message changes, which calls nobody.
        # The reply goes first and the message last, because the message's metadata is what says
        # that all of this step is done.
        at = posted.at
        if is_silent(transition) or (suspicious and has_step(self._api.replies(at), transition)):
            return
        try:
            change = tell_change(transition, brand, posted.said)
            loud, (text, body) = change.loud, blocks.reply(change)
        except Exception as error:  # noqa: BLE001 - told plainly, and handed on
            failed(error)
            loud, (text, body) = True, blocks.one_line(plainly(transition, brand, error))
        identity = metadata(STEP_EVENT, transition)
        self._send(
            at.channel,
            text,
            body,
            lambda text, body: self._api.post(
                at.channel, text, body, identity, thread=at.ts, broadcast=loud
            ),
        )

    def _update(self, posted: Posted, transition: Transition, brand: Brand, failed: Failed) -> None:
        identity = metadata(INCIDENT_EVENT, transition, moves=posted.moves)
        self._send(
            posted.at.channel,
            *self._message(transition, brand, failed),
            lambda text, body: self._api.update(posted.at, text, body, identity),
        )

    def _post(self, transition: Transition, brand: Brand, moves: int, failed: Failed) -> None:
        identity = metadata(INCIDENT_EVENT, transition, moves=moves)
        at = self._post_anywhere(brand, *self._message(transition, brand, failed), identity)
        self._remember(transition.incident, Posted(at, snapshot(transition), moves))

    def _post_anywhere(
        self, brand: Brand, text: str, body: list[blocks.Block], identity: dict[str, Any]
    ) -> Address:
        refusal = PlaceError("no_channel", f"brand {brand.id} has no slack_channel")
        for channel in self._channels(brand):
            post = partial(self._api.post, channel, metadata=identity)
            try:
                return self._send(channel, text, body, post)
            except PlaceError as error:
                self._tell_refusal(error, channel)
                refusal = error
        raise refusal

    def _ring_plainly(self, transition: Transition, brand: Brand, error: Exception) -> Outcome:
        """Ring where not even the way to Slack went well: one message, later steps in its thread.

        Nothing is looked up, as that may be what failed: after a crash it may ring twice.
        """
        text, body = blocks.one_line(plainly(transition, brand, error))
        at = self._plain.get(transition.incident)
        if at is None:
            identity = metadata(INCIDENT_EVENT, transition)
            self._plain[transition.incident] = self._post_anywhere(brand, text, body, identity)
            if len(self._plain) > _REMEMBERED:
                self._plain.popitem(last=False)
            return "posted"
        identity = metadata(STEP_EVENT, transition)
        self._api.post(at.channel, text, body, identity, thread=at.ts, broadcast=True)
        return "updated"

    def _message(
        self, transition: Transition, brand: Brand, failed: Failed
    ) -> tuple[str, list[blocks.Block]]:
        try:
            if transition.level == "heads_up":
                text, body = blocks.quiet(tell_heads_up(transition, brand))
            else:
                text, body = blocks.message(tell(transition, brand))
        except Exception as error:  # noqa: BLE001 - told plainly, and handed on
            failed(error)
            text, body = blocks.one_line(plainly(transition, brand, error))
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
        # In seconds, since there is no day before the first of the calendar.
        oldest_s = min(transition.onset.timestamp(), sent_at.timestamp()) - LOOK_BACK_S
        for channel in self._channels(brand):
            if channel in self._unreadable:
                continue
            try:
                channel_id = self._api.channel_id(channel)
                if channel_id is None:
                    continue
                messages = self._api.history(channel_id, max(0.0, oldest_s))
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
