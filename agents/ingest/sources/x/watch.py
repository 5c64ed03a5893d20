"""What is known about a live stream: how far it is complete, and what was missed. Pure."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from schemas.mention import DETAIL_CHARACTERS, Cause, Gap

_PLAIN: Final = frozenset({"restart", "disconnect"})


class _Heard(NamedTuple):
    """What one connection covers: from when it stood, up to its last sign of life."""

    since: datetime
    until: datetime


class ConnectionWatch:
    """Follows the connections of a live source; all times are handed in.

    The stream is complete up to the newest sign of life (a post or a keep-alive) less
    ``delay_s``, the time X may take to deliver. While no connection stands nothing is promised;
    once one does again, the time between is a gap. What one of two connections misses is no gap
    if the other heard it. ``complete_to``, ``cause`` and ``detail`` are what a former run left.

    >>> from datetime import UTC
    >>> nine = datetime(2010, 3, 17, 9, tzinfo=UTC)
    >>> watch = ConnectionWatch(delay_s=7)
    >>> watch.opened(nine), watch.watermark
    (None, datetime.datetime(2010, 3, 17, 8, 59, 53, tzinfo=datetime.timezone.utc))
    """

    def __init__(
        self,
        *,
        delay_s: float,
        complete_to: datetime | None = None,
        cause: Cause = "restart",
        detail: str = "",
    ) -> None:
        self.delay = timedelta(seconds=delay_s)
        self._heard: dict[int, _Heard] = {}
        self._complete_to = complete_to
        self._is_blind = False
        self._cause: Cause | None = None if complete_to is None else cause
        self._detail = detail

    @property
    def is_heard(self) -> bool:
        """Whether at least one connection stands, and the rules are in place."""
        return bool(self._heard) and not self._is_blind

    @property
    def is_blind(self) -> bool:
        """Whether what the connections deliver is known not to be all."""
        return self._is_blind

    @property
    def watermark(self) -> datetime | None:
        """What may be promised now; None while it cannot be told."""
        return self._complete_to if self.is_heard else None

    @property
    def cause(self) -> Cause:
        """Why nothing is heard; while something is, what a gap would be put down to: a restart."""
        return self._cause or "restart"

    @property
    def detail(self) -> str:
        """What is to be said about it."""
        return self._detail

    @property
    def complete_to(self) -> datetime | None:
        """Up to when the source has seen everything, as far as it can know."""
        return self._complete_to

    def gap_before(self, at: datetime) -> Gap | None:
        """Return the gap that a connection which stands since ``at`` leaves, without noting it."""
        start = self._complete_to
        if start is None or self._is_blind or self._covers():
            return None
        return Gap(start=start, end=max(at, start), cause=self.cause, detail=self.detail)

    def opened(self, at: datetime, by: int = 0) -> Gap | None:
        """Note a new connection; return the gap before it."""
        gap = self.gap_before(at)
        self._heard[by] = _Heard(at, at - self.delay)
        if not self._is_blind:
            start = self._complete_to
            if start is None or gap is not None:
                self._complete_to = max(at - self.delay, start or at - self.delay)
            self._clear()
        return gap

    def alive(self, at: datetime, by: int = 0) -> None:
        """Note a post or a keep-alive that came at ``at``."""
        heard = self._heard.get(by)
        if heard is None:
            return
        self._heard[by] = heard._replace(until=max(heard.until, at - self.delay))
        self._extend()

    def lost(self, cause: Cause, detail: str, by: int = 0) -> Gap | None:
        """Note that a connection ended, or that an attempt failed.

        Returns the gap that comes to light: another connection stands, but began to hear later
        than this one was last heard.
        """
        self._heard.pop(by, None)
        if self._covers():
            return None
        self._blame(cause, detail)
        if not self._heard or self._is_blind or self._complete_to is None:
            return None
        start = self._complete_to
        end = max(start, min(heard.since for heard in self._heard.values()))
        gap = Gap(start=start, end=end, cause=self.cause, detail=self.detail)
        self._complete_to = max(end - self.delay, start)
        self._clear()
        self._extend()
        return gap

    def blinded(self, since: datetime, detail: str) -> None:
        """Note that what the connections deliver is not all, since ``since`` at the earliest."""
        self._is_blind = True
        if self._complete_to is not None:
            self._complete_to = min(self._complete_to, since)
        self._blame("other", detail)

    def gap_if_sighted(self, at: datetime) -> Gap | None:
        """Return the gap that ends if all is delivered again since ``at``, without noting it."""
        start = self._complete_to
        if start is None or not (self._is_blind and self._heard):
            return None
        return Gap(start=start, end=max(at, start), cause=self.cause, detail=self.detail)

    def sighted(self, at: datetime) -> Gap | None:
        """Note that the connections deliver all again; return the gap before."""
        gap = self.gap_if_sighted(at)
        self._is_blind = False
        if gap is not None:
            self._heard = {by: _Heard(at, at - self.delay) for by in self._heard}
            self._complete_to = max(at - self.delay, gap.start)
            self._clear()
        return gap

    def _covers(self) -> bool:
        """Whether a connection stands since before the time up to which all was seen."""
        return self._complete_to is not None and any(
            heard.since - self.delay <= self._complete_to for heard in self._heard.values()
        )

    def _extend(self) -> None:
        if self._is_blind or self._complete_to is None:
            return
        for heard in sorted(self._heard.values()):
            if heard.since - self.delay <= self._complete_to:
                self._complete_to = max(self._complete_to, heard.until)

    def _blame(self, cause: Cause, detail: str) -> None:
        """Remember why nothing is heard: what ended it, and what keeps it away, each word once.

        A cause that says more than that there is no connection takes the place of one that does
        not.
        """
        if self._cause is None or (cause != "disconnect" and self._cause in _PLAIN):
            self._cause = cause
        if detail and detail not in self._detail:
            self._detail = f"{self._detail}; {detail}".removeprefix("; ")[:DETAIL_CHARACTERS]

    def _clear(self) -> None:
        self._cause, self._detail = None, ""
