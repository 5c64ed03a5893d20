"""Secrets that do not show, and the net under everything that this process prints.

A ``Secret`` gives its value to whoever calls ``reveal``; nothing else shows it. But what it was
given to may: HTTP clients quote headers in their exceptions, and log them at DEBUG. So ``hide``
takes out of a text every secret that this process has made, and what looks like one, and
``hide_everywhere`` puts it under logging and under the hooks for uncaught exceptions.

A secret may come from a file, which is read again when it changes.
"""

import logging
import re
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self
from urllib.parse import quote

from pipeline.phrase import Phrase, said_by

HIDDEN = "…"

_LEAST = 8
"""Characters of a secret that is looked for: a shorter one is a word that stands everywhere."""

_KNOWN: set[str] = set()
"""Of the process, because whatever prints does not know whose secret it was handed."""

_LOOKS_SECRET = re.compile(
    # Tokens of Slack and of X, and our own.
    r"\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[A-Za-z0-9-]{8,}"
    r"|\bA{16,}[A-Za-z0-9%+/=]{16,}"
    r"|\btocsin_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])"
    # The addresses that Socket Mode gives out let in whoever has them.
    r"|(?<=[?&]ticket=)[^&\s\"'\\]+"
    # What Kafka's clients log of a login at DEBUG: a password with escapes, or half a token.
    r"|(?<=auth_bytes=)[^\n]+"
    # Name and password in an address, of a proxy for example.
    r"|(?<=://)[^/\s:@\"']*:[^/\s@\"']+(?=@)"
)


_NO_TOKEN = re.compile(r"[^A-Za-z0-9._~+/%=:|-]")
"""What stands in no token: RFC 6750, section 2.1, and the ``%``, ``:`` and ``|`` of vendors."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

log = logging.getLogger(__name__)


class Secret:
    """A token that neither ``repr``, ``str``, formatting nor pickling shows. Empty is false.

    >>> token = Secret("xoxb-1234567890")
    >>> print(token, [token], f"{token:>3}")
    … [Secret('…')]   …
    >>> token.reveal()[:4], hide("sent Bearer xoxb-1234567890")
    ('xoxb', 'sent Bearer …')
    """

    __slots__ = ("_file", "_stamp", "_value")

    def __init__(self, value: str = "") -> None:
        self._file: Path | None = None
        self._stamp = (0, 0)
        self._value = value
        _know(value)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Make one of the text in a file.

        Raises:
            ValueError: the file can't be read, is empty, or has what no such secret has in it. The
                message does not quote it.
        """
        made = cls(_text_in(path, cls))
        made._file, made._stamp = path, file_stamp(path)
        return made

    @classmethod
    def clean(cls, text: str) -> str:
        """Take the whitespace off both ends, which files bring along; refuse what is no token.

        Sent as it is, such a token would make every request fail with an exception that quotes it.

        Raises:
            ValueError: there is something else in it; the message does not quote it.
        """
        token = text.strip()
        if found := _NO_TOKEN.search(token):
            kind = Phrase("a character that no token has")
            if found.group().isspace():
                kind = Phrase("whitespace")
            elif not found.group().isprintable():
                kind = Phrase("a control character")
            raise ValueError(
                Phrase(
                    "character {place} of {n} is {kind}; copy the token again, without quotes (it "
                    "is not shown here)",
                    place=found.start() + 1,
                    n=len(token),
                    kind=kind,
                )
            )
        return token

    def reveal(self) -> str:
        """Return the value, for the client that has to send it.

        One that came from a file is read again when the file has changed. While that cannot be
        read, as in the midst of a rotation, the last value holds.
        """
        if self._file is None:
            return self._value
        try:
            if (stamp := file_stamp(self._file)) != self._stamp:
                self._value, self._stamp = _text_in(self._file, type(self)), stamp
                _know(self._value)
                log.info("%s has changed and was read again", self._file)
        except (OSError, ValueError) as error:
            log.warning("a secret is not read again, the last one holds: %s", error)
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


class Password(Secret):
    """A secret that people choose: any character but control characters may stand in it."""

    __slots__ = ()

    @classmethod
    def clean(cls, text: str) -> str:
        """Take the newline off the end, which files bring along.

        Raises:
            ValueError: there is another control character in it.
        """
        password = text.rstrip("\r\n")
        if found := _CONTROL.search(password):
            raise ValueError(
                Phrase(
                    "character {place} of {n} is a control character (it is not shown here)",
                    place=found.start() + 1,
                    n=len(password),
                )
            )
        return password


class Renewed(str):
    """A secret as text, for clients that format it into each request: each has the value of now.

    That of tweepy and slack_sdk, which take no function. Its own characters are those of when it
    was made, and ``repr`` shows none.

    >>> token = Renewed(Secret("xoxb-1234567890"))
    >>> f"Bearer {token}", [token]
    ('Bearer xoxb-1234567890', [Secret('…')])
    """

    __slots__ = ("_secret",)
    _secret: Secret

    def __new__(cls, secret: Secret) -> Self:
        """Make one of what ``secret`` is now."""
        made = super().__new__(cls, secret.reveal())
        made._secret = secret
        return made

    def __format__(self, spec: str) -> str:
        """Format the value of now."""
        return format(self._secret.reveal(), spec)

    def __repr__(self) -> str:
        """Only whether there is one."""
        return repr(self._secret)


def _know(value: str) -> None:
    if len(value) >= _LEAST:
        _KNOWN.update((value, quote(value, safe="")))


def file_stamp(path: Path) -> tuple[int, int]:
    """What changes when a file is written or replaced, as mounted secrets are."""
    found = path.stat()
    return found.st_mtime_ns, found.st_ino


def _text_in(path: Path, kind: type[Secret]) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(Phrase("{path}: {why}", path=path, why=error.strerror)) from error
    except UnicodeDecodeError:
        raise ValueError(Phrase("{path} is no text in UTF-8", path=path)) from None
    try:
        found = kind.clean(text)
    except ValueError as error:
        raise ValueError(Phrase("{path}: {why}", path=path, why=said_by(error))) from None
    if not found:
        raise ValueError(Phrase("{path} is empty", path=path))
    return found


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
