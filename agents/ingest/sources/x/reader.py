"""The thread that reads X and does nothing else, so that X never finds a slow reader."""

import logging
import queue
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, Thread
from typing import NamedTuple

import requests
import tweepy

from agents.ingest.sources.x.backoff import Backoff, Ended
from agents.ingest.sources.x.client import SILENCE_S, XClient
from agents.ingest.sources.x.rules import sync_rules
from pipeline.brands import Rule

log = logging.getLogger(__name__)

CAPACITY = 20_000


class Line(NamedTuple):
    """A line of the stream and when it came."""

    raw: bytes
    at: datetime


class Alive(NamedTuple):
    """A keep-alive."""

    at: datetime


class Opened(NamedTuple):
    """A connection stands."""

    at: datetime


class Disconnected(NamedTuple):
    """A connection, or an attempt at one, ended."""

    ended: Ended


class Overrun(NamedTuple):
    """Lines that could not be queued: how many, and when the first and the last came."""

    lines: int
    first: datetime
    last: datetime


Signal = Line | Alive | Opened | Disconnected | Overrun


class XReader(Thread):
    """Sets the rules, then keeps a connection until stopped, and puts signals into ``signals``.

    When the queue is full, lines are dropped and told of by an ``Overrun`` as soon as there is
    room. ``error`` is what ended the thread, if it was not ``halt``.
    """

    def __init__(
        self,
        bearer_token: str,
        base_url: str,
        rules: Sequence[Rule],
        *,
        now: Callable[[], datetime],
        backoff: Backoff | None = None,
        capacity: int = CAPACITY,
        silence_s: float = SILENCE_S,
    ) -> None:
        super().__init__(name="x-reader", daemon=True)
        self.signals: queue.Queue[Signal] = queue.Queue(capacity)
        self.error: Exception | None = None
        self._rules = rules
        self._now = now
        self._backoff = backoff or Backoff()
        self._halt = Event()
        self._overrun: Overrun | None = None
        self._client = XClient(
            bearer_token,
            base_url,
            on_line=lambda raw: self._put(Line(raw, now())),
            on_open=lambda: self._put(Opened(now())),
            on_alive=lambda: self._put(Alive(now())),
            silence_s=silence_s,
        )

    def run(self) -> None:
        """Read until halted or refused."""
        try:
            self._read()
        except Exception as error:  # noqa: BLE001 - handed to the thread that drains the queue
            self.error = error

    def halt(self) -> None:
        """Stop reading, at once where the connection lets go."""
        self._halt.set()
        self._client.hang_up()

    def _read(self) -> None:
        ruled = False
        while not self._halt.is_set():
            ended = None if ruled else self._set_rules()
            ruled = ended is None
            if ended is None:
                ended = self._client.listen()
            if self._halt.is_set():
                return
            self._put(Disconnected(ended))
            delay_s = self._backoff.after(ended, self._now().timestamp())
            log.warning(
                "X: %s %s %s; again in %.1f s",
                ended.kind,
                ended.status or "",
                ended.detail,
                delay_s,
            )
            self._halt.wait(delay_s)

    def _set_rules(self) -> Ended | None:
        """Sync the rules; on failure return it as an ending, so that it is backed off alike."""
        try:
            sync_rules(self._client, self._rules)
        except tweepy.HTTPException as error:
            reset = error.response.headers.get("x-rate-limit-reset", "")
            return Ended(
                "http",
                status=error.response.status_code,
                detail=f"rules: {error}",
                retry_at_s=float(reset) if reset.isdigit() else None,
            )
        except requests.RequestException as error:
            return Ended("network", detail=f"rules: {error}")
        return None

    def _put(self, signal: Signal) -> None:
        try:
            if self._overrun:
                self.signals.put_nowait(self._overrun)
                self._overrun = None
            self.signals.put_nowait(signal)
        except queue.Full:
            if isinstance(signal, Line):
                lost = self._overrun or Overrun(0, signal.at, signal.at)
                self._overrun = Overrun(lost.lines + 1, lost.first, signal.at)
            elif isinstance(signal, Opened | Disconnected):
                # These must not be lost; the connection waits for the queue.
                self.signals.put(signal)
