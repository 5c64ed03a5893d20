"""``tocsin alert``: incidents from Kafka to Slack, to this terminal, or to both."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

import click
from kafka.errors import KafkaError
from rich.console import Console

from agents.alerting.answers import TIMEOUT_S, AnswerSender
from agents.alerting.blindness import CALLED_S, BlindnessSink, Caring
from agents.alerting.blindness_opening import Teller, watch_for_blindness
from agents.alerting.caller import Caller
from agents.alerting.dispatcher import Dispatcher
from agents.alerting.elsewhere import Elsewhere
from agents.alerting.log import MemoryLog, TopicLog
from agents.alerting.message.brands import brand_of
from agents.alerting.notifier import Notifier
from agents.alerting.past_steps import SINCE_S, PastSteps
from agents.alerting.plan import ReceiverPlan
from agents.alerting.planned import Planned
from agents.alerting.report import STAGE, STALE_AFTER_S, Lags, Report
from agents.alerting.retelling import Retelling, Retellings
from agents.alerting.routing.model import Routes
from agents.alerting.routing.tree import told_at_first
from agents.alerting.sinks.base import Sink
from agents.alerting.sinks.blindness import RoutedBlindness
from agents.alerting.sinks.console import ConsoleBlindness, ConsoleSink
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.blindness import SlackBlindness
from agents.alerting.sinks.slack.check import CannotRingError, check_slack
from agents.alerting.sinks.slack.errors import SlackError
from agents.alerting.sinks.slack.label_handler import LabelFormHandler
from agents.alerting.sinks.slack.sink import SlackSink
from agents.alerting.sinks.slack.socket import ButtonListener
from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number
from agents.cli.common.receivers import Receivers, drawing, routes_option, routes_or_exit
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    clients_or_exit,
    kafka_errors,
    kafka_or_stop,
    open_health,
    settings_or_exit,
    tracing_or_exit,
)
from agents.cli.common.trial_alerts import send_tests
from agents.cli.language.say import in_words, say
from agents.incidents.memory import IncidentMemory
from agents.incidents.opening import follow, open_incidents
from agents.ingest.stopping import stop_on_signals
from agents.kafka.access import ACCESS, READ, WORKER_GROUP
from agents.kafka.clients import KafkaClients
from agents.kafka.dead_letters import DeadLetters
from agents.kafka.follower import SlowStartError, running
from agents.kafka.topic_reader import NoTopicError
from agents.monitoring import logs
from agents.monitoring.health import Progress, process_registry
from agents.secret import Renewed
from agents.settings import Settings
from pipeline.metrics import Metrics
from pipeline.tracing import Tracing
from schemas.brand import Brand
from schemas.codec import encode
from schemas.dead_letter import DeadLetter
from schemas.incident import Transition
from schemas.topics import INCIDENTS

HOUR_S = 3600
LABELS_SINCE_S = 60 * 86_400
FORM_TIMEOUT_S = 2
"""Slack waits three seconds, to be asked for a form and to hear that one was taken."""
LABEL_TIMEOUT_S = 1.5
"""Kafka's part of these, beside a second to find the topic."""


SINKS = ("slack", "console")


class Channel(NamedTuple):
    """One sink, and what tells of brands that are not heard where it delivers, if anything does.

    ``only_channel`` and ``after_s``: see ``Teller``.
    """

    sink: Sink
    blindness: BlindnessSink | None = None
    only_channel: str = ""
    after_s: float = 0.0


class Running(NamedTuple):
    """What delivers to one sink. ``consumer``: of its own group. ``log``: what was delivered."""

    dispatcher: Dispatcher
    consumer: Any  # kafka-python is untyped
    report: Report
    progress: Progress
    log: MemoryLog


