"""How far a worker is with each partition: what is applied, what waits, what retention took."""

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from faust.types import TP, Message

from pipeline.metrics import Metrics
from pipeline.worker.stages import stage_of

STUCK_AFTER_S = 45.0
"""A step takes seconds. What waits for longer than this, with nothing done, waits for a person."""

log = logging.getLogger("tocsin.worker")


class Lag:
    """The newest applied offset of each partition, and what follows from it."""

    def __init__(self, metrics: Metrics, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._clock_s = clock_s
        self._moved: dict[TP, tuple[int | None, float]] = {}
        self._applied: dict[TP, int] = {}
        self._checked: dict[TP, int] = {}
        self._waiting: dict[TP, int] = {}
        self._holes: set[TP] = set()

    def applied(self, message: Message) -> None:
        """Note that a record was applied."""
        self._applied[message.tp] = message.offset

    def waiting(self) -> int:
        """How many records waited when it was last observed. Safe to call from another thread."""
        return sum(self._waiting.copy().values())

    def stuck(self) -> dict[TP, float]:
        """Partitions in which nothing was done for ``STUCK_AFTER_S`` though something waits.

        Safe to call from another thread, also where the one that observes stands still.
        """
        stalled_s = {part: self._stalled_s(part) for part in self._moved.copy()}
        return {part: since_s for part, since_s in stalled_s.items() if since_s > STUCK_AFTER_S}

    def forget(self) -> None:
        """Partitions moved: nothing is known of any of them."""
        self._applied.clear()
        self._checked.clear()
        for part in self._waiting:
            self._metrics.forget_lag(part.topic, part.partition)
        self._waiting.clear()
        self._moved.clear()

    async def observe(self, consumer: Any) -> None:  # noqa: ANN401 - Faust ships without types
        """Compare what was applied with the end of each partition of ``consumer``."""
        for part in consumer.assignment():
            if stage_of(part.topic):
                end = consumer.highwater(part) or 0
                applied = self._applied.get(part)
                reached = await consumer.position(part) if applied is None else applied + 1
                self._waiting[part] = max(0, end - (reached or 0))
                self._metrics.lag(part.topic, part.partition, self._waiting[part])
                before = self._moved.get(part)
                if before is None or before[0] != reached or not self._waiting[part]:
                    self._moved[part] = (reached, self._clock_s())
                if before is None:
                    # Asked at each scrape: it has to grow also where this loop stands still.
                    self._metrics.stalled(
                        part.topic, part.partition, partial(self._stalled_s, part)
                    )

    def _stalled_s(self, part: TP) -> float:
        """For how long nothing was done in a partition where something waits."""
        moved = self._moved.get(part)
        if moved is None or not self._waiting.get(part):
            return 0.0
        return self._clock_s() - moved[1]

    def check_for_hole(self, message: Message, resumed_at: Mapping[TP, int]) -> None:
        """Report records before ``message`` that Kafka's retention took before they were read.

        Each record is compared with the one that was checked before it, applied or not yet; the
        first one of a partition with the offset at which this worker, or the one before it, was to
        go on (``resumed_at``): what expired while none ran was not read, either.
        """
        newest = max(self._applied.get(message.tp, -1), self._checked.get(message.tp, -1))
        self._checked[message.tp] = message.offset
        expected = resumed_at.get(message.tp) if newest < 0 else newest + 1
        missing = 0 if expected is None else message.offset - expected
        if missing > 0:
            self._metrics.dropped(stage_of(message.topic), "expired", missing)
            log.error(
                "%s[%s]: %s records before offset %s were gone before they were read; the worker "
                "was away, or too far behind, for longer than the topic keeps them",
                message.topic,
                message.partition,
                missing,
                message.offset,
            )
            self._holes.add(message.tp)

    def take_hole(self, part: TP) -> bool:
        """Whether records were missing before the newest one of ``part``; asked again, no."""
        missing = part in self._holes
        self._holes.discard(part)
        return missing
