"""How every process writes its log: one line for what is expected, and a count for what repeats.

In an outage the clients of Kafka, and whatever waits for them, say the same hundreds of times a
minute, some of it with a traceback. ``SparingHandler`` hands on the first few of a kind, then
counts, and says how many there were::

    offset 7 of tocsin.incidents[0] is not committed: NodeNotReadyError()
    offset 8 of tocsin.incidents[0] is not committed: NodeNotReadyError()
    offset 9 of tocsin.incidents[0] is not committed: NodeNotReadyError()
    … (319 more like this in the last 60 s): offset 328 of tocsin.incidents[0] is not committed: …
"""

import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from typing import Final

from msgspec import Struct
from rich.console import Console
from rich.logging import RichHandler

WINDOW_S: Final = 60.0
SHOWN: Final = 3
KINDS: Final = 1_000
_FIGURES: Final = re.compile(r"0x[0-9a-fA-F]+|\d+")
_COMPARED: Final = 400

EXPECTED: Final = (ConnectionError, TimeoutError)
"""What happens in a network, or comes from a stranger: a traceback tells no more than its name."""

EXPECTED_BY_NAME: Final = frozenset({"KafkaError", "HttpProcessingError"})
"""Both clients of Kafka call the root of their errors so, and aiohttp what a stranger sends it.

This room need not know them, nor need every command that writes a log wait for their import."""

Later = Callable[[float, Callable[[], None]], object]


class _Kind(Struct):
    since_s: float
    seen: int = 0
    last: logging.LogRecord | None = None


def _in_a_thread(seconds: float, call: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


class SparingHandler(logging.Handler):
    """Hands on what ``target`` shall write, and spares it what repeats.

    Records are of one kind when their logger, level and message (its first 400 characters) are the
    same; from WARNING on, but for the figures. What is said of two brands is two kinds, and below
    WARNING a figure is news: it tells which version was published, or how many labels came.
    The first ``SHOWN`` of a kind within ``WINDOW_S`` are handed on, the rest are counted; the count
    is said when that time is over, or at the end of the process. What is CRITICAL is never spared.
    The traceback of an error that is expected is left out, and the error named behind the
    message instead; it is a WARNING then.

    Args:
        target: writes.
        clock_s: seconds, from any beginning.
        later: calls, after so many seconds, what it is given.
    """

    def __init__(
        self,
        target: logging.Handler,
        *,
        clock_s: Callable[[], float] = time.monotonic,
        later: Later = _in_a_thread,
    ) -> None:
        super().__init__()
        self._target = target
        self._clock_s = clock_s
        self._later = later
        self._kinds: OrderedDict[tuple[str, int, str], _Kind] = OrderedDict()

    def emit(self, record: logging.LogRecord) -> None:
        """Hand ``record`` on, or count it."""
        shown = _without_expected(record)
        if shown.levelno >= logging.CRITICAL:
            self._target.handle(shown)
            return
        self._say_counts()
        said = shown.getMessage()[:_COMPARED]
        if shown.levelno >= logging.WARNING:
            said = _FIGURES.sub("#", said)
        key = (shown.name, shown.levelno, said)
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = _Kind(self._clock_s())
            if len(self._kinds) > KINDS:
                self._say(self._kinds.popitem(last=False)[1])
        kind.seen += 1
        if kind.seen <= SHOWN:
            self._target.handle(shown)
            return
        if kind.last is None:
            self._later(WINDOW_S, self._say_counts_later)
        kind.last = shown

    def flush(self) -> None:
        """Have written what is there."""
        self._target.flush()

    def close(self) -> None:
        """Say what was counted so far; ``logging`` calls this at the end of the process."""
        self.acquire()
        try:
            while self._kinds:
                self._say(self._kinds.popitem(last=False)[1])
        finally:
            self.release()
        self._target.close()
        super().close()

    def _say_counts_later(self) -> None:
        self.acquire()
        try:
            self._say_counts()
        finally:
            self.release()

    def _say_counts(self) -> None:
        """Say the counts of what began long enough ago; it stands in the order of its beginning."""
        until_s = self._clock_s() - WINDOW_S
        while self._kinds:
            key, kind = next(iter(self._kinds.items()))
            if kind.since_s > until_s:
                return
            del self._kinds[key]
            self._say(kind)

    def _say(self, kind: _Kind) -> None:
        if kind.last is None:
            return
        last, span_s = kind.last, self._clock_s() - kind.since_s
        first_line = last.getMessage().partition("\n")[0]
        said = f"… ({kind.seen - SHOWN} more like this in the last {span_s:.0f} s): {first_line}"
        # A record of now, as the count is: the last of its kind may lie a minute back.
        self._target.handle(
            logging.LogRecord(last.name, last.levelno, last.pathname, last.lineno, said, None, None)
        )


def set_up(console: Console, level: str) -> None:
    """Send the log of this process to ``console``, from ``level`` on.

    Kafka's client is silent, which writes a line for each attempt: ``agents.kafka.reach``, or
    whoever called the client, says what is wrong with Kafka.

    Raises:
        ValueError: there is no such level.
    """
    logging.basicConfig(
        level=level.upper(), format="%(message)s", handlers=[to(console)], force=True
    )
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


def to(console: Console) -> logging.Handler:
    """Return a handler that writes to ``console``, sparingly."""
    target = RichHandler(console=console, show_path=False)
    target.setFormatter(logging.Formatter("%(message)s"))
    return SparingHandler(target)


def _without_expected(record: logging.LogRecord) -> logging.LogRecord:
    """The record without the traceback of an error that a network may have at any time."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None or not _is_expected(error):
        return record
    shown = copy(record)
    shown.msg = f"{record.getMessage().rstrip()}: {error!r}"
    shown.args = shown.exc_info = shown.exc_text = None
    if logging.WARNING < shown.levelno < logging.CRITICAL:
        shown.levelno, shown.levelname = logging.WARNING, "WARNING"
    return shown


def _is_expected(error: BaseException) -> bool:
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, EXPECTED) or bool(EXPECTED_BY_NAME & names)