@click.command(
    epilog=examples(
        "tocsin alert --brands brands.yaml --console",
        "tocsin alert --brands brands.yaml --default-channel '#alerts'",
        "tocsin alert --brands brands.yaml --sink slack --sink console",
        "tocsin alert --brands brands.yaml --routes routes.yaml",
        "tocsin alert test --route comms --brands brands.yaml --routes routes.yaml",
    )
)
@click.argument("test", required=False, type=click.Choice(["test"]), metavar="[test]")
@brands_option
@routes_option
@click.option(
    "--route",
    "tested",
    multiple=True,
    help="With test: a receiver of the routes that gets a test alert, or all. May be repeated.",
)
@click.option("--default-channel", default="", help="For brands without one, or whose own refuses.")
@click.option(
    "--sink",
    "names",
    multiple=True,
    type=click.Choice(SINKS),
    help="Where alerts go, once or several times. [default: slack with a token, else console]",
)
@click.option("--console", "on_console", is_flag=True, help="Show alerts here, even with a token.")
@click.option("--group", default="", help="Consumer group. [default: tocsin-alert-SINK]")
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
    test: str | None,
    brands_file: Path,
    routes_file: Path | None,
    tested: tuple[str, ...],
    default_channel: str,
    names: tuple[str, ...],
    on_console: bool,
    group: str,
    once: bool,
    from_beginning: bool,
    max_age_h: float,
) -> None:
    """Post incidents to Slack, one message each, kept up to date; without a token, show them here.

    Reads tocsin.incidents and commits a record once the sink has it; what was delivered is kept on
    tocsin.notifications. Several sinks do not wait for each other. SLACK_BOT_TOKEN needs the scopes
    chat:write, channels:history, channels:read, groups:history and groups:read, and the bot must be
    a member of the channels (/invite). With the scope files:write, and the optional extra
    tocsin[pictures], each alert has a chart in its thread. With SLACK_APP_TOKEN (scope
    connections:write) alerts get buttons, and a form to label their posts; what people say goes to
    tocsin.feedback.

    With --routes, a file says who is told of what, when and how loudly, and who is called where
    nobody takes it. "tocsin alert test" sends a test alert to receivers of that file, and ends.
    """
    settings = settings_or_exit()
    tracing = tracing_or_exit(settings, "alert")
    kafka = clients_or_exit(settings)
    brands = by_id(brands_or_exit(brands_file))
    routes = routes_or_exit(routes_file, brands) if routes_file else None
    _check_usage(test, routes, tested, names, on_console=on_console)
    logs.set_up(Console(stderr=True), settings.log_level)

    registry = process_registry()
    metrics = Metrics(registry)
    progress = Progress(stale_after_s=STALE_AFTER_S)
    screen = Console()
    receivers = (
        Receivers(
            routes,
            settings,
            screen,
            default_channel=default_channel,
            refused=lambda code: metrics.errored(STAGE, code),
        )
        if routes
        else None
    )
    if test and receivers:
        send_tests(receivers, tested, brands)
        return
    channels = (
        _routed(receivers, settings, brands, default_channel, screen)
        if receivers
        else [
            _slack(settings, brands, default_channel, metrics)
            if name == "slack"
            else Channel(ConsoleSink(screen), ConsoleBlindness(screen))
            for name in _chosen(settings, names, on_console=on_console)
        ]
    )
    with_slack = any(isinstance(channel.sink, SlackSink) for channel in channels)

    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        groups = {_group(group, channel.sink, len(channels)): READ for channel in channels}
        access = ACCESS["alert"]
        access = access._replace(groups={WORKER_GROUP: access.groups[WORKER_GROUP], **groups})
        health, reach = open_health(stack, settings, kafka, registry, progress, access=access)
        if not kafka_or_stop(settings, kafka, reach, progress, stop):
            return
        broken: list[BaseException] = []

        def crash(error: BaseException) -> None:
            broken.append(error)
            stop.set()

        oldest_s = 0.0 if from_beginning else time.time() - max_age_h * HOUR_S
        lags = Lags(metrics)
        retellings = Retellings()
        incidents = IncidentMemory(told=retellings.add)
        try:
            alerts = [
                _dispatch(
                    stack,
                    kafka,
                    channel.sink,
                    brands,
                    receivers,
                    incidents=incidents,
                    retellings=retellings,
                    # A group for each: a look from a terminal must not take alerts from Slack.
                    group=_group(group, channel.sink, len(channels)),
                    screen=screen,
                    progress=progress if channel is channels[0] else _progress(),
                    metrics=metrics,
                    lags=lags,
                    oldest_s=oldest_s,
                    from_beginning=from_beginning,
                    page=settings.page_url.rstrip("/"),
                    tracing=tracing,
                )
                for channel in channels
            ]
            _remember(stack, kafka, incidents, crash, wait=once)
            for more in alerts[1:]:
                health.add(more.progress.cause)
            if with_slack and settings.slack_app_token and not once:
                _listen_to_buttons(stack, settings, kafka, brands, incidents)
            called = tuple(one.sink.name for one in channels if one.after_s)
            if settings.blind_alert_s and not once:
                coverage = watch_for_blindness(
                    stack,
                    settings,
                    kafka,
                    brands,
                    [
                        Teller(
                            channel.blindness,
                            _may_tell(one.consumer),
                            channel.only_channel,
                            Caring(_under_way(alerts), called),
                            channel.after_s,
                        )
                        for channel, one in zip(channels, alerts, strict=True)
                        if channel.blindness is not None
                    ],
                    default_channel=default_channel or (receivers.channel if receivers else ""),
                    reach=reach,
                    errored=lambda code: metrics.errored(STAGE, code),
                    crash=crash,
                    registry=registry,
                )
                health.add(coverage.cause)
        except (KafkaError, NoTopicError, SlowStartError) as error:
            raise click.ClickException(
                say("Kafka at {address}: {why}", address=kafka.bootstrap, why=error)
            ) from error
        health.lag = lambda: max(one.report.waiting() for one in alerts)
        health.begin()
        with kafka_errors(kafka):
            _run([one.dispatcher for one in alerts], stop, once=once, crash=crash)
        if broken:
            raise click.ClickException(
                say("Kafka can no longer be followed: {why}", why=repr(broken[0]))
            )


