"""A thread that knows whether Kafka answers, says so when that changes, and tells ``/healthz``."""

import logging
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

from agents.kafka.metadata import KafkaRefusedError, NoAnswerError
from agents.monitoring.health import Cause, Progress

EVERY_S = 3.0
AWAY_AFTER_S = 10.0
"""So long a silence is no hiccup: at least three questions in a row were not answered."""

_FIRST_WAIT_S = 0.25
_LONGEST_WAIT_S = 5.0
_AGAIN_S = 60.0
_TURN_S = 0.1

log = logging.getLogger("tocsin.kafka")


class Reach(Thread):
    """Asks Kafka every few seconds; without an answer sooner, then ever less often.

    ``asked`` returns the partitions of each topic that is needed or raises ``NoAnswerError``;
    ``bootstrap`` is what messages call Kafka.
    """

    def __init__(
        self,
        bootstrap: str,
        *,
        asked: Callable[[], dict[str, int | None]],
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(name="kafka-reach", daemon=True)
        self.found: dict[str, int | None] = {}
        self._address = bootstrap
        self._asked = asked
        self._clock_s = clock_s
        self._answered = Event()
        self._halt = Event()
        self._heard_s = clock_s()
        self._why = ""
        self._refusal: KafkaRefusedError | None = None
        self._say_at_s = 0.0

    def run(self) -> None:
        """Ask until halted."""
        wait_s, failed = 0.0, 0
        while not self._halt.wait(wait_s):
            if self.look():
                wait_s, failed = EVERY_S, 0
            else:
                wait_s = min(_FIRST_WAIT_S * 2.0 ** min(failed, 10), _LONGEST_WAIT_S)
                failed += 1

    def look(self) -> bool:
        """Ask once; return whether Kafka answered."""
        now_s = self._clock_s()
        try:
            self.found = self._asked()
        except NoAnswerError as error:
            self._refusal = error if isinstance(error, KafkaRefusedError) else None
            self._failed(str(error), now_s)
            return False
        if self._why:
            log.warning(
                "Kafka at %s answers again after %.0f s", self._address, now_s - self._heard_s
            )
        self._why, self._refusal, self._heard_s = "", None, self._clock_s()
        self._answered.set()
        return True

    def cause(self) -> Cause | None:
        """Why Kafka cannot be worked with now; None while it answers."""
        silent_s = self._clock_s() - self._heard_s
        if self._answered.is_set() and silent_s <= AWAY_AFTER_S:
            return None
        why = f": {self._why}" if self._why else ""
        return Cause("kafka_away", f"Kafka has not answered for {silent_s:.0f} s{why}")

    def silent_s(self) -> float:
        """Seconds since Kafka answered; 0 while it answers."""
        return self._clock_s() - self._heard_s if self.cause() else 0.0

    def wait(self, progress: Progress, stop: Event) -> bool:
        """Return once Kafka has answered; False where ``stop`` was set before.

        Raises:
            RefusedError: it is there and refuses us, so that waiting would not help.
        """
        while not stop.is_set():
            progress.turned()
            if (refusal := self._refusal) is not None:
                raise refusal
            if self._answered.wait(_TURN_S):
                return True
        return False

    def hush(self, *clients: str) -> None:
        """Have these loggers be silent while Kafka is away, where they write a line an attempt.

        Those below them as well, if they are there by now.
        """
        for name in list(logging.root.manager.loggerDict):
            if name.startswith(clients):
                logging.getLogger(name).addFilter(lambda _: not self._why)

    def halt(self) -> None:
        """Ask no more."""
        self._halt.set()

    def _failed(self, why: str, now_s: float) -> None:
        silent_s = now_s - self._heard_s
        if not self._why:
            self._say_at_s = 0.0
        self._why = why
        if silent_s < self._say_at_s:
            return
        self._say_at_s = max(_AGAIN_S, 2 * silent_s)
        if self._refusal is not None:
            log.error("Kafka at %s cannot be worked with: %s", self._address, why)
            return
        log.warning(
            "Kafka at %s does not answer (%s). Is it running, and is TOCSIN_KAFKA_BOOTSTRAP its "
            "address? Waiting for it, for %.0f s until now.",
            self._address,
            why,
            silent_s,
        )
