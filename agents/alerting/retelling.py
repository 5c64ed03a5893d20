"""Messages that stand in a channel are told again without what was to be forgotten since."""

import logging
from collections.abc import Callable
from threading import Lock
from typing import Final

from agents.alerting.notifier import Notifier
from agents.alerting.sinks.base import RejectedError, SinkError
from schemas.incident import Transition

log = logging.getLogger(__name__)

_AGAIN_S: Final = 5.0


class Retelling:
    """Takes incidents that show less from any thread, and tells one a turn in the sink's own.

    ``newest`` gives an incident as it may be shown, or None. What the channel does not take now is
    tried again after five seconds; the others go on.
    """

    def __init__(
        self,
        notifier: Notifier,
        newest: Callable[[str], Transition | None],
        *,
        clock_s: Callable[[], float],
    ) -> None:
        self._notifier = notifier
        self._newest = newest
        self._clock_s = clock_s
        self._lock = Lock()
        self._due_s: dict[str, float] = {}

    def add(self, incident: str) -> None:
        """Have an incident told again: once, however much of it goes before its turn comes."""
        with self._lock:
            self._due_s.setdefault(incident, 0.0)

    def turn(self) -> None:
        """Tell the next one whose time has come."""
        now_s = self._clock_s()
        with self._lock:
            incident = next((one for one, due_s in self._due_s.items() if due_s <= now_s), None)
            if incident is None:
                return
            del self._due_s[incident]
        transition = self._newest(incident)
        if transition is None:
            return
        try:
            self._notifier.refresh(transition)
        except RejectedError as error:
            log.warning("%s cannot be told without what was deleted: %s", incident, error)
        except SinkError as error:
            log.warning("%s is told without what was deleted later: %s", incident, error)
            with self._lock:
                self._due_s.setdefault(incident, self._clock_s() + _AGAIN_S)


class Retellings:
    """Those of all channels; each is told which incident shows less. Safe for several threads."""

    def __init__(self) -> None:
        self._all: tuple[Retelling, ...] = ()

    def join(self, retelling: Retelling) -> None:
        """Have one more told, of what comes from now on."""
        self._all += (retelling,)

    def add(self, incident: str) -> None:
        """Have an incident told again by all of them."""
        for each in self._all:
            each.add(incident)
