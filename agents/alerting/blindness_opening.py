"""Puts together what tells channels that their brands are not heard."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import NamedTuple

from prometheus_client import CollectorRegistry

from agents.alerting.blindness import BlindnessSink, BlindnessWatch, Caring
from agents.coverage.measured import BrandsCollector
from agents.coverage.memory import CoverageMemory
from agents.coverage.opening import Coverage, open_coverage, unread
from agents.coverage.verdict import Status
from agents.kafka.clients import KafkaClients
from agents.kafka.follower import running
from agents.kafka.reach import Reach
from agents.settings import Settings
from schemas.brand import Brand


class Teller(NamedTuple):
    """One sink that tells.

    ``may_tell``: whether it is this process's turn to do so. ``only_channel`` and ``caring``: see
    ``BlindnessWatch``. ``after_s``: so long it has to last at least before this one is told.
    """

    sink: BlindnessSink
    may_tell: Callable[[], bool]
    only_channel: str = ""
    caring: Caring = Caring()
    after_s: float = 0.0


def watch_for_blindness(
    stack: ExitStack,
    settings: Settings,
    kafka: KafkaClients,
    brands: Mapping[str, Brand],
    tellers: Iterable[Teller],
    *,
    default_channel: str,
    reach: Reach,
    errored: Callable[[str], object],
    crash: Callable[[BaseException], object],
    registry: CollectorRegistry,
) -> Coverage:
    """Follow what is heard, and have ``tellers`` tell what is not, until ``stack`` is left.

    What is known of brands is in ``registry``, too.

    Raises:
        NoTopicError: a topic is missing.
        SlowStartError: Kafka does not hand out the newest buckets in time.
        KafkaError: Kafka is away.
    """
    memory = CoverageMemory(brands, settings.partitions, blind_after_s=settings.blind_after_s)

    def statuses(now: datetime) -> Mapping[str, Status]:
        silent_s = reach.silent_s()
        return dict.fromkeys(brands, unread(now, silent_s)) if silent_s else coverage.statuses(now)

    measured = BrandsCollector(brands, statuses, now=lambda: datetime.now(UTC))
    coverage, consumer = open_coverage(
        kafka, memory, spoiled=lambda: errored("unusable"), crash=crash, also=measured.take
    )
    stack.callback(consumer.close, autocommit=False)
    coverage.follower.catch_up(time.monotonic)
    stack.enter_context(running(coverage.follower))
    registry.register(measured)

    for teller in tellers:
        watch = BlindnessWatch(
            teller.sink,
            statuses,
            brands,
            default_channel=default_channel,
            limit_s=max(settings.blind_alert_s, teller.after_s),
            may_tell=teller.may_tell,
            errored=errored,
            crash=crash,
            source=coverage.sources.get,
            only_channel=teller.only_channel,
            caring=teller.caring,
        )
        watch.start()
        stack.callback(watch.halt)
    return coverage
