"""What alerting tells of itself: counts for Prometheus, progress for /healthz."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from agents.alerting.sink import Outcome
from agents.alerting.sinks.slack.errors import AccountError, SlackError
from agents.health import Progress
from pipeline.metrics import Metrics
from schemas.incident import Transition

STAGE = "alert"
STALE_AFTER_S = 120.0
_LIVE = timedelta(days=1)


class Report:
    """Counts under stage ``alert``.

    A partition that waits for Slack is no progress, so that /healthz turns to 503 two minutes
    after the token was refused or Slack went away, and says which.
    """

    def __init__(self, metrics: Metrics, progress: Progress, now: Callable[[], float]) -> None:
        self._metrics = metrics
        self._progress = progress
        self._now = now
        self._lags: dict[tuple[str, int], int] = {}

    def waiting(self) -> int:
        """How many records of all partitions are still to be told."""
        return sum(self._lags.copy().values())

    def received(self, count: int) -> None:
        """Count records that were read."""
        self._metrics.received(STAGE, count)

    def delivered(self, outcome: Outcome, transition: Transition) -> None:
        """Count what became of a transition; measure how late a new alert rang.

        From the end of the bucket that decided. A replay's event times lie in another year and
        say nothing about speed, so lateness of more than a day is not measured.
        """
        self._progress.made()
        if outcome in {"duplicate", "harmless", "quiet"}:
            self._metrics.dropped(STAGE, outcome)
            return
        self._metrics.emitted(STAGE)
        late = datetime.fromtimestamp(self._now(), UTC) - transition.at
        if outcome == "posted" and abs(late) < _LIVE:
            self._metrics.latency("slack", late)

    def dropped(self, reason: str) -> None:
        """Count a record that was left out on purpose."""
        self._progress.made()
        self._metrics.dropped(STAGE, reason)

    def errored(self, reason: str) -> None:
        """Count something that went wrong; ``reason`` is one of a few fixed words."""
        self._metrics.errored(STAGE, reason)

    def retried(self, error: SlackError) -> None:
        """Count a delivery that has to be tried again, and say why there is no progress."""
        self._metrics.errored(STAGE, error.code)
        what = "Slack refuses the token" if isinstance(error, AccountError) else "Slack"
        self._progress.trouble(f"{what}: {error.code}")

    def polled(self, *, waiting: bool) -> None:
        """Kafka was asked for more; that is progress unless something waits for Slack."""
        self._progress.turned()
        if not waiting:
            self._progress.made()

    def lag(self, topic: str, partition: int, records: int | None) -> None:
        """State how much of a partition is still to be read; None when it was taken away."""
        if records is None:
            self._lags.pop((topic, partition), None)
            self._metrics.forget_lag(topic, partition)
        else:
            self._lags[topic, partition] = records
            self._metrics.lag(topic, partition, records)