def _check_usage(
    test: str | None,
    routes: Routes | None,
    tested: tuple[str, ...],
    names: tuple[str, ...],
    *,
    on_console: bool,
) -> None:
    """End with what does not go together."""
    if routes is not None and (names or on_console):
        raise click.UsageError(say("--routes says where alerts go: leave --sink and --console out"))
    if test and (routes is None or not tested):
        raise click.UsageError(say("tocsin alert test needs --routes and --route"))
    if tested and not test:
        raise click.UsageError(say("--route goes with tocsin alert test"))
    known = {one.name for one in routes.receivers} if routes else set()
    for name in tested:
        if name not in known | {"all"}:
            raise click.UsageError(
                say(
                    "no receiver {name}: known are {known}",
                    name=name,
                    known=", ".join(sorted(known)),
                )
            )


def _routed(
    receivers: Receivers,
    settings: Settings,
    brands: Mapping[str, Brand],
    default_channel: str,
    screen: Console,
) -> list[Channel]:
    """Return the receivers of the routes, or end with all that would keep alerts from them."""
    sinks = receivers.all_or_exit()
    slack = [one for one in receivers.routes.receivers if one.kind == "slack"]
    blind: BlindnessSink | None = None
    if slack:
        api = SlackApi(Renewed(settings.slack_bot_token), settings.slack_base_url)
        own = any(not one.channel for one in slack)
        channels = {one.channel for one in slack} - {""}
        try:
            watched = brands.values() if own else ()
            pictures = drawing() is not None
            check_slack(api, watched, default_channel, channels, pictures=pictures)
        except CannotRingError as error:
            raise click.ClickException(in_words(error)) from error
        blind = SlackBlindness(api, now=lambda: datetime.now(UTC))
    names = [one.name for one in slack]
    at_first = told_at_first(receivers.routes.root)
    found = []
    for sink in sinks:
        if sink.name in names:
            # One tells in every channel of Slack; the others would tell the same again.
            found.append(Channel(sink, blind if sink.name == names[0] else None))
        elif isinstance(sink, ConsoleSink):
            found.append(Channel(sink, ConsoleBlindness(screen)))
        else:
            later = sink.name not in at_first
            # Told from a thread of its own, and so by a sink of its own.
            telling = RoutedBlindness(
                receivers.make(sink.name), brands, now=lambda: datetime.now(UTC), loud=later
            )
            found.append(Channel(sink, telling, sink.name, CALLED_S if later else 0.0))
    return found


def _under_way(alerts: Sequence[Running]) -> Callable[[], set[str]]:
    """Return what says of which brands something goes on, as far as any sink was told."""
    return lambda: {brand for one in alerts for brand in one.log.under_way()}


