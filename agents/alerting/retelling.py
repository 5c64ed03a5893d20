"""Messages that stand in a channel are told again without what was to be forgotten since."""

import logging
from collections import deque
from collections.abc import Callable
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
        now_s: Callable[[], float],
    ) -> None:
        self._notifier = notifier
        self._newest = newest
        self._now_s = now_s
        self._waiting: deque[tuple[float, str]] = deque()

    def add(self, incident: str) -> None:
        """Have an incident told again."""
        self._waiting.append((0.0, incident))

    def turn(self) -> None:
        """Tell the next one whose time has come."""
        if not self._waiting or self._waiting[0][0] > self._now_s():
            return
        _, incident = self._waiting.popleft()
        transition = self._newest(incident)
        if transition is None:
            return
        try:
            self._notifier.refresh(transition)
        except RejectedError as error:
            log.warning("%s cannot be told without what was deleted: %s", incident, error)
        except SinkError as error:
            log.warning("%s is told without what was deleted later: %s", incident, error)
            self._waiting.append((self._now_s() + _AGAIN_S, incident))


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
