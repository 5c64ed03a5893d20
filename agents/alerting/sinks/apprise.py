"""Alerts through Apprise: Teams, e-mail, SMS, Telegram and a hundred more, by one address each.

Apprise (https://github.com/caronc/apprise) is an optional extra: ``pip install 'tocsin[apprise]'``.
It says only whether a channel took something; why not is read from what it logs. Nothing can be
changed in these channels and no copy is known again, so a step may show twice after a kill.
"""

import logging
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

from agents.alerting.message.flat import FlatText, flat
from agents.alerting.message.model import HeadsUp, Message, Update
from agents.alerting.message.tone import Tone
from agents.alerting.policy import Effect
from agents.alerting.sinks.base import Delivered, Notice, RetryableError
from agents.alerting.sinks.http import meaning
from agents.secret import Secret, hide
from pipeline.phrase import Phrase

INSTALL: Final = "pip install 'tocsin[apprise]'"
_BRIEF_BELOW: Final = 2_000
"""Where a channel takes fewer characters (SMS, pagers), only what a phone shows is sent."""
_STATUS: Final = re.compile(r"\berror=(\d{3})\b")
_KINDS: Final[Mapping[Tone, str]] = {
    Tone.GRAVE: "failure",
    Tone.SERIOUS: "failure",
    Tone.MODERATE: "warning",
    Tone.EASING: "info",
    Tone.OVER: "success",
    Tone.QUIET: "info",
}


class AppriseError(ValueError):
    """It cannot be used as it is written down: why, without the address."""


class AppriseSink:
    """Send notices to the one channel that ``url`` names, such as ``mailto://`` or ``tgram://``.

    Raises:
        AppriseError: Apprise is not installed, or knows no channel of this address.
    """

    lasting = True

    def __init__(self, url: Secret, *, name: str = "apprise") -> None:
        self.name = name
        self._channel = channel_of(url)
        self.title = f"{self._channel.service_name} ({name})"

    def deliver(self, notice: Notice) -> Delivered:
        """Return once Apprise says that the channel has taken it."""
        if notice.reason.effect is Effect.CHANGE:
            return Delivered(shown=False)
        told = notice.update or notice.message
        tone = told.tone if isinstance(told, Message | HeadsUp | Update) else Tone.GRAVE
        said = flat(told)
        with _heard() as heard:
            sent = self._channel.notify(
                title=said.title, body=self._body(said), notify_type=_KINDS[tone]
            )
        if not sent:
            raise _why(heard)
        return Delivered()

    def answers(self) -> bool:
        """Nothing can be asked: what fails for long counts as the fault of that one notice."""
        return True

    def _body(self, said: FlatText) -> str:
        brief = self._channel.body_maxlen < _BRIEF_BELOW
        # Apprise refuses what has no body.
        return (said.short if brief else said.full) or said.title


def channel_of(url: Secret) -> Any:  # noqa: ANN401 - Apprise is an optional extra
    """Return Apprise's own object for ``url``.

    Raises:
        AppriseError: Apprise is not installed, or knows no channel of this address.
    """
    try:
        apprise = import_module("apprise")
    except ImportError as error:
        raise AppriseError(
            Phrase("Apprise is not installed: {install}", install=INSTALL)
        ) from error
    made = apprise.Apprise()
    with _heard():
        if not made.add(url.reveal()) or len(made) != 1:
            raise AppriseError(Phrase("Apprise knows no channel of this address"))
    [channel] = made
    return channel


def _why(heard: list[str]) -> Exception:
    """Return what kept it from being sent, as far as Apprise has said."""
    for line in heard:
        if found := _STATUS.search(line):
            return meaning(int(found[1]))
    return RetryableError("apprise", hide(heard[-1]) if heard else "")


class _Listener(logging.Handler):
    """Keeps what this thread logs; several sinks send at the same time."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        if threading.get_ident() == self._thread:
            self.lines.append(record.getMessage())


@contextmanager
def _heard() -> Iterator[list[str]]:
    listener = _Listener()
    logger = logging.getLogger("apprise")
    logger.addHandler(listener)
    try:
        yield listener.lines
    finally:
        logger.removeHandler(listener)
