"""Puts together what tells channels that their brands are not heard."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime

from agents.alerting.deaf import DeafSink, DeafWatch, SlackDeaf
from agents.alerting.slack_api import SlackApi
from agents.brokers.follower import running
from agents.brokers.reach import Reach
from agents.hearing.memory import HearingMemory
from agents.hearing.opening import Hearing, open_hearing, unread
from agents.hearing.verdict import Status
from agents.settings import Settings
from schemas.brand import Brand


def slack_deaf(settings: Settings) -> SlackDeaf:
    """Return what tells of it in Slack, through a client of its own."""
    api = SlackApi(settings.slack_bot_token.reveal(), settings.slack_base_url)
    return SlackDeaf(api, now=lambda: datetime.now(UTC))


def tell_of_silence(
    stack: ExitStack,
    settings: Settings,
    brands: Mapping[str, Brand],
    sink: DeafSink,
    *,
    default_channel: str,
    reach: Reach,
    may_tell: Callable[[], bool],
    errored: Callable[[str], object],
    crash: Callable[[BaseException], object],
) -> Hearing:
    """Follow what is heard, and have ``sink`` tell what is not, until ``stack`` is left.

    Raises:
        NoTopicError: a topic is missing.
        SlowStartError: Kafka does not hand out the newest buckets in time.
        KafkaError: Kafka is away.
    """
    memory = HearingMemory(brands, settings.partitions, blind_after_s=settings.blind_after_s)
    hearing, consumer = open_hearing(
        settings.kafka_bootstrap, memory, spoiled=lambda: errored("unusable"), crash=crash
    )
    stack.callback(consumer.close, autocommit=False)
    hearing.follower.catch_up(time.monotonic)
    stack.enter_context(running(hearing.follower))

    def statuses(now: datetime) -> Mapping[str, Status]:
        silent_s = reach.silent_s()
        return dict.fromkeys(brands, unread(now, silent_s)) if silent_s else hearing.statuses(now)

    watch = DeafWatch(
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
    return hearing