def _chosen(settings: Settings, names: tuple[str, ...], *, on_console: bool) -> list[str]:
    """Return which sinks alerts go to, each once."""
    asked = [*names, *(["console"] if on_console else [])]
    if "slack" in asked and not settings.slack_bot_token:
        raise click.UsageError(say("--sink slack needs SLACK_BOT_TOKEN"))
    return list(dict.fromkeys(asked)) or ["slack" if settings.slack_bot_token else "console"]


def _group(group: str, sink: Sink, sinks: int) -> str:
    if not group:
        return f"tocsin-alert-{sink.name}"
    return group if sinks == 1 else f"{group}-{sink.name}"


def _progress() -> Progress:
    return Progress(stale_after_s=STALE_AFTER_S)


def _may_tell(consumer: Any) -> Callable[[], bool]:  # noqa: ANN401 - kafka-python is untyped
    """Return whether it is this process's turn, where several share the alerts."""
    return lambda: any(one.partition == 0 for one in consumer.assignment())


def _slack(
    settings: Settings, brands: Mapping[str, Brand], default_channel: str, metrics: Metrics
) -> Channel:
    """Return Slack, or end with all that would keep alerts from it."""
    token = Renewed(settings.slack_bot_token)
    api = SlackApi(token, settings.slack_base_url)
    try:
        check_slack(api, brands.values(), default_channel, pictures=drawing() is not None)
    except CannotRingError as error:
        raise click.ClickException(in_words(error)) from error
    sink = SlackSink(
        api,
        default_channel=default_channel,
        with_buttons=bool(settings.slack_app_token),
        refused=lambda code: metrics.errored(STAGE, code),
        draw=drawing(),
    )
    # Blindness is told from a thread of its own, and so by a client of its own.
    own = SlackApi(token, settings.slack_base_url)
    return Channel(sink, SlackBlindness(own, now=lambda: datetime.now(UTC)))


def _dispatch(
    stack: ExitStack,
    kafka: KafkaClients,
    sink: Sink,
    brands: Mapping[str, Brand],
    receivers: Receivers | None,
    *,
    incidents: IncidentMemory,
    retellings: Retellings,
    group: str,
    screen: Console,
    progress: Progress,
    metrics: Metrics,
    lags: Lags,
    oldest_s: float,
    from_beginning: bool,
    page: str,
    tracing: Tracing,
) -> Running:
    """Return what delivers to ``sink``; its connections are closed when ``stack`` is left.

    With ``receivers``, the sink is one of theirs and has the routes of its receiver. ``page``: the
    address of the web page, empty for none. What is to be forgotten by ``incidents`` is not shown;
    where the sink can change a message, one of ``retellings`` takes it out of those that stand.
    """

    def now() -> datetime:
        return datetime.now(UTC)

    brand = brand_of(brands)
    plan = (
        ReceiverPlan(receivers.routes, receivers.routes.receiver(sink.name)) if receivers else None
    )
    consumer = kafka.consumer(group, group=group)
    stack.callback(consumer.close, autocommit=False)
    notifications = MemoryLog()
    if sink.lasting:
        notifications = stack.enter_context(closing(TopicLog(kafka, sink.name)))
    shown = incidents.forgotten.shown
    notifier = Notifier(sink, notifications, brand, now=now, plan=plan, page=page, shown=shown)
    shown_here = Notifier(ConsoleSink(screen), MemoryLog(), brand, now=now, shown=shown)
    retelling = Retelling(notifier, _newest(incidents), clock_s=time.monotonic)
    if isinstance(sink, SlackSink):
        retellings.join(retelling)
    report = Report(metrics, progress, time.time, sink=sink.title, lags=lags)
    dead = stack.enter_context(closing(DeadLetters(kafka))).send
    caller, elsewhere = None, None
    if plan is not None and receivers is not None:
        elsewhere = Elsewhere(plan, receivers.make, brand, now=now)
        planned = Planned(
            tuple(one for one in plan.routes.maintenance if sink.name in one.receivers),
            sink,
            notifications,
            brands,
            now=now,
            errored=report.errored,
        )
        caller = Caller(
            plan,
            notifier,
            notifications,
            sink,
            PastSteps(kafka, oldest_s=max(oldest_s, time.time() - SINCE_S)),
            now=now,
            delivered=report.delivered,
            errored=report.errored,
            undelivered=_call_given_up(elsewhere, shown_here, dead, now),
            planned=planned,
        )
    dispatcher = Dispatcher(
        consumer,
        deliver=notifier.deliver,
        sink=sink.title,
        notifications=notifications,
        last_resort=lambda transition: shown_here.deliver(transition, now()),
        answers=sink.answers,
        dead=dead,
        caller=caller,
        elsewhere=elsewhere or (lambda _transition, _why: None),
        report=report,
        now=time.time,
        oldest_s=oldest_s,
        from_beginning=from_beginning,
        topic=kafka.topic(INCIDENTS),
        turn=retelling.turn,
        tracing=tracing,
    )
    return Running(dispatcher, consumer, report, progress, notifications)


