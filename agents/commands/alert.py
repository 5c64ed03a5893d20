"""``tocsin alert``: incidents from Kafka to Slack, or to this terminal."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import click
from kafka.errors import KafkaError
from rich.console import Console

from agents import logs
from agents.alerting.answers import TIMEOUT_S, AnswerSender
from agents.alerting.blindness import ConsoleBlindness
from agents.alerting.blindness_opening import slack_blindness, watch_for_blindness
from agents.alerting.dead_letters import DeadLetters
from agents.alerting.dispatcher import Dispatcher
from agents.alerting.opening import CannotRingError, brand_of, check_slack, to_console, to_slack
from agents.alerting.report import STAGE, STALE_AFTER_S, Report
from agents.alerting.sinks.console import ConsoleSink
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.errors import SlackError
from agents.alerting.sinks.slack.label_handler import LabelFormHandler
from agents.alerting.sinks.slack.sink import SlackSink
from agents.alerting.sinks.slack.socket import ButtonListener
from agents.brokers.clients import make_consumer
from agents.brokers.follower import SlowStartError, running
from agents.brokers.topic_reader import NoTopicError
from agents.commands.common import (
    brands_option,
    brands_or_exit,
    by_id,
    kafka_errors,
    kafka_or_stop,
    open_health,
    settings_or_exit,
)
from agents.groups import examples
from agents.health import Progress, process_registry
from agents.incidents.memory import IncidentMemory
from agents.incidents.opening import follow
from agents.ingest.stopping import stop_on_signals
from agents.numbers import Number
from agents.settings import Settings
from pipeline.metrics import Metrics
from schemas.brand import Brand
from schemas.topics import BUCKETS, DEAD_LETTERS, FEEDBACK, INCIDENTS, MENTIONS

HOUR_S = 3600
LABELS_SINCE_S = 60 * 86_400
FORM_TIMEOUT_S = 2
"""Slack waits three seconds, to be asked for a form and to hear that one was taken."""
LABEL_TIMEOUT_S = 1.5
"""Kafka's part of these, beside a second to find the topic."""


