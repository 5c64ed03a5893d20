"""Hours of faults in virtual time: the agent of X, without its threads, and an ``XWorld``."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event
from typing import NamedTuple

from agents.ingest.source import Missed, Post
from agents.ingest.sources.x.answers import budget_of, ending_of
from agents.ingest.sources.x.connect_log import ConnectLog
from agents.ingest.sources.x.connection import (
    Connect,
    ConnectionAccepted,
    Ended,
    State,
    WaitOver,
    step,
)
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.budget import SpendingLimits
from agents.ingest.sources.x.money.saving import LOOK_EVERY_S as SAVE_EVERY_S
from agents.ingest.sources.x.money.saving import Saver, rules_for
from agents.ingest.sources.x.money.usage import days_in
from agents.ingest.sources.x.reader import backfill_minutes
from agents.ingest.sources.x.recovery import SearchRecovery
from agents.ingest.sources.x.rule_watch import LOOK_EVERY_S, RuleKeeper
from agents.ingest.sources.x.rules import StandingRule
from agents.ingest.sources.x.signals import Alive, Disconnected, StreamLine, StreamOpened
from agents.ingest.sources.x.source import XOptions, XSource
from pipeline.brands import Rule
from schemas.mention import Mention
from support.x_world import ALL_EXPANSIONS, Answer, XPost, XWorld

BEGIN_S = 1_268_816_400.0
TICK_S = 0.25
SILENCE_S = 21.0
KEEP_ALIVE_S = 20.0
DELIVERED_AFTER_S = 3.0
DELAY_S = 7.0
RULE = Rule("Acme", "acme")


class Fault(NamedTuple):
    """What goes wrong, from when, for how long (seconds since the beginning)."""

    kind: str
    at_s: float
    for_s: float = 0.0


class Outage(NamedTuple):
    """What the storm itself knows of a time in which X was not heard."""

    heard_until_s: float
    again_s: float
    why: tuple[str, ...]


class Kept:
    """What is on the disk: it outlives the process."""

    raw: bytes | None = None

    def load(self):
        return self.raw

    def save(self, position):
        self.raw = position


class Book:
    """The rules of the world, as the keeper sees them."""

    def __init__(self, world: XWorld) -> None:
        self._world = world

    def read(self):
        return [StandingRule(one["id"], one["value"], one["tag"]) for one in self._world.rules]

    def carry_out(self, step, *, dry_run=False):
        asked = {"add": [rule._asdict() for rule in step.add]}
        if step.verb == "delete":
            asked = {"delete": {"ids": [standing.id for standing in step.delete]}}
        self._world.change_rules(asked, dry_run=dry_run)


class Storm:
    """One run of the faults; afterwards ``posts`` and ``gaps`` are what the agent said.

    ``per_s`` posts are written every second. ``mentions`` has each post that was said.
    """

    def __init__(
        self,
        faults,
        *,
        hours=2.0,
        recover=False,
        backfill=0,
        per_s=1.0,
        limits=SpendingLimits(),  # noqa: B008
        when_spent="stop",
    ) -> None:
        self.faults = list(faults)
        self.world = XWorld(connections_limit=1, connects_limit=50)
        self.now_s = BEGIN_S
        self.end_s = BEGIN_S + hours * 3600
        self.world.posts = [
            XPost(str(number), BEGIN_S + number / per_s, is_repost=number % 5 == 4)
            for number in range(int(hours * 3600 * per_s))
        ]
        self.posts: set[str] = set()
        self.mentions: dict[str, Mention] = {}
        self.rungs: list[str] = []
        self._limits, self._when_spent = limits, when_spent
        self.gaps = []
        self.outages: list[Outage] = []
        self._why: list[str] = []
        self._backfill = backfill
        self._kept, self._position, self._account_kept = Kept(), None, Kept()
        self._recover = recover
        self._lingering: list[float] = []
        self._stand_up()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_s, UTC)

    # The process

    def _stand_up(self) -> None:
        """A new process."""
        self.account = Account(
            self._limits, kept=self._account_kept, now=self.now, when_spent=self._when_spent
        )
        self._source = XSource(
            "x",
            "t",
            "http://127.0.0.1:9",
            [RULE],
            now=self.now,
            options=XOptions(delay_s=DELAY_S),
            account=self.account,
        )
        self._source._resume(self._position)
        if self._recover:
            self._source._recoverer = SearchRecovery(
                self._ask, ["Acme"], now=self.now, account=self.account
            )
            self._source._fetch = self._inline
        self._log = ConnectLog(self._kept)
        self._state = State()
        self._keeper = RuleKeeper(
            Book(self.world),
            rules_for([RULE], "tocsin", self.account.rung),
            owner="tocsin",
            tell=self._say,
            now=self.now,
        )
        self._saver = Saver(
            self.account,
            self._keeper,
            [RULE],
            owner="tocsin",
            may_change_rules=True,
            renew=self._renew,
            tell=self._say,
            usage=lambda: days_in(json.dumps(self.world.usage().body).encode()),
            now=self.now,
        )
        self._asked_for = self.account.rung
        self._save_s = self.now_s
        self._is_open = False
        self._look_s = self.now_s + LOOK_EVERY_S

    def _inline(self, recoverer, gap):
        """Fetch at once: what comes meanwhile waits, and so does the virtual time."""
        storm = self

        class Fetching:
            def __init__(self):
                begun_s = storm.now_s
                storm.now_s = max(begun_s, gap.end.timestamp() + 16)
                self._found: Iterator = iter(list(recoverer.fetch(gap, Event())))
                storm.now_s = begun_s

            def take(self, _timeout_s):
                return next(self._found)

        return Fetching()

    def _ask(self, _query, start, end, token):
        answer = self.world.search(start.timestamp(), end.timestamp() + 1, token, self.now_s)
        assert answer.status == 200, answer
        return json.dumps(answer.body).encode()

    def _renew(self, rung) -> None:
        self.rungs.append(rung.name)
        if self._is_open and (
            rung.name == "stopped" or rung.has_authors != self._asked_for.has_authors
        ):
            self._end(self.account.spent() or Ended("saving", rung.words()))

    def _say(self, signal) -> None:
        self._take(self._source._said(signal))
        while self._source._fetching is not None:
            self._take(self._source._fetched(self._source._fetching.take(0)))

    def _take(self, events) -> None:
        for event in events:
            if isinstance(event, Post):
                self.posts.add(event.mention.id)
                self.mentions[event.mention.id] = event.mention
            elif isinstance(event, Missed):
                self.gaps.append(event.gap)
        self._position = self._source.position()

    # X, with its faults

    def _fault(self, *kinds) -> Fault | None:
        since_s = self.now_s - BEGIN_S
        return next(
            (f for f in self.faults if f.kind in kinds and f.at_s <= since_s < f.at_s + f.for_s),
            None,
        )

    def run(self) -> "Storm":
        """Play it to its end."""
        struck: set[Fault] = set()
        while self.now_s < self.end_s:
            for fault in self.faults:
                if fault not in struck and self.now_s - BEGIN_S >= fault.at_s:
                    struck.add(fault)
                    self._strike(fault)
            self._lingering = [at_s for at_s in self._lingering if self._still(at_s)]
            if self._is_open:
                self._listen()
            elif self.now_s >= self._state.due_s:
                self._connect()
            if self.now_s >= self._save_s:
                self._saver.look()
                self._save_s = self.now_s + SAVE_EVERY_S
            if self._is_open and self.now_s >= self._look_s:
                self._keeper.look()
                self._look_s = self.now_s + LOOK_EVERY_S
            self.now_s += TICK_S
        return self

    def _still(self, until_s) -> bool:
        if self.now_s < until_s:
            return True
        self.world.leave()
        return False

    def _strike(self, fault: Fault) -> None:
        match fault.kind:
            case "kill":
                # X does not know for a while that nobody listens any more.
                if self._is_open:
                    self._lingering.append(self.now_s + 45)
                self._why.append("kill")
                self._stand_up()
            case "drop" if self._is_open:
                self._end(Ended("dropped", "closed by X"))
            case "told" if self._is_open:
                self._end(Ended("dropped", "operational-disconnect (Upstream)"))
            case "others":
                self.world.others_connect(60, self.now_s)
            case "rules":
                self.world.rules = []

    def _connect(self) -> None:
        if ended := self.account.spent() or self._keeper.ensure():
            self._refuse(ended)
            return
        self._state, todo = step(self._state, WaitOver(self._log.latest(self.now_s)), self.now_s)
        if not isinstance(todo, Connect):
            return
        self._log.add(self.now_s)
        if self._fault("network"):
            self.world.connects_s.append(self.now_s)
            self._refuse(Ended("network", "ConnectionError"))
            return
        statuses = {"503": 503, "401": 401, "402": 402}
        broken = self._fault(*statuses)
        self.world.broken = (
            Answer(statuses[broken.kind], {"title": broken.kind}) if broken else None
        )
        told = self.world.connect(self.now_s)
        if told.status != 200:
            body = json.dumps(told.body).encode()
            self._refuse(ending_of(told.status, told.headers, body))
            return
        self._state, _ = step(self._state, ConnectionAccepted(budget_of(told.headers)), self.now_s)
        if self._why:
            self.outages.append(Outage(self._alive_s, self.now_s, tuple(self._why)))
            self._why = []
        self._asked_for = self.account.rung
        self._is_open = True
        self._opened_s = self._alive_s = self.now_s
        missed_s = self._source._missed_s()
        minutes = backfill_minutes(missed_s, self._backfill)
        # What was written shortly before is delivered still.
        from_s = self.now_s - (minutes * 60 if minutes else DELIVERED_AFTER_S)
        self._next = max(math.ceil(from_s - BEGIN_S), 0)
        self._say(StreamOpened(self.now(), backfill_s=minutes * 60.0))
        self._keeper.look()

    def _listen(self) -> None:
        if not self._fault("stall"):
            while self._next < len(self.world.posts) and (
                self.world.posts[self._next].at_s <= self.now_s - DELIVERED_AFTER_S
            ):
                expansions = ALL_EXPANSIONS if self._asked_for.has_authors else ALL_EXPANSIONS[2:3]
                line = self.world.line(self.world.posts[self._next], expansions, self.now_s)
                self._next += 1
                if line is not None:
                    self._alive_s = self.now_s
                    is_over = self.account.took(line)
                    self._say(StreamLine(line, self.now()))
                    if is_over:
                        self._end(self.account.spent())
                        return
            if self.now_s - self._alive_s >= KEEP_ALIVE_S:
                self._alive_s = self.now_s
                self._say(Alive(self.now()))
        if self.now_s - self._alive_s >= SILENCE_S:
            self._end(Ended("silent", "silence: nothing came for 21 s"))
        elif self._fault("flap") and self.now_s - self._opened_s >= 5:
            self._end(Ended("dropped", "closed by X"))

    def _end(self, ended: Ended) -> None:
        self._is_open = False
        self.world.leave()
        self._refuse(ended)

    def _refuse(self, ended: Ended) -> None:
        self._why.append(ended.kind)
        self._state, _ = step(self._state, ended, self.now_s)
        self._say(Disconnected(ended, is_hopeless=self._state.is_hopeless))
