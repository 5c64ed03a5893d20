"""What the agents send, each send tracked until Kafka has it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import faust
from faust.types import Message
from msgspec.structs import replace

from pipeline.detection.patterns.confidence import behind
from pipeline.metrics import Metrics
from pipeline.tracing import OFF, Came, Headers, Span, Tracing
from pipeline.worker.faust_fixes import App, Outstanding, bytes_topic
from pipeline.worker.stages import FEEDBACK, JUDGE, ROLLUP, WEAK_LABELS
from schemas import topics
from schemas.bucket import Bucket
from schemas.codec import UnreadableError, encode
from schemas.dead_letter import DeadLetter
from schemas.feedback import Feedback
from schemas.incident import TakenOff, Transition


class Topics(NamedTuple):
    """The topics that a worker reads or writes."""

    mentions: faust.Topic
    buckets: faust.Topic
    feedback: faust.Topic
    incidents: faust.Topic
    dead_letters: faust.Topic

    @classmethod
    def of(cls, app: App) -> "Topics":
        """Those of ``app``."""
        return cls(
            mentions=bytes_topic(app, topics.MENTIONS),
            buckets=bytes_topic(app, topics.BUCKETS),
            feedback=bytes_topic(app, topics.FEEDBACK),
            incidents=bytes_topic(app, topics.INCIDENTS),
            dead_letters=bytes_topic(app, topics.DEAD_LETTERS),
        )


class Sender:
    """Sends records and counts them.

    A method returns once the producer has taken the record; ``outstanding`` follows it from there,
    ends the process where the send fails, and calls ``acknowledge`` once Kafka has the record.
    """

    def __init__(
        self,
        to: Topics,
        outstanding: Outstanding,
        *,
        metrics: Metrics,
        now: Callable[[], datetime],
        tracing: Tracing = OFF,
    ) -> None:
        self._tracing = tracing
        self._to = to
        self._outstanding = outstanding
        self._metrics = metrics
        self._now = now

    async def bucket(
        self,
        bucket: Bucket,
        partition: int,
        acknowledge: Callable[[Bucket], None],
        *,
        batches: Sequence[Came] = (),
        began_ns: int | None = None,
    ) -> Span:
        """Send a closed bucket, or the clock of a partition.

        ``batches``: headers of what it comes from, the newest last; ``began_ns``: when work on it
        began. Returns the span that leads on to it.
        """
        *others, newest = batches or (None,)
        span = self._tracing.begin(
            ROLLUP, came=newest, also=others, began_ns=began_ns, brand=bucket.brand
        )
        with span:
            acknowledged = partial(acknowledge, bucket)
            await self._send(self._to.buckets, bucket, partition, acknowledged, span.headers)
        self._metrics.emitted(ROLLUP)
        return span

    async def transition(
        self,
        transition: Transition,
        partition: int,
        acknowledge: Callable[[Transition], None],
        *,
        came: Came = None,
        began_ns: int | None = None,
    ) -> Span:
        """Send a step of an incident; it is counted at the stage that caused it.

        ``came``: headers of the record that caused it; the rest as for a bucket.
        """
        stamped = self._stamped(transition)
        span = self._tracing.begin(
            JUDGE,
            came=came,
            began_ns=began_ns,
            brand=transition.brand,
            incident=transition.incident,
            seq=transition.seq,
            state=transition.state,
        )
        with span:
            acknowledged = partial(acknowledge, transition)
            await self._send(self._to.incidents, stamped, partition, acknowledged, span.headers)
        self._metrics.emitted(FEEDBACK if transition.feedback else JUDGE)
        return span

    async def weak_label(self, label: Feedback, partition: int) -> None:
        """Send a label that a post gave itself."""
        await self._send(self._to.feedback, label, partition)
        self._metrics.emitted(WEAK_LABELS)

    async def dead_letter(
        self, message: Message, error: UnreadableError, raw: bytes, *, stage: str, place: str = ""
    ) -> None:
        """Send what could not be applied of ``message``, with the reason.

        ``place``: which part of the record ``raw`` is, empty for all of it.
        """
        origin = f"{message.topic}[{message.partition}]@{message.offset}{place}"
        told = DeadLetter.of(
            raw, at=self._now(), origin=origin, reason=error.reason, detail=error.detail
        )
        future = await self._to.dead_letters.send(key=origin.encode(), value=encode(told))
        self._outstanding.track(future)
        self._metrics.errored(stage, error.reason)

    async def drained(self) -> None:
        """Wait until Kafka has all that was sent or written to a table so far."""
        await self._outstanding.drained()

    async def _send(
        self,
        topic: faust.Topic,
        record: Any,  # noqa: ANN401 - a record that has a brand
        partition: int,
        on_sent: Callable[[], None] | None = None,
        headers: Headers | None = None,
    ) -> None:
        future = await topic.send(
            key=record.brand.encode(), value=encode(record), partition=partition, headers=headers
        )
        self._outstanding.track(future, on_sent)

    def _stamped(self, told: Transition) -> Transition:
        """State how far the judge is behind the event, and lower the confidence for it."""
        behind_s = round(max((self._now() - told.at).total_seconds(), 0.0), 1)
        sure = behind(told.confidence, behind_s)
        late = round(told.confidence - sure, 3)
        return replace(
            told,
            confidence=sure,
            taken_off=(
                (*told.taken_off, TakenOff(code="late", share=late)) if late else told.taken_off
            ),
            completeness=replace(told.completeness, behind_s=behind_s),
        )
