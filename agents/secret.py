"""Secrets that do not show, and the net under everything that this process prints.

A ``Secret`` gives its value to whoever calls ``reveal``; nothing else shows it. But what it was
given to may: HTTP clients quote headers in their exceptions, and log them at DEBUG. So ``hide``
takes out of a text every secret that this process has made, and what looks like one, and
``hide_everywhere`` puts it under logging and under the hooks for uncaught exceptions.
"""

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import NoReturn
from urllib.parse import quote

HIDDEN = "…"

_LEAST = 8
"""Characters of a secret that is looked for: a shorter one is a word that stands everywhere."""

_KNOWN: set[str] = set()
"""Of the process, because whatever prints does not know whose secret it was handed."""

_LOOKS_SECRET = re.compile(
    # Tokens of Slack and of X.
    r"\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[A-Za-z0-9-]{8,}"
    r"|\bA{16,}[A-Za-z0-9%+/=]{16,}"
    # The addresses that Socket Mode gives out let in whoever has them.
    r"|(?<=[?&]ticket=)[^&\s\"'\\]+"
    # Name and password in an address, of a proxy for example.
    r"|(?<=://)[^/\s:@\"']*:[^/\s@\"']+(?=@)"
)


class Secret:
    """Text that neither ``repr``, ``str``, formatting nor pickling shows. Empty is false.

    >>> token = Secret("xoxb-1234567890")
    >>> print(token, [token], f"{token:>3}")
    … [Secret('…')]   …
    >>> token.reveal()[:4], hide("sent Bearer xoxb-1234567890")
    ('xoxb', 'sent Bearer …')
    """

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value
        if len(value) >= _LEAST:
            _KNOWN.update((value, quote(value, safe="")))

    def reveal(self) -> str:
        """Return the value, for the client that has to send it."""
        return self._value

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        """Equal to a secret of the same value, and to no plain text."""
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        """As equality."""
        return hash((Secret, self._value))

    def __str__(self) -> str:
        """Only whether there is one."""
        return HIDDEN if self._value else ""

    def __repr__(self) -> str:
        """Only whether there is one."""
        return f"Secret({str(self)!r})"

    def __format__(self, spec: str) -> str:
        """Format what ``str`` shows."""
        return format(str(self), spec)

    def __reduce__(self) -> NoReturn:
        """Refuse to be written anywhere."""
        raise TypeError("a secret is not to be written down")


def hide(text: str) -> str:
    """Return ``text`` without the secrets of this process, and without what looks like one.

    >>> hide("via http://me:pass@proxy:8080, wss://host/link?ticket=abc&app=1")
    'via http://…@proxy:8080, wss://host/link?ticket=…&app=1'
    """
    # The longest first: one may hold another.
    for value in sorted(_KNOWN, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return _LOOKS_SECRET.sub(HIDDEN, text)


def hide_everywhere() -> None:
    """Put ``hide`` under every log record and every uncaught exception of this process."""
    logging.setLogRecordFactory(_Record)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


class _Record(logging.LogRecord):
    """A record whose message and traceback hide secrets, whichever handler writes it."""

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]  # as logging hands them on
        if self.exc_info and self.exc_info[0]:
            told = "".join(traceback.format_exception(*self.exc_info)).rstrip("\n")
            hidden = hide(told)
            if hidden != told:
                # A formatter takes the text that is there and does not make one.
                self.exc_text = hidden
        if self.stack_info:
            self.stack_info = hide(self.stack_info)

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        return hide(super().getMessage())


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(hide("".join(traceback.format_exception(kind, error, trace))))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is SystemExit or args.exc_value is None:
        return
    name = args.thread.name if args.thread else "?"
    sys.stderr.write(f"Exception in thread {name}:\n")
    _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
