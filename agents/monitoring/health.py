"""Whether a process lives, and whether it could do its work just now. Two questions, two answers.

*Alive* (``/livez``): its main loop turns. If not, only a restart helps. *Ready* (``/healthz``): it
could do its work within the last seconds: Kafka answers, a source is heard, and what there is to do
gets done. If not, a restart seldom helps, and somebody has to know. A worker that catches up is
ready, since it works; ``lag`` says how far it has to go::

    GET /healthz → 503 {"ready": false, "causes": ["kafka_away"], "reason": "Kafka has …", …}
"""

import time
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
)

LIVE_WITHIN_S: Final = 120.0
"""A loop turns several times a second, or waits half a minute for an answer at the most."""

Word = Literal[
    "starting",
    "kafka_away",
    "no_progress",
    "partition_stuck",
    "topics_behind",
    "source_unheard",
    "source_refused",
    "out_of_money",
    "rules_gone",
    "recovering",
]
"""What keeps a process from its work, in fixed words; docs/guide/monitoring.md explains them."""


class Cause(NamedTuple):
    """Why a process is not ready; ``detail`` is a clause for people.

    ``why``: the part of it that does not change while the cause lasts, such as the words of a
    place; empty where there is none.
    """

    word: Word
    detail: str
    why: str = ""


Check = Callable[[], Cause | None]
"""Answers at once and from any thread: None, or what is wrong."""

Facts = Callable[[], Mapping[str, object]]
"""Answers at once and from any thread: what is to be said besides, as plain JSON values."""


def process_registry() -> CollectorRegistry:
    """Return a new registry that tells memory, CPU and garbage collection of this process."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class Progress:
    """Remembers when the process last got something done. Safe to use from several threads.

    ``idle``: whether there is nothing to do just now (for a worker: no lag). It is asked only when
    no progress was made for ``stale_after_s``. Starting counts as progress.

    >>> clock = iter([0.0, 5.0, 200.0])
    >>> progress = Progress(stale_after_s=60, clock_s=lambda: next(clock))
    >>> progress.cause()
    >>> progress.cause().detail
    'no progress for 200 s, at most 60 s are usual'
    """

    def __init__(
        self,
        *,
        stale_after_s: float = 60.0,
        idle: Callable[[], bool] = lambda: False,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stale_after_s = stale_after_s
        self._idle = idle
        self._clock_s = clock_s
        self._turned_s = self._made_s = clock_s()
        self._trouble = ""

    def turned(self) -> None:
        """The main loop turned: the process lives, whether or not it got something done."""
        self._turned_s = self._clock_s()

    def made(self) -> None:
        """Something was done: a record processed, a message delivered, an empty queue looked at."""
        self._turned_s = self._made_s = self._clock_s()
        self._trouble = ""

    def trouble(self, what: str) -> None:
        """Say what keeps the process from progress, in fixed words; the next progress clears it."""
        self._trouble = what

    def turned_ago_s(self) -> float:
        """Seconds since the main loop turned."""
        return self._clock_s() - self._turned_s

    def made_ago_s(self) -> float:
        """Seconds since something was done."""
        return self._clock_s() - self._made_s

    def cause(self) -> Cause | None:
        """Why what there is to do does not get done; None while it does, or there is nothing."""
        since_s = self.made_ago_s()
        if since_s <= self.stale_after_s:
            return None
        try:
            if self._idle():
                return None
            why = self._trouble
        except Exception as error:  # noqa: BLE001 - what cannot be told is unhealthy, and is said
            why = f"whether there is something to do is not known ({type(error).__name__})"
        detail = f"no progress for {since_s:.0f} s, at most {self.stale_after_s:.0f} s are usual"
        return Cause("no_progress", f"{detail}: {why}" if why else detail)


class Verdict(NamedTuple):
    """An answer, and what is said with it."""

    well: bool
    facts: Mapping[str, object]


class Health:
    """What ``/livez`` and ``/healthz`` answer, and the gauge ``tocsin_ready``.

    ``lag``: how many records wait for the process, None where it does not know. ``facts``: what
    ``/healthz`` says besides; it changes nothing about the answer. Until ``begun`` the process is
    not ready, and progress is not asked for.
    """

    def __init__(
        self,
        progress: Progress,
        registry: CollectorRegistry,
        *checks: Check,
    ) -> None:
        self.progress = progress
        self.lag: Callable[[], int | None] = lambda: None
        self.facts: Facts = dict
        self._checks = list(checks)
        self._begun = False
        ready = Gauge(
            "tocsin_ready", "1 while the process can do its work, else 0", registry=registry
        )
        ready.set_function(lambda: float(self.ready().well))

    def add(self, check: Check) -> None:
        """Have one more thing looked at."""
        self._checks.append(check)

    def begin(self) -> None:
        """The process is there and begins its work."""
        self.progress.made()
        self._begun = True

    def live(self) -> Verdict:
        """Whether the main loop turns."""
        ago_s = self.progress.turned_ago_s()
        return Verdict(
            ago_s <= LIVE_WITHIN_S,
            {
                "live": ago_s <= LIVE_WITHIN_S,
                "last_turn_s": round(ago_s, 1),
                "live_within_s": LIVE_WITHIN_S,
            },
        )

    def ready(self) -> Verdict:
        """Whether the process could do its work just now."""
        causes = [cause for check in list(self._checks) if (cause := check()) is not None]
        if not self._begun:
            causes.append(Cause("starting", "the process has not begun its work yet"))
        elif stuck := self.progress.cause():
            causes.append(stuck)
        facts = {
            "ready": not causes,
            "causes": [cause.word for cause in causes],
            "reason": "; ".join(cause.detail for cause in causes) or "the work gets done",
            "lag": self.lag(),
            "last_progress_s": round(self.progress.made_ago_s(), 1),
            "stale_after_s": self.progress.stale_after_s,
            **self.facts(),
        }
        return Verdict(not causes, facts)
