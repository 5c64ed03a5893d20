"""The thread that reads X and does nothing else, so that X never finds a slow reader."""

import logging
import math
import queue
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from agents.ingest.sources.x.client import SILENCE_S, XClient
from agents.ingest.sources.x.connect_log import ConnectLog
from agents.ingest.sources.x.connection import (
    DEFAULT,
    Action,
    Connect,
    ConnectBudget,
    ConnectionAccepted,
    Ended,
    Policy,
    State,
    Wait,
    WaitOver,
    step,
)
from agents.ingest.sources.x.connection import Event as ConnectionEvent
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.ladder import ALL, STOPPED, Rung
from agents.ingest.sources.x.rule_watch import RuleKeeper
from agents.ingest.sources.x.signals import (
    Alive,
    Disconnected,
    Overrun,
    Signal,
    StreamLine,
    StreamOpened,
)

log = logging.getLogger(__name__)

CAPACITY = 20_000
MOST_BACKFILL_MINUTES = 5


def backfill_minutes(missed_s: float | None, allowed: int) -> int:
    """Whole minutes to ask for, so that what was missed comes again; 0 asks for nothing.

    >>> [backfill_minutes(missed_s, 5) for missed_s in (None, 12.0, 90.0, 3600.0)]
    [0, 1, 2, 5]
    """
    if missed_s is None or missed_s <= 0 or not allowed:
        return 0
    return min(math.ceil(missed_s / 60), allowed, MOST_BACKFILL_MINUTES)


class XReader(Thread):
    """Keeps one connection until halted, as ``connection.step`` decides, and puts ``signals``.

    Rules are looked at before the first connection, and where X says that they are not right;
    ``on_open`` is called at each. When the queue is full, lines are dropped and told of by an
    ``Overrun`` as soon as there is room. ``missed_s`` says how long nothing was heard, up to now.
    ``error`` is what ended the thread, if it was not ``halt``.
    """

    def __init__(
        self,
        bearer_token: str,
        base_url: str,
        *,
        signals: queue.Queue[Signal],
        keeper: RuleKeeper,
        connects: ConnectLog,
        account: Account,
        now: Callable[[], datetime],
        by: int = 0,
        policy: Policy = DEFAULT,
        silence_s: float = SILENCE_S,
        backfill: int = 0,
        missed_s: Callable[[], float | None] = lambda: None,
        on_open: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(name=f"x-reader-{by}", daemon=True)
        self.signals = signals
        self.error: Exception | None = None
        self._keeper = keeper
        self._connects = connects
        self._account = account
        self._asked_for = ALL
        self._now = now
        self._by = by
        self._policy = policy
        self._backfill = backfill
        self._missed_s = missed_s
        self._on_open = on_open
        self._backfill_s = 0.0
        self._state = State()
        self._halt = Event()
        self._overrun: Overrun | None = None
        self._client = XClient(
            bearer_token,
            base_url,
            on_line=self._came,
            on_open=self._opened,
            on_alive=lambda: self._put(Alive(now(), by)),
            silence_s=silence_s,
        )

    def run(self) -> None:
        """Read until halted."""
        try:
            self._read()
        except Exception as error:  # noqa: BLE001 - handed to the thread that drains the queue
            self.error = error

    def halt(self) -> None:
        """Stop reading, at once where the connection lets go."""
        self._halt.set()
        self._client.hang_up()

    def renew(self, rung: Rung) -> None:
        """Have the connection made anew if it asks for something else than ``rung`` does."""
        if rung == STOPPED or rung.has_authors != self._asked_for.has_authors:
            self._client.drop(self._account.spent() or Ended("saving", rung.words()))

    def _read(self) -> None:
        while not self._halt.is_set():
            ended = self._account.spent() or self._keeper.ensure()
            if ended is None:
                todo = self._due()
                if isinstance(todo, Wait):
                    self._wait(todo)
                    continue
                ended = self._listen()
            if self._halt.is_set():
                return
            todo = self._step(ended)
            if ended.kind == "rules":
                self._keeper.doubt()
            self._put(Disconnected(ended, self._by, self._state.is_hopeless))
            if isinstance(todo, Wait):
                delay_s = todo.until_s - self._now().timestamp()
                log.warning("X: %s: %s; again in %.1f s", ended.short, ended.detail, delay_s)
                self._wait(todo)

    def _due(self) -> Action:
        """Ask whether to connect now; if so, that is noted before anything is sent."""
        with self._connects.lock:
            now_s = self._now().timestamp()
            todo = self._step(WaitOver(self._connects.latest(now_s)))
            if isinstance(todo, Connect):
                self._connects.add(now_s)
        return todo

    def _listen(self) -> Ended:
        minutes = backfill_minutes(self._missed_s(), self._backfill)
        self._backfill_s = minutes * 60.0
        also = {"backfill_minutes": str(minutes)} if minutes else {}
        self._asked_for = self._account.rung
        return self._client.listen(with_authors=self._asked_for.has_authors, **also)

    def _came(self, raw: bytes) -> None:
        """Pay for a line before anything else is done with it."""
        if self._account.took(raw):
            self._client.drop(self._account.spent())
        self._put(StreamLine(raw, self._now(), self._by))

    def _opened(self, budget: ConnectBudget | None) -> None:
        self._step(ConnectionAccepted(budget))
        self._put(StreamOpened(self._now(), self._by, self._backfill_s))
        self._on_open()

    def _step(self, event: ConnectionEvent) -> Action:
        self._state, todo = step(self._state, event, self._now().timestamp(), self._policy)
        return todo

    def _wait(self, todo: Wait) -> None:
        self._halt.wait(max(todo.until_s - self._now().timestamp(), 0.0))

    def _put(self, signal: Signal) -> None:
        try:
            if self._overrun:
                self.signals.put_nowait(self._overrun)
                self._overrun = None
            self.signals.put_nowait(signal)
        except queue.Full:
            if isinstance(signal, StreamLine):
                lost = self._overrun or Overrun(0, signal.at, signal.at)
                self._overrun = Overrun(lost.lines + 1, lost.first, signal.at)
            elif isinstance(signal, StreamOpened | Disconnected):
                # These must not be lost; the connection waits for the queue.
                self.signals.put(signal)
