"""From the messages of a recorded stream to what it missed, and when."""

from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from agents.ingest.formats.items import NotPost, RecordedMessage
from schemas.mention import Cause, Gap


class MissedByX:
    """Follows one recorded stream. X tells a running total of what it did not deliver.

    A gap begins where the stream was last heard (its last post, or its last message of this kind).
    It ends with the message that tells of it; where the stream was disconnected, with the next post
    that was heard. Before the first post there may be no time at all: then there is no gap to tell.
    """

    def __init__(self, path: Path) -> None:
        self._file = str(path)
        self._heard: datetime | None = None
        self._undelivered = 0
        self.open: list[NotPost] = []
        """What is missed up to the next post."""

    def post(self, at: datetime) -> None:
        """Note that the stream brought a post of this time."""
        if self._heard is None or at > self._heard:
            self._heard = at

    def message(self, line: int, message: RecordedMessage) -> NotPost | None:
        """What a message on a line says; None if ``closed`` has it when it is known."""
        if not message.missed:
            return NotPost(file=self._file, line=line, what=message.what)
        before = self._undelivered
        total = message.undelivered
        # A total that fell is that of a new connection.
        count = total - before if total >= before else total
        self._undelivered = total or before
        end = message.at or self._heard
        gap = None
        if end is not None:
            start = min(self._heard or end, end)
            gap = Gap(start=start, end=end, cause=_cause(message), detail=message.missed[:300])
            self._heard = max(end, self._heard or end)
        told = NotPost(
            file=self._file,
            line=line,
            what=message.what,
            said_missed=message.missed,
            missed=count if total else 0,
            gap=gap,
        )
        if message.undelivered or gap is None:
            return told
        self.open.append(told)
        return None

    def closed(self, at: datetime | None = None) -> list[NotPost]:
        """What was missed until ``at``, when the stream brought a post again."""
        told, self.open = self.open, []
        return [_until(one, at) for one in told]


def _until(told: NotPost, at: datetime | None) -> NotPost:
    gap = told.gap
    if gap is None or at is None or at <= gap.end:
        return told
    return replace(told, gap=replace(gap, end=at))


def _cause(message: RecordedMessage) -> Cause:
    return "overload" if message.undelivered else "disconnect"
