"""What is known about a live stream: how far it is complete, and what was missed. Pure."""

from datetime import datetime, timedelta

from schemas.mention import DETAIL_CHARACTERS, Cause, Gap


class Watch:
    """Follows the connection of a live source; all times are handed in.

    The stream is complete up to the newest sign of life (a post or a keep-alive) less
    ``delay_s``, the time X may take to deliver. While it is not connected nothing is promised;
    once it is again, the time between is a gap. ``complete_to`` is what a former run left.

    >>> from datetime import UTC
    >>> nine = datetime(2010, 3, 17, 9, tzinfo=UTC)
    >>> watch = Watch(delay_s=7)
    >>> watch.opened(nine), watch.watermark
    (None, datetime.datetime(2010, 3, 17, 8, 59, 53, tzinfo=datetime.timezone.utc))
    """

    def __init__(self, *, delay_s: float, complete_to: datetime | None = None) -> None:
        self.delay = timedelta(seconds=delay_s)
        self._connected = False
        self._complete_to = complete_to
        self._cause: Cause = "restart"
        self._detail = ""

    @property
    def watermark(self) -> datetime | None:
        """What may be promised now; None while it cannot be told."""
        return self._complete_to if self._connected else None

    @property
    def complete_to(self) -> datetime | None:
        """Up to when the source has seen everything, as far as it can know."""
        return self._complete_to

    def opened(self, at: datetime) -> Gap | None:
        """Note a new connection; return the gap before it."""
        self._connected = True
        start = self._complete_to
        self._complete_to = max(at - self.delay, start or at - self.delay)
        if start is None:
            return None
        return Gap(start=start, end=max(at, start), cause=self._cause, detail=self._detail)

    def alive(self, at: datetime) -> None:
        """Note a post or a keep-alive that came at ``at``."""
        if self._connected and self._complete_to:
            self._complete_to = max(self._complete_to, at - self.delay)

    def lost(self, cause: Cause, detail: str) -> None:
        """Note that the connection ended, or that an attempt failed."""
        self._connected = False
        self._cause = cause
        self._detail = detail[:DETAIL_CHARACTERS]
