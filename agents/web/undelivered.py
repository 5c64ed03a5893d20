"""Alerts that did not reach people as they should, as alerting set them aside.

Alerting puts the transition and the reason into tocsin.dead-letters; the page reads them back, so
that whoever looks here learns of an alert that is missing elsewhere, or was told in one line only.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple

from agents.alerting.i18n import Words
from agents.alerting.message.brands import name_of
from agents.alerting.message.neutral import outside
from agents.kafka.clients import KafkaClients
from agents.kafka.follower import Follower
from agents.kafka.topic_reader import Read
from agents.web.layout import path_of
from agents.web.markup import Html, tag
from pipeline.metrics import Metrics
from schemas.brand import Brand
from schemas.codec import Decoder, UnreadableError
from schemas.dead_letter import DeadLetter
from schemas.incident import Transition
from schemas.topics import DEAD_LETTERS

SHOWN_FOR: Final = timedelta(days=1)
MOST: Final = 20
_WHY_CHARACTERS: Final = 200
_REASON: Final = "undeliverable"
_MARK: Final = b'"undeliverable"'

_letter = Decoder(DeadLetter, forbid_control=False).decode
_transition = Decoder(Transition).decode


class Undelivered(NamedTuple):
    """One alert: when it was set aside, by the wall clock, what it would have told, and why."""

    at: datetime
    told: Transition
    why: str


class UndeliveredMemory:
    """The latest of them, ``MOST`` at most; written by one thread, read by another."""

    def __init__(self) -> None:
        self._known: deque[Undelivered] = deque(maxlen=MOST)
        self._lock = Lock()

    def take(self, record: Read) -> None:
        """Keep a dead letter if it is an alert; what else is set aside is none of ours.

        Raises:
            UnreadableError: it says that it is one, and cannot be read.
        """
        # There may be millions of others; to look for a word is a thousand times cheaper.
        if _MARK not in record.value:
            return
        letter = _letter(record.value)
        if letter.reason == _REASON:
            one = Undelivered(letter.at, _transition(letter.payload), letter.detail)
            with self._lock:
                self._known.append(one)

    def lately(self, now: datetime) -> Sequence[Undelivered]:
        """Return those of the last day, the latest first."""
        with self._lock:
            known = list(self._known)
        return sorted((one for one in known if now - one.at < SHOWN_FOR), reverse=True, key=_when)


def watch(
    kafka: KafkaClients,
    memory: UndeliveredMemory,
    *,
    now_s: float,
    metrics: Metrics,
    crash: Callable[[BaseException], object],
) -> Follower:
    """Return the thread, not yet started, that tells ``memory`` of dead letters from now on.

    And of those of the day before ``now_s``, in seconds since the epoch.

    Raises:
        NoTopicError: there are no dead letters.
    """

    def take(record: Read) -> None:
        try:
            memory.take(record)
        except UnreadableError as error:
            metrics.errored("page", error.reason)

    since_ms = {DEAD_LETTERS.name: max(0, round((now_s - SHOWN_FOR.total_seconds()) * 1000))}
    reader = kafka.reader("tocsin-page-undelivered", (DEAD_LETTERS.name,), since_ms=since_ms)
    return Follower(
        "dead letters",
        reader,
        take,
        spoiled=lambda: metrics.errored("page", "unusable"),
        crash=crash,
    )


def notices(
    words: Words, alerts: Sequence[Undelivered], brand_of: Callable[[Transition], Brand]
) -> list[Html]:
    """Return a line for each of ``alerts``, leading to its incident."""
    return [
        tag(
            "p",
            tag(
                "a",
                words.say(
                    "page_undelivered",
                    brand=name_of(brand_of(one.told)),
                    time=words.moment(one.at),
                    why=outside(one.why, _WHY_CHARACTERS),
                ),
                href=path_of(one.told.incident),
            ),
            class_="undelivered",
        )
        for one in alerts
    ]


def _when(one: Undelivered) -> datetime:
    return one.at
