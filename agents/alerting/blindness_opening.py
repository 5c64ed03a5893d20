"""Puts together what tells channels that their brands are not heard."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime

from agents.alerting.blindness import BlindnessSink, BlindnessWatch, SlackBlindness
from agents.alerting.sinks.slack.api import SlackApi
from agents.brokers.follower import running
from agents.brokers.reach import Reach
from agents.coverage.memory import CoverageMemory
from agents.coverage.opening import Coverage, open_coverage, unread
from agents.coverage.verdict import Status
from agents.settings import Settings
from schemas.brand import Brand


def slack_blindness(settings: Settings) -> SlackBlindness:
    """Return what tells of it in Slack, through a client of its own."""
    api = SlackApi(settings.slack_bot_token.reveal(), settings.slack_base_url)
    return SlackBlindness(api, now=lambda: datetime.now(UTC))


def watch_for_blindness(
    stack: ExitStack,
    settings: Settings,
    brands: Mapping[str, Brand],
    sink: BlindnessSink,
    *,
    default_channel: str,
    reach: Reach,
    may_tell: Callable[[], bool],
    errored: Callable[[str], object],
    crash: Callable[[BaseException], object],
) -> Coverage:
    """Follow what is heard, and have ``sink`` tell what is not, until ``stack`` is left.

    Raises:
        NoTopicError: a topic is missing.
        SlowStartError: Kafka does not hand out the newest buckets in time.
        KafkaError: Kafka is away.
    """
    memory = CoverageMemory(brands, settings.partitions, blind_after_s=settings.blind_after_s)
    coverage, consumer = open_coverage(
        settings.kafka_bootstrap, memory, spoiled=lambda: errored("unusable"), crash=crash
    )
    stack.callback(consumer.close, autocommit=False)
    coverage.follower.catch_up(time.monotonic)
    stack.enter_context(running(coverage.follower))

    def statuses(now: datetime) -> Mapping[str, Status]:
        silent_s = reach.silent_s()
        return dict.fromkeys(brands, unread(now, silent_s)) if silent_s else coverage.statuses(now)

    watch = BlindnessWatch(
        sink,
        statuses,
        brands,
        default_channel=default_channel,
        limit_s=settings.blind_alert_s,
        may_tell=may_tell,
        errored=errored,
        crash=crash,
    )
    watch.start()
    stack.callback(watch.halt)
    return coverage
