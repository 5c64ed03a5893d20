"""Looks after the rules: a stream whose rules went away is not quiet, it is blind."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Final

from agents.ingest.sources.x.answers import shown
from agents.ingest.sources.x.connection import Ended
from agents.ingest.sources.x.rules import RequestError, RuleBook, RulesRefusedError, plan, steps
from agents.ingest.sources.x.signals import RulesBack, RulesGone
from pipeline.brands import Rule
from pipeline.brands.x_rules import RULES_LIMIT

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 180.0
"""X allows 450 reads of the rules within 15 minutes; this takes five."""


class RuleKeeper:
    """Compares the rules at X with those wanted, and puts them right if it may.

    ``wanted`` are rules as ``rules.owned`` makes them. ``tell`` gets ``RulesGone`` and
    ``RulesBack``. Safe for several threads.
    """

    def __init__(
        self,
        book: RuleBook,
        wanted: Sequence[Rule],
        *,
        owner: str,
        tell: Callable[[RulesGone | RulesBack], None],
        now: Callable[[], datetime],
        may_change: bool = True,
        cap: int = RULES_LIMIT,
    ) -> None:
        self._book = book
        self._wanted = wanted
        self._owner = owner
        self._tell = tell
        self._now = now
        self._may_change = may_change
        self._cap = cap
        self._lock = Lock()
        self._right_at: datetime | None = None
        self._is_gone = False

    def want(self, wanted: Sequence[Rule]) -> Ended | None:
        """Have other rules from now on; return why they are not in place yet, if they are not.

        Until they are, the ones before deliver: that is no blindness.
        """
        with self._lock:
            self._wanted = wanted
            if not self._is_gone:
                self._right_at = None
        return self.look()

    def ensure(self) -> Ended | None:
        """Look, unless the rules are known to be right; return why they are not."""
        with self._lock:
            known = self._right_at is not None and not self._is_gone
        return None if known else self.look()

    def doubt(self) -> None:
        """X said that the rules are not right: have ``ensure`` look again."""
        with self._lock:
            self._gone("X says that no rules are in place")

    def look(self) -> Ended | None:
        """Read the rules, and put them right; return why they are not, or None.

        That they cannot be read just now says nothing about them: it is returned, not told.
        """
        with self._lock:
            try:
                return self._look()
            except RequestError as error:
                return error.ended
            except RulesRefusedError as error:
                return Ended("refused", shown(str(error)))

    def _look(self) -> Ended | None:
        todo = plan(self._wanted, self._book.read(), owner=self._owner)
        if todo.lacks:
            words = f"{todo.lacks} of {len(self._wanted)} rules are not in place"
            self._gone(words)
            if not self._may_change:
                return Ended("rules", f"{words}; tocsin rules apply puts them there")
        if not todo.is_done and self._may_change:
            for step in steps(todo, cap=self._cap):
                self._book.carry_out(step)
            log.info(
                "X rules: %d added, %d deleted, %d tagged anew",
                len(todo.add), len(todo.delete), len(todo.retag),
            )  # fmt: skip
        self._right_at = self._now()
        if self._is_gone:
            self._is_gone = False
            self._tell(RulesBack(self._right_at))
        return None

    def _gone(self, words: str) -> None:
        """Tell that rules which were in place are not; before the first time there is no news."""
        if self._right_at is not None and not self._is_gone:
            log.warning("X: %s", words)
            self._is_gone = True
            self._tell(RulesGone(self._right_at, words))


class RuleWatch(Thread):
    """Has a keeper look every few minutes, and at once where ``wake`` is called."""

    def __init__(self, keeper: RuleKeeper, *, every_s: float = LOOK_EVERY_S) -> None:
        super().__init__(name="x-rules", daemon=True)
        self._keeper = keeper
        self._every_s = every_s
        self._asked = Event()
        self._halt = Event()

    def run(self) -> None:
        """Look until halted."""
        while not self._halt.is_set():
            was_asked = self._asked.wait(self._every_s)
            self._asked.clear()
            if self._halt.is_set():
                return
            if ended := self._keeper.look():
                log.warning("X: %s %s", ended.short, ended.detail)
                if was_asked:
                    self._halt.wait(1.0)  # a stream that flaps does not make it look all the time

    def wake(self) -> None:
        """Look soon: a connection was made."""
        self._asked.set()

    def halt(self) -> None:
        """Stop looking."""
        self._halt.set()
        self._asked.set()
