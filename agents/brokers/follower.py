"""A thread that follows topics for as long as the process lives."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from kafka.errors import KafkaError

from agents.brokers.topic_reader import Read, TopicReader

POLL_S = 0.2

log = logging.getLogger(__name__)


class SlowStartError(Exception):
    """Kafka did not hand out all there is in time."""


class Follower(Thread):
    """Hands every record of ``reader`` to ``take``, from this thread alone.

    ``polled`` is called whenever Kafka was asked. ``spoiled`` is called for a record that ``take``
    failed over: it is logged and passed over, since one record must not end a process. ``crash`` is
    called with what ends the thread against its will, such as an error of Kafka's: a process that
    no longer hears of what it follows must not go on as if it did.
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
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._reader = reader
        self._take = take
        self._spoiled = spoiled
        self._crash = crash
        self._polled = polled
        self._halt = Event()

    def catch_up(self, clock_s: Callable[[], float], wait_s: float = 120.0) -> None:
        """Read all that is there now, before the thread starts.

        Raises:
            SlowStartError: it takes longer than ``wait_s``.
        """
        ends, deadline_s = self._reader.ends(), clock_s() + wait_s
        while not self._reader.reached(ends):
            self._step()
            if clock_s() > deadline_s:
                raise SlowStartError(f"the {self.name} were not read within {wait_s:.0f} s")

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


@contextmanager
def running(follower: Follower) -> Iterator[Follower]:
    """Have it follow within the block; on leaving, wait until it holds its consumer no more."""
    follower.start()
    try:
        yield follower
    finally:
        follower.halt()
        follower.join()
