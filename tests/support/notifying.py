"""One sink as alerting uses it, without Kafka: decide, compose, deliver, remember."""

from collections.abc import Callable
from datetime import UTC, datetime

from agents.alerting.log import MemoryLog, NotificationLog
from agents.alerting.message.brands import BrandOf
from agents.alerting.notifier import Notifier, Outcome
from agents.alerting.sinks.base import Sink
from schemas.brand import Brand
from schemas.incident import Transition

SENT = datetime.fromtimestamp(1_700_000_000, UTC)


class Told:
    """A sink whose log begins empty, as in the first life of a process that never logged."""

    def __init__(self, sink: Sink, log: NotificationLog | None = None) -> None:
        self._brand: Brand | None = None
        self._notifier = Notifier(
            sink, log or MemoryLog(), lambda _: self._known(), now=lambda: SENT
        )

    def deliver(self, transition: Transition, brand: Brand, sent_at: datetime = SENT) -> Outcome:
        self._brand = brand
        return self._notifier.deliver(transition, sent_at)

    def _known(self) -> Brand:
        assert self._brand is not None
        return self._brand


def notifying(
    sink: Sink, brand_of: BrandOf, log: NotificationLog | None = None
) -> Callable[[Transition, datetime, int], Outcome]:
    """Return what delivers to a sink, for a dispatcher."""
    return Notifier(sink, log or MemoryLog(), brand_of, now=lambda: datetime.now(UTC)).deliver
