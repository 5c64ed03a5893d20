"""What alerting tells of itself: counts for Prometheus, progress for /healthz."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

from agents.alerting.log import UnwrittenError
from agents.alerting.notifier import Outcome
from agents.alerting.sinks.base import SinkError, UnauthorizedError
from agents.monitoring.health import Progress
from pipeline.metrics import Metrics
from schemas.incident import Transition

STAGE = "alert"
STALE_AFTER_S = 120.0


class Lags:
    """How much of each partition is still to be told; of several sinks, the one that is last."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._of: dict[tuple[str, int], dict[str, int]] = {}
        self._lock = Lock()

    def state(self, sink: str, topic: str, partition: int, records: int | None) -> None:
        """State the lag of one sink; None where the partition was taken away from it."""
        with self._lock:
            known = self._of.setdefault((topic, partition), {})
            if records is None:
                known.pop(sink, None)
            else:
                known[sink] = records
            if known:
                self._metrics.lag(topic, partition, max(known.values()))
            else:
                self._metrics.forget_lag(topic, partition)


class Report:
    """Counts under stage ``alert`` what happens with one sink.

    A partition that waits for the sink is no progress, so that /healthz turns to 503 two minutes
    after our account was refused or the channel went away, and says which. ``sink``: its title.
    ``lags``: shared by the reports of all sinks.
    """

    def __init__(
        self,
        metrics: Metrics,
        progress: Progress,
        now: Callable[[], float],
        *,
        sink: str,
        lags: Lags | None = None,
    ) -> None:
        self._metrics = metrics
        self._progress = progress
        self._now = now
        self._sink = sink
        self._shared = lags or Lags(metrics)
        self._lags: dict[tuple[str, int], int] = {}

    def waiting(self) -> int:
        """How many records of all partitions are still to be told."""
        return sum(self._lags.copy().values())

    def received(self, count: int) -> None:
        """Count records that were read."""
        self._metrics.received(STAGE, count)

    def delivered(
        self, outcome: Outcome, transition: Transition, exemplar: dict[str, str] | None = None
    ) -> None:
        """Count what became of a transition; measure how late a new alert rang.

        From the end of the bucket that decided. ``exemplar``: see ``Metrics.latency``.
        """
        self._progress.made()
        if outcome in {"duplicate", "harmless", "quiet", "unrouted", "put_off"}:
            self._metrics.dropped(STAGE, outcome)
            return
        self._metrics.emitted(STAGE)
        late = datetime.fromtimestamp(self._now(), UTC) - transition.at
        if outcome == "posted":
            self._metrics.latency("slack", late, exemplar)
            self._metrics.alerted(transition.brand, transition.level)

    def dropped(self, reason: str) -> None:
        """Count a record that was left out on purpose."""
        self._progress.made()
        self._metrics.dropped(STAGE, reason)

    def errored(self, reason: str) -> None:
        """Count something that went wrong; ``reason`` is one of a few fixed words."""
        self._metrics.errored(STAGE, reason)

    def retried(self, error: SinkError) -> None:
        """Count a delivery that has to be tried again, and say why there is no progress."""
        self._metrics.errored(STAGE, error.code)
        what = "Kafka" if isinstance(error, UnwrittenError) else self._sink
        refused = " refuses the token" if isinstance(error, UnauthorizedError) else ""
        self._progress.trouble(f"{what}{refused}: {error.code}")

    def polled(self, *, waiting: bool) -> None:
        """Kafka was asked for more; that is progress unless something waits for the sink."""
        self._progress.turned()
        if not waiting:
            self._progress.made()

    def lag(self, topic: str, partition: int, records: int | None) -> None:
        """State how much of a partition is still to be read; None when it was taken away."""
        if records is None:
            self._lags.pop((topic, partition), None)
        else:
            self._lags[topic, partition] = records
        self._shared.state(self._sink, topic, partition, records)