@click.command(
    epilog=examples(
        "tocsin alert --brands brands.yaml --console",
        "tocsin alert --brands brands.yaml --default-channel '#alerts'",
    )
)
@brands_option
@click.option("--default-channel", default="", help="For brands without one, or whose own refuses.")
@click.option("--console", "on_console", is_flag=True, help="Show alerts here, even with a token.")
@click.option("--group", default="", help="Consumer group. [default: tocsin-alert-slack/-console]")
@click.option("--once", is_flag=True, help="Deliver what is there now, then end.")
@click.option("--from-beginning", is_flag=True, help="Read the whole topic again, however old.")
@click.option(
    "--max-age-h",
    type=Number(min=0, min_open=True),
    default=168.0,
    show_default=True,
    help="Records older than this at the start do not ring any more.",
)
def command(
    *,
    brands_file: Path,
    default_channel: str,
    on_console: bool,
    group: str,
    once: bool,
    from_beginning: bool,
    max_age_h: float,
) -> None:
    """Post incidents to Slack, one message each, kept up to date; without a token, show them here.

    Reads tocsin.incidents and commits a record once Slack has it. SLACK_BOT_TOKEN needs the scopes
    chat:write, channels:history, channels:read, groups:history and groups:read, and the bot must be
    a member of the channels (/invite). With SLACK_APP_TOKEN (scope connections:write) alerts get
    buttons, and a form to label their posts; what people say goes to tocsin.feedback.
    """
    settings = settings_or_exit()
    brands = by_id(brands_or_exit(brands_file))
    logs.set_up(Console(stderr=True), settings.log_level)

    registry = process_registry()
    metrics = Metrics(registry)
    progress = Progress(stale_after_s=STALE_AFTER_S)
    report = Report(metrics, progress, time.time)
    screen_console = Console()
    screen = ConsoleSink(screen_console)
    find = brand_of(brands)
    if settings.slack_bot_token and not on_console:
        api = SlackApi(settings.slack_bot_token.reveal(), settings.slack_base_url)
        try:
            check_slack(api, brands.values(), default_channel)
        except CannotRingError as error:
            raise click.ClickException(str(error)) from error
        sink = SlackSink(
            api,
            default_channel=default_channel,
            with_buttons=bool(settings.slack_app_token),
            refused=lambda code: metrics.errored(STAGE, code),
        )
        deliver, answers, place = to_slack(sink, find), sink.answers, "slack"
    else:
        # A group of its own: a look from a terminal must not take alerts away from Slack.
        deliver, answers, place = to_console(screen, find), lambda: True, "console"

    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        topics = [INCIDENTS, FEEDBACK, DEAD_LETTERS, BUCKETS, MENTIONS]
        health, reach = open_health(
            stack, settings, registry, progress, [topic.name for topic in topics]
        )
        if not kafka_or_stop(settings, reach, progress, stop):
            return
        try:
            name = group or f"tocsin-alert-{place}"
            consumer = make_consumer(settings.kafka_bootstrap, name, group=name)
            stack.callback(consumer.close, autocommit=False)
            alerts = Dispatcher(
                consumer,
                deliver=deliver,
                last_resort=lambda transition: screen.deliver(transition, find(transition)),
                slack_answers=answers,
                dead=stack.enter_context(closing(DeadLetters(settings.kafka_bootstrap))).send,
                report=report,
                now=time.time,
                oldest_s=0.0 if from_beginning else time.time() - max_age_h * HOUR_S,
                from_beginning=from_beginning,
            )
            broken: list[BaseException] = []

            def crash(error: BaseException) -> None:
                broken.append(error)
                stop.set()

            if place == "slack" and settings.slack_app_token and not once:
                _listen_to_buttons(stack, settings, brands, crash)
            if settings.blind_alert_s and not once:
                coverage = watch_for_blindness(
                    stack,
                    settings,
                    brands,
                    slack_blindness(settings)
                    if place == "slack"
                    else ConsoleBlindness(screen_console),
                    default_channel=default_channel,
                    reach=reach,
                    may_tell=lambda: any(one.partition == 0 for one in consumer.assignment()),
                    errored=lambda code: metrics.errored(STAGE, code),
                    crash=crash,
                )
                health.add(coverage.cause)
        except (KafkaError, NoTopicError, SlowStartError) as error:
            raise click.ClickException(f"Kafka at {settings.kafka_bootstrap}: {error}") from error
        health.lag = report.waiting
        health.begin()
        with kafka_errors(settings):
            alerts.run(stop, once=once)
        if broken:
            raise click.ClickException(f"Kafka can no longer be followed: {broken[0]!r}")


def _listen_to_buttons(
    stack: ExitStack,
    settings: Settings,
    brands: Mapping[str, Brand],
    crash: Callable[[BaseException], object],
) -> None:
    """Listen to the buttons, or end with what Slack says of the token.

    ``crash`` is called where what labels rest on breaks down.
    """
    incidents = IncidentMemory()
    consumer = make_consumer(settings.kafka_bootstrap, "tocsin-alert-posts")
    stack.callback(consumer.close)
    # Not waited for: an alert must not be late because many old ones are read.
    follower = follow(
        consumer,
        incidents,
        since_s=time.time() - LABELS_SINCE_S,
        unreadable=lambda _: None,  # alerting itself counts it and sets it aside
        crash=crash,
    )
    stack.enter_context(running(follower))

    def sender(timeout_s: float) -> AnswerSender:
        made = AnswerSender(settings.kafka_bootstrap, settings.partitions, timeout_s=timeout_s)
        return stack.enter_context(closing(made))

    desk = LabelFormHandler(
        brands=brands,
        incidents=incidents,
        open_view=SlackApi(
            settings.slack_bot_token.reveal(), settings.slack_base_url, timeout_s=FORM_TIMEOUT_S
        ).open_view,
        send=sender(LABEL_TIMEOUT_S).send,
        now=lambda: datetime.now(UTC),
    )
    listener = ButtonListener(
        settings.slack_app_token.reveal(),
        settings.slack_base_url,
        brands=brands,
        send=sender(TIMEOUT_S).send,
        hear=desk.hear,
    )
    try:
        stack.enter_context(listener)
    except SlackError as error:
        raise click.ClickException(f"SLACK_APP_TOKEN: {error}") from error
