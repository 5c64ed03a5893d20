"""How a source stands, for people who are not its operators: what becomes of ``tocsin.sources``."""

import re
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from agents.monitoring.health import Cause, Word
from agents.secret import hide
from schemas.mention import Gap
from schemas.source_status import BECAUSE_CHARACTERS, GAPS_KEPT, SourceState, SourceStatus

BEHIND_AFTER: Final = timedelta(seconds=120)
"""The brands' alerts count a source as heard that is a minute late; two are no hiccup."""

_STATES: Final[Mapping[Word, SourceState]] = MappingProxyType(
    {"source_refused": "refused", "out_of_money": "unpaid"}
)


_HEARD: Final = frozenset[SourceState]({"listening", "behind"})

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
"""No record may hold them, and the words of a place may."""


class SourceStanding:
    """What is known of one source in this run, and what an earlier one left (``before``). Pure.

    ``at``: when this run began. ``brands``: ids of those that it listens for.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 11, 30, 9, tzinfo=UTC)
    >>> standing = SourceStanding("x", live=True, brands=["acme"], at=nine)
    >>> standing.status(None, nine).state
    'starting'
    >>> refusal = Cause("source_refused", "x has not been heard for 9 s: 403", "403")
    >>> status = standing.status(refusal, nine + timedelta(seconds=9))
    >>> status.state, status.because, status.since == nine
    ('refused', '403', True)
    """

    def __init__(
        self,
        source: str,
        *,
        live: bool,
        brands: Sequence[str],
        at: datetime,
        before: SourceStatus | None = None,
    ) -> None:
        self._source = source
        self._live = live
        self._brands = tuple(brands)
        self._reached = before.reached if before else None
        # What was never heard is so since it was first tried.
        self._began = before.since if before and before.reached is None else at
        self._post_at: datetime | None = None
        self._gaps = deque(before.gaps if before else ())
        self._complete_from = before.complete_from if before else None
        self._is_heard = False
        self._state: SourceState = "starting"
        self._since = at

    def reached(self, at: datetime) -> None:
        """The source is heard, and complete up to ``at``."""
        self._is_heard = True
        self._reached = at
        if self._complete_from is None:
            self._complete_from = at

    def lost(self) -> None:
        """The source is not heard any more."""
        self._is_heard = False

    def posted(self, at: datetime) -> None:
        """A post of this date was read."""
        if self._post_at is None or at > self._post_at:
            self._post_at = at

    def missed(self, gap: Gap) -> None:
        """The source stated a gap."""
        self._gaps.append(gap)
        if len(self._gaps) > GAPS_KEPT:
            forgotten = self._gaps.popleft().end
            self._complete_from = max(self._complete_from or forgotten, forgotten)

    def status(self, cause: Cause | None, now: datetime) -> SourceStatus:
        """Return how it stands at ``now``, where ``cause`` is what its ``health`` says."""
        state = self._state_of(cause, now)
        if state in _HEARD:
            if state != self._state:
                self._since = now if state == "listening" else self._complete_to(now)
        elif state != "starting":
            self._since = self._complete_to(now)
        self._state = state
        because = "" if cause is None else cause.why or cause.detail
        return self._record(because, now)

    def stopped(self, because: str, now: datetime) -> SourceStatus:
        """Return what is said last: that the process ends in order, or ``because`` of a refusal."""
        if because:
            self._state, self._since = "refused", self._complete_to(now)
        else:
            self._state, self._since = "stopped", now
        return self._record(because, now)

    def _complete_to(self, now: datetime) -> datetime:
        return min(self._reached or self._began, now)

    def _state_of(self, cause: Cause | None, now: datetime) -> SourceState:
        if cause is not None:
            if cause.word in _STATES:
                return _STATES[cause.word]
            return "never_heard" if self._reached is None else "blind"
        if not self._is_heard:
            return self._state  # away for a moment, as ``health`` sees it
        if self._live and self._reached is not None and now - self._reached > BEHIND_AFTER:
            return "behind"
        return "listening"

    def _record(self, because: str, now: datetime) -> SourceStatus:
        return SourceStatus(
            source=self._source,
            live=self._live,
            state=self._state,
            since=self._since,
            at=now,
            because=_CONTROL.sub(" ", hide(because))[:BECAUSE_CHARACTERS],
            brands=self._brands,
            reached=self._reached,
            complete_from=self._complete_from,
            post_at=self._post_at,
            gaps=tuple(self._gaps),
        )
