"""A thread that follows topics for as long as the process lives."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import Any

from kafka.errors import KafkaError

from agents.kafka.topic_reader import Read, TopicReader
from agents.monitoring.health import Cause
from pipeline.phrase import Phrase

POLL_S = 0.2
LOOK_S = 5.0
ENDS_S = 2.0
BEHIND_AFTER_S = 30.0
"""So long after all was last read, more may have been written than a hiccup would explain."""

log = logging.getLogger(__name__)


class SlowStartError(Exception):
    """Kafka did not hand out all there is in time."""


class Follower(Thread):
    """Hands every record of ``reader`` to ``take``, from this thread alone.

    ``polled`` is called whenever Kafka was asked. ``spoiled`` is called for a record that ``take``
    failed over: it is logged and passed over, since one record must not end a process. ``crash`` is
    called with what ends the thread against its will, such as an error of Kafka's: a process that
    no longer hears of what it follows must not go on as if it did.

    Every ``LOOK_S`` Kafka is asked where the topics end, and ``read_to_end_ago_s`` says when all of
    that was read: what a poll returns cannot tell silence from a Kafka that is away.
    """

    def __init__(
        self,
        name: str,
        reader: TopicReader,
        take: Callable[[Read], object],
        *,
        spoiled: Callable[[], object],
        crash: Callable[[BaseException], object],
        polled: Callable[[], object] = lambda: None,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._reader = reader
        self._take = take
        self._spoiled = spoiled
        self._crash = crash
        self._polled = polled
        self._halt = Event()
        self._clock_s = clock_s
        self._complete_s = self._looked_s = clock_s()
        self._wanted: tuple[float, dict[Any, int]] | None = None

    def read_to_end_ago_s(self) -> float:
        """Seconds since everything that was there then had been read."""
        return self._clock_s() - self._complete_s

    def cause(self) -> Cause | None:
        """Why it cannot be relied upon now; None while it reads the topics to their end."""
        ago_s = self.read_to_end_ago_s()
        if ago_s <= BEHIND_AFTER_S:
            return None
        return Cause(
            "topics_behind", f"the {self.name} were last read to their end {ago_s:.0f} s ago"
        )

    def catch_up(
        self,
        clock_s: Callable[[], float],
        wait_s: float = 120.0,
        *,
        polled: Callable[[], object] = lambda: None,
    ) -> None:
        """Read all that is there now, before the thread starts.

        ``polled`` is called after each look.

        Raises:
            SlowStartError: it takes longer than ``wait_s``.
        """
        ends, deadline_s = self._reader.ends(), clock_s() + wait_s
        while not self._reader.reached(ends):
            self._step()
            polled()
            if clock_s() > deadline_s:
                raise SlowStartError(
                    Phrase(
                        "the {name} were not read within {wait_s:.0f} s",
                        name=self.name,
                        wait_s=wait_s,
                    )
                )
        self._complete_s = self._clock_s()

    def run(self) -> None:
        """Follow until halted."""
        try:
            while not self._halt.is_set():
                self._step()
        except Exception as error:  # noqa: BLE001 - handed on: a thread's own would go unseen
            self._crash(error)

    def halt(self) -> None:
        """Stop following."""
        self._halt.set()

    def close(self) -> None:
        """Let the connection of its reader go, once it has stopped or was never started."""
        self._reader.close()

    def _step(self) -> None:
        for record in self._reader.poll(POLL_S):
            try:
                self._take(record)
            except KafkaError:
                raise
            except Exception:
                log.exception("%s cannot be taken in and is passed over", record.place)
                self._spoiled()
        self._polled()
        self._look()

    def _look(self) -> None:
        now_s = self._clock_s()
        if self._wanted is None and now_s - self._looked_s >= LOOK_S:
            self._looked_s = now_s
            try:
                self._wanted = now_s, self._reader.ends(ENDS_S)
            except KafkaError as error:
                # Not knowing shows in read_to_end_ago_s; Reach says it if Kafka is away.
                log.debug("the ends of the %s are not known: %r", self.name, error)
        if self._wanted is not None and self._reader.reached(self._wanted[1]):
            self._complete_s, self._wanted = self._wanted[0], None


@contextmanager
def running(follower: Follower) -> Iterator[Follower]:
    """Have it follow within the block; on leaving, wait until it holds its consumer no more."""
    follower.start()
    try:
        yield follower
    finally:
        follower.halt()
        follower.join()
