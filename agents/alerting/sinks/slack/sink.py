"""Incidents in Slack: one message each, kept up to date, its steps told in its thread."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from agents.alerting.message.brands import words_of
from agents.alerting.message.model import HeadsUp, Line, Message, Update
from agents.alerting.sinks.base import Delivered, FoundMessage, Notice, Search, UnsearchableError
from agents.alerting.sinks.slack import blocks, buttons
from agents.alerting.sinks.slack.api import MessageAddress, SlackApi
from agents.alerting.sinks.slack.errors import AccountError, GoneError, MessageFormError, PlaceError
from agents.alerting.sinks.slack.identity import (
    EVIDENCE_EVENT,
    INCIDENT_EVENT,
    STEP_EVENT,
    MessagePlace,
    find_evidence,
    find_message,
    has_step,
    metadata,
)
from schemas.brand import Brand

LOOK_BACK_S = 86_400
EVIDENCE = 10_000
"""Threads of which it is remembered where their evidence stands."""
_MOVES_GONE = 1
_MOVES = 2

Said = tuple[str, list[blocks.Block]]
"""The fallback text of a message, and its blocks."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class SlackSink:
    """Post and update incidents through ``api``.

    Slack keeps the identity of each message beside it, so that what was delivered can be looked up
    there, and a crash between Slack's acceptance and the log does not ring twice
    (docs/adr/0003-alert-identity.md). ``default_channel`` is for brands without one, and for brands
    whose own channel refuses. ``with_buttons``: somebody listens to them. ``refused(code)`` is told
    of every refusal. ``receiver``: its name in the routes; ``channel``: in place of each brand's.
    """

    name = "slack"
    title = "Slack"
    lasting = True

    def __init__(
        self,
        api: SlackApi,
        *,
        default_channel: str = "",
        with_buttons: bool = False,
        refused: Callable[[str], None] = lambda _code: None,
        receiver: str = "",
        channel: str = "",
    ) -> None:
        self._api = api
        self._default_channel = default_channel
        self._receiver = receiver
        self._channel = channel
        if receiver:
            self.name, self.title = receiver, f"Slack ({receiver})"
        self._with_buttons = with_buttons
        self._refused = refused
        self._unreadable: set[str] = set()
        self._evidence: dict[MessageAddress, str] = {}

    def deliver(self, notice: Notice) -> Delivered:
        """Bring Slack to the state of ``notice``; when this returns, Slack has it.

        Raises:
            TryLaterError, AccountError: Slack does not take it now.
            PlaceError: no channel takes it.
        """
        place = MessagePlace.of(notice.ref)
        if place is None or notice.reason.makes_message:
            # A changed message calls nobody: what rings is a new one.
            posted = self._post(notice, moves=0)
            if place is not None and notice.forward is not None:
                self._point_on(place, notice, notice.forward)
            self._tell_evidence(posted, notice, fresh=True)
            return Delivered(posted.ref)
        told = notice.update is None
        try:
            if notice.update is not None:
                # The reply goes first and the message last, because the message's metadata is what
                # says that all of this step is done.
                self._reply(place, notice, notice.update)
                told = True
            self._update(place, notice)
        except PlaceError as error:
            self._tell_refusal(error, place.at.channel)
            if _may_move(place, error):
                # Deleted by hand, or the channel was archived: people still have to hear of it.
                place = self._post(notice, moves=place.moves + 1)
                self._tell_evidence(place, notice, fresh=True)
                return Delivered(place.ref)
            if not told:
                raise
            return Delivered(place.ref)
        self._tell_evidence(place, notice)
        return Delivered(place.ref)

    def answers(self) -> bool:
        """Whether Slack is there and takes our token at all; a bad token is an ``AccountError``."""
        self._api.check()
        return True

    def find(self, search: Search) -> FoundMessage | None:
        """Look for the message of an incident in the channels where it may be.

        Raises:
            UnsearchableError: it is found nowhere, but not all of them can be read.
            TryLaterError, AccountError: Slack does not answer now.
        """
        unread = ""
        # In seconds, since there is no day before the first of the calendar.
        oldest_s = max(0.0, search.since_s - LOOK_BACK_S)
        for channel in self._channels(search.brand):
            if channel in self._unreadable:
                unread = channel
                continue
            try:
                channel_id = self._api.channel_id(channel)
                if channel_id is None:
                    unread = channel
                    continue
                messages = self._api.history(channel_id, oldest_s)
                found = find_message(messages, channel_id, search.incident, self._receiver)
            except (PlaceError, AccountError) as error:
                # Reading needs more rights than posting. Without them alerts still go out, but a
                # crash may ring twice.
                if not _is_unreadable(error):
                    raise
                log.warning(
                    "cannot read %s (%s): after a crash an alert may be posted twice; "
                    "give the app the scopes it lacks and invite it to the channel",
                    channel,
                    error,
                )
                self._unreadable.add(channel)
                unread = channel
            else:
                if found is not None:
                    return found
        if unread:
            raise UnsearchableError("unreadable", unread)
        return None

    def _post(self, notice: Notice, *, moves: int) -> MessagePlace:
        identity = self._identity(INCIDENT_EVENT, notice, moves=moves)
        text, body = blocks.pinging(notice.pings, *self._message(notice))
        at = self._post_anywhere(notice.brand, text, body, identity)
        return MessagePlace(at, moves)

    def _tell_evidence(self, place: MessagePlace, notice: Notice, *, fresh: bool = False) -> None:
        """Bring what the alert rests on into its thread, once, and change it with each step.

        ``fresh``: the message is new, so that nothing can be in its thread. A process that did not
        write it looks for it there first. Where one ended between message and thread, the next
        notice brings it. Its refusal keeps nobody asleep.
        """
        if not isinstance(notice.message, Message) or notice.test:
            return
        at, text, body = place.at, *blocks.evidence(notice.message)
        identity = self._identity(EVIDENCE_EVENT, notice)
        try:
            known = self._evidence.get(at, "")
            looked_up = not known and not fresh
            if looked_up:
                known = find_evidence(self._api.replies(at), notice.incident, self._receiver)
            if not known:
                reply = partial(self._api.post, at.channel, metadata=identity, thread=at.ts)
                known = self._send(at.channel, text, body, reply).ts
            elif notice.update is not None or notice.whole or looked_up:
                there = MessageAddress(at.channel, known)
                change = partial(self._api.update, there, metadata=identity)
                self._send(at.channel, text, body, change)
        except PlaceError as error:
            self._tell_refusal(error, at.channel)
        except AccountError as error:
            if not _is_unreadable(error):
                raise
        else:
            self._evidence[at] = known
            if len(self._evidence) > EVIDENCE:
                del self._evidence[next(iter(self._evidence))]

    def _point_on(self, place: MessagePlace, notice: Notice, line: Line) -> None:
        """Say in the place of a heads-up that it has rung; the alert is there whatever comes."""
        text, body = blocks.one_line(line)
        identity = self._identity(INCIDENT_EVENT, notice)
        try:
            self._api.update(place.at, text, body, identity)
        except PlaceError as error:
            self._tell_refusal(error, place.at.channel)

    def _reply(self, place: MessagePlace, notice: Notice, update: Update | Line) -> None:
        """Tell the step in the thread."""
        at = place.at
        if notice.in_doubt and self._is_told(at, notice):
            return
        identity = self._identity(STEP_EVENT, notice)
        self._send(
            at.channel,
            *blocks.pinging(notice.pings, *_said(update)),
            lambda text, body: self._api.post(
                at.channel, text, body, identity, thread=at.ts, broadcast=notice.loud
            ),
        )

    def _is_told(self, at: MessageAddress, notice: Notice) -> bool:
        """Whether the thread tells this step already; where it cannot be read, it does not."""
        try:
            return has_step(self._api.replies(at), notice.incident, notice.seq, notice.call)
        except (PlaceError, AccountError) as error:
            if isinstance(error, GoneError) or not _is_unreadable(error):
                raise
            return False

    def _update(self, place: MessagePlace, notice: Notice) -> None:
        identity = self._identity(INCIDENT_EVENT, notice, moves=place.moves)
        self._send(
            place.at.channel,
            *self._message(notice),
            lambda text, body: self._api.update(place.at, text, body, identity),
        )

    def _post_anywhere(
        self, brand: Brand, text: str, body: list[blocks.Block], identity: dict[str, Any]
    ) -> MessageAddress:
        refusal = PlaceError("no_channel", f"brand {brand.id} has no slack_channel")
        for channel in self._channels(brand):
            post = partial(self._api.post, channel, metadata=identity)
            try:
                return self._send(channel, text, body, post)
            except PlaceError as error:
                self._tell_refusal(error, channel)
                refusal = error
        raise refusal

    def _identity(self, event: str, notice: Notice, *, moves: int = 0) -> dict[str, Any]:
        return metadata(
            event,
            notice.incident,
            notice.told,
            moves=moves,
            receiver=self._receiver,
            call=notice.call,
            calls=notice.calls,
        )

    def _message(self, notice: Notice) -> Said:
        words = words_of(notice.brand)
        row = buttons.row(words, notice.incident, notice.answers) if self._with_buttons else []
        if isinstance(notice.message, Message):
            return blocks.message(notice.message, row)
        if isinstance(notice.message, HeadsUp):
            return blocks.quiet(notice.message, row)
        text, body = _said(notice.message)
        return text, [*body, *row]

    def _send(
        self,
        channel: str,
        text: str,
        body: list[blocks.Block],
        call: Callable[[str, list[blocks.Block] | None], T],
    ) -> T:
        try:
            return call(text, body)
        except MessageFormError as error:
            # Plain words still wake people; a message that Slack finds fault with does not.
            self._tell_refusal(error, channel)
            return call(text, None)

    def _channels(self, brand: Brand) -> tuple[str, ...]:
        wanted = (self._channel or brand.slack_channel, self._default_channel)
        return tuple(dict.fromkeys(channel for channel in wanted if channel))

    def _tell_refusal(self, error: PlaceError, channel: str) -> None:
        log.error("Slack refuses %s: %s", channel, error)
        self._refused(error.code)


def _may_move(place: MessagePlace, error: PlaceError) -> bool:
    """Whether to post a new message in the place of one that cannot be changed.

    Once where the message is gone: whoever deletes the second as well does not want it, and where
    Slack only says so, each step would make one more. Once again where its channel refuses, since
    there may be another channel.
    """
    return place.moves < (_MOVES_GONE if isinstance(error, GoneError) else _MOVES)


def _is_unreadable(error: PlaceError | AccountError) -> bool:
    """Whether only reading is refused, which needs more rights than posting."""
    return isinstance(error, PlaceError) or error.code == "missing_scope"


def _said(told: Update | Line) -> Said:
    return blocks.reply(told) if isinstance(told, Update) else blocks.one_line(told)
