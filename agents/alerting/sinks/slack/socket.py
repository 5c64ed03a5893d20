"""Buttons and forms in Slack, heard over Socket Mode: no address of ours is open to the world."""

import logging
from collections.abc import Callable, Container, Mapping
from threading import Event, Thread
from types import TracebackType
from typing import Any, Final, Self

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from agents.alerting.answers import AnswerError
from agents.alerting.sinks.slack.buttons import read
from agents.alerting.sinks.slack.errors import SlackError, TryLaterError, from_answer, from_network
from schemas.feedback import Feedback

RETRY_S: Final = 30.0
CLOSE_S: Final = 10.0
"""How long to wait for the client to close; its threads do not keep the process alive."""

log = logging.getLogger(__name__)


class ButtonListener:
    """Listens within a ``with`` block, and connects again whenever there is no connection.

    ``send`` is handed what people say of an alert, ``hear`` whatever else they press or fill in, in
    threads of Slack's client; it is acknowledged when they return, with what ``hear`` returned.
    Where they raise (``AnswerError``, ``SlackError``), it is not, and Slack tells whoever pressed
    that it did not work. ``hear`` returns None for what is none of ours.

    Raises:
        SlackError: on entering, if Slack refuses the token. One that is away is tried again.
    """

    def __init__(
        self,
        app_token: str,
        base_url: str,
        *,
        brands: Container[str],
        send: Callable[[Feedback], None],
        hear: Callable[[Mapping[str, Any]], dict[str, Any] | None] = lambda _: None,
        timeout_s: int = 10,
        retry_s: float = RETRY_S,
    ) -> None:
        web = WebClient(base_url=base_url, timeout=timeout_s, retry_handlers=[], logger=log)
        self._client = SocketModeClient(app_token, web_client=web, logger=log)
        self._client.socket_mode_request_listeners.append(self._hear)
        self._brands = brands
        self._send = send
        self._hear_more = hear
        self._retry_s = retry_s
        self._stop = Event()
        self._waiting = Thread(target=self._wait_for_slack, name="buttons", daemon=True)

    def __enter__(self) -> Self:
        try:
            self._connect()
        except TryLaterError as error:
            log.warning("buttons do not work yet: Slack is away (%s)", error)
            self._waiting.start()
        except SlackError:
            self._client.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        if self._waiting.is_alive():
            self._waiting.join()
        # The client waits for a thread of its own that may be reading, and so for ever.
        closing = Thread(target=self._client.close, name="buttons-close", daemon=True)
        closing.start()
        closing.join(CLOSE_S)

    def _connect(self) -> None:
        try:
            self._client.connect()
        except SlackApiError as error:
            raise from_answer(error) from error
        except OSError as error:
            raise from_network(error) from error

    def _wait_for_slack(self) -> None:
        while not self._stop.wait(self._retry_s):
            try:
                self._connect()
            except TryLaterError:
                continue
            except SlackError as error:
                log.error("buttons do not work: Slack: %s", error)  # noqa: TRY400 - says all
            else:
                log.warning("buttons work now")
            return

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            reply = self._answer(request.payload) if request.type == "interactive" else None
        except (AnswerError, SlackError) as error:
            log.error("what somebody said in Slack is lost: %s", error)  # noqa: TRY400 - says all
            return
        if reply is None:
            log.debug("nothing for us: %s", request.type)
        response = SocketModeResponse(envelope_id=request.envelope_id, payload=reply or None)
        client.send_socket_mode_response(response)

    def _answer(self, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        said = read(payload, self._brands)
        if said is None:
            return self._hear_more(payload)
        try:
            self._send(said)
        except AnswerError as error:
            raise AnswerError(f"{said.kind} by {said.by} on {said.incident}: {error}") from error
        log.info("%s by %s on %s", said.kind, said.by, said.incident)
        return {}
