"""Has the connection and the rules ask for what the account decides, and X for what it counted."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from threading import Event, Thread
from typing import Final

from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.ladder import ALL, STOPPED, Rung
from agents.ingest.sources.x.money.usage import UsageError
from agents.ingest.sources.x.rule_watch import RuleKeeper
from agents.ingest.sources.x.rules import owned
from agents.ingest.sources.x.signals import Saving
from pipeline.brands import Rule

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1.0
RECONCILE_EVERY_S: Final = 1800.0
"""X allows 50 questions about the usage within 15 minutes."""


def rules_for(rules: Sequence[Rule], owner: str, rung: Rung) -> list[Rule]:
    """Return the rules of the brands as they stand at X on a rung."""
    percent = rung.percent or ALL.percent  # a stopped stream leaves them as they would be
    return owned(rules, owner, percent=percent, reposts=rung.has_reposts)


class Saver:
    """Carries out one look after the other; ``SaverWatch`` has it look.

    ``renew`` is called with what is asked for now, so that a connection that asks for something
    else is made anew.
    """

    def __init__(
        self,
        account: Account,
        keeper: RuleKeeper,
        rules: Sequence[Rule],
        *,
        owner: str,
        may_change_rules: bool,
        renew: Callable[[Rung], None],
        tell: Callable[[Saving], None],
        usage: Callable[[], Mapping[date, int]],
        now: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._keeper = keeper
        self._rules = rules
        self._owner = owner
        self._may_change_rules = may_change_rules
        self._renew = renew
        self._tell = tell
        self._usage = usage
        self._now = now
        self._asked_s = 0.0
        self._in_force = account.rung

    def look(self) -> None:
        """Ask X for its count if it is time, and carry out what the account decides."""
        self._reconcile()
        self._account.decide()
        rung = self._account.rung  # a line may have spent the rest meanwhile
        if rung == self._in_force:
            return
        self._in_force = rung
        if rung != STOPPED and self._may_change_rules:
            wanted = rules_for(self._rules, self._owner, rung)
            if ended := self._keeper.want(wanted):
                log.warning("X: rules to save money: %s %s", ended.short, ended.detail)
        self._tell(Saving(self._now(), rung.has_reposts, rung.words()))
        self._renew(rung)

    def _reconcile(self) -> None:
        now_s = self._now().timestamp()
        if not self._account.has_limits or now_s - self._asked_s < RECONCILE_EVERY_S:
            return
        self._asked_s = now_s
        try:
            self._account.reconcile(self._usage())
        except UsageError as error:
            log.warning("X: what was used is not known: %s", error)


class SaverWatch(Thread):
    """Has a saver look every second."""

    def __init__(self, saver: Saver, *, every_s: float = LOOK_EVERY_S) -> None:
        super().__init__(name="x-money", daemon=True)
        self._saver = saver
        self._every_s = every_s
        self._halt = Event()

    def run(self) -> None:
        """Look until halted."""
        while not self._halt.wait(self._every_s):
            try:
                self._saver.look()
            except Exception:
                log.exception("X: money could not be looked after; it is tried again")

    def halt(self) -> None:
        """Stop looking."""
        self._halt.set()