def _call_given_up(
    elsewhere: Elsewhere,
    shown_here: Notifier,
    dead: Callable[[DeadLetter], None],
    now: Callable[[], datetime],
) -> Callable[[Transition, str], None]:
    """Return what is done with a call that its channel does not take."""

    def give_up(transition: Transition, why: str) -> None:
        elsewhere(transition, why)
        shown_here.deliver(transition, now())
        dead(
            DeadLetter.of(
                encode(transition),
                at=now(),
                origin=f"call/{transition.incident[:200]}/{transition.seq}",
                reason="undeliverable",
                detail=why,
            )
        )

    return give_up


def _run(
    dispatchers: list[Dispatcher],
    stop: Event,
    *,
    once: bool,
    crash: Callable[[BaseException], object],
) -> None:
    """Run all until ``stop`` is set, the first in this thread; with ``once`` until all are done."""

    def run(dispatcher: Dispatcher) -> None:
        try:
            dispatcher.run(stop, once=once)
        except Exception as error:  # noqa: BLE001 - handed on: a thread's own would go unseen
            crash(error)

    first, *others = dispatchers
    threads = [Thread(target=run, args=(one,), name="alert", daemon=True) for one in others]
    for thread in threads:
        thread.start()
    try:
        first.run(stop, once=once)
    except BaseException:
        stop.set()
        raise
    finally:
        for thread in threads:
            thread.join()


def _newest(incidents: IncidentMemory) -> Callable[[str], Transition | None]:
    """Return how to look up the newest step of an incident, as it may be shown."""

    def newest(incident: str) -> Transition | None:
        known = incidents.of(incident)
        return known.newest if known else None

    return newest


def _remember(
    stack: ExitStack,
    kafka: KafkaClients,
    incidents: IncidentMemory,
    crash: Callable[[BaseException], object],
    *,
    wait: bool,
) -> None:
    """Follow incidents, for labels, and what must be forgotten of them.

    ``crash`` is called where that breaks down. It is not waited for, unless asked: an alert must
    not be late because many old ones are read.
    """
    reader = open_incidents(kafka, "tocsin-alert-posts", since_s=time.time() - LABELS_SINCE_S)
    stack.callback(reader.close)
    follower = follow(
        reader,
        incidents,
        unreadable=lambda _: None,  # alerting itself counts it and sets it aside
        crash=crash,
    )
    if wait:
        follower.catch_up(time.monotonic)
    else:
        stack.enter_context(running(follower))


def _listen_to_buttons(
    stack: ExitStack,
    settings: Settings,
    kafka: KafkaClients,
    brands: Mapping[str, Brand],
    incidents: IncidentMemory,
) -> None:
    """Listen to the buttons, or end with what Slack says of the token."""

    def sender(timeout_s: float) -> AnswerSender:
        made = AnswerSender(kafka, settings.partitions, timeout_s=timeout_s)
        return stack.enter_context(closing(made))

    form = LabelFormHandler(
        brands=brands,
        incidents=incidents,
        open_view=SlackApi(
            Renewed(settings.slack_bot_token), settings.slack_base_url, timeout_s=FORM_TIMEOUT_S
        ).open_view,
        send=sender(LABEL_TIMEOUT_S).send,
        now=lambda: datetime.now(UTC),
    )
    listener = ButtonListener(
        Renewed(settings.slack_app_token),
        settings.slack_base_url,
        brands=brands,
        send=sender(TIMEOUT_S).send,
        hear=form.hear,
    )
    try:
        stack.enter_context(listener)
    except SlackError as error:
        raise click.ClickException(say("SLACK_APP_TOKEN: {why}", why=error)) from error
