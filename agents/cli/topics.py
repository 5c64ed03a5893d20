"""``tocsin topics``: are Kafka's topics as they must be, and with --apply make them so."""

import click
import msgspec
from rich.table import Table
from rich.text import Text

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number, Whole
from agents.cli.common.start import clients_or_exit, settings_or_exit
from agents.cli.common.tables import json_option, print_json, print_whole
from agents.cli.language.say import in_words, say
from agents.kafka.clients import KafkaClients
from agents.kafka.topics import TopicsError, TopicStatus, create_topics, inspect_topics
from schemas.topics import TOPICS

STYLES = {"right": "green", "created": "green", "changed": "green", "differs": "yellow"}


@click.command(epilog=examples("tocsin topics", "tocsin topics --apply --replication 3"))
@click.option(
    "--apply",
    "apply",
    is_flag=True,
    help="Create what is missing, and have Kafka date what it must.",
)
@click.option("--bootstrap", help="Address of Kafka. Default: TOCSIN_KAFKA_BOOTSTRAP.")
@click.option(
    "--partitions",
    type=Whole(1, 1000),
    help="Of every topic; it can't be changed later. Default: TOCSIN_PARTITIONS.",
)
@click.option(
    "--replication",
    type=Whole(1, 10),
    help="Copies of every topic; 3 in production. Default: TOCSIN_REPLICATION.",
)
@click.option(
    "--wait",
    "wait_s",
    type=Number(0, 600),
    default=10.0,
    show_default=True,
    help="Seconds to wait for Kafka to be there.",
)
@json_option
def command(
    *,
    apply: bool,
    bootstrap: str | None,
    partitions: int | None,
    replication: int | None,
    wait_s: float,
    as_json: bool,
) -> None:
    """Compare Kafka's topics with the table of topics; with --apply create missing ones.

    Of what exists, only message.timestamp.type is changed, where Kafka has to date the records:
    else whoever publishes does, and its clock is believed. Exit code 1 where a topic is missing, or
    has another partition count or cleanup policy; other differences are shown only. A wrong topic
    keeps --apply from doing anything.
    """
    settings = settings_or_exit()
    given = {"partitions": partitions, "replication": replication}
    settings = msgspec.structs.replace(
        settings, **{name: value for name, value in given.items() if value is not None}
    )
    kafka = clients_or_exit(settings, bootstrap=bootstrap)
    run = create_topics if apply else inspect_topics
    try:
        statuses = run(kafka, settings, wait_s=wait_s)
    except TopicsError as error:
        raise click.ClickException(in_words(error)) from error
    if as_json:
        print_json([_told(status) for status in statuses])
    else:
        print_whole(_table(kafka, statuses))
    unusable = [status for status in statuses if not status.usable]
    if any(status.verdict == "wrong" for status in unusable):
        raise click.ClickException(
            say(
                "a topic that is wrong cannot be repaired in place. Set TOCSIN_PARTITIONS to "
                "what is there, or delete the topic (and what it holds) and run tocsin "
                "topics --apply again."
            )
        )
    if unusable:
        raise click.ClickException(say("topics are missing: tocsin topics --apply creates them."))


def _told(status: TopicStatus) -> dict[str, object]:
    differences = [
        {"setting": name, "wanted": wanted, "found": found}
        for name, wanted, found in status.differences
    ]
    return {"topic": status.name, "state": status.verdict, "differences": differences}


def _table(kafka: KafkaClients, statuses: list[TopicStatus]) -> Table:
    heads = ("topic", "state", "wanted", "found", "what it holds")
    table = Table(*map(say, heads), box=None)
    what = {kafka.topic(topic): topic.what for topic in TOPICS}
    for status in statuses:
        wanted = "\n".join(f"{name}={value}" for name, value, _ in status.differences)
        found = "\n".join(value for _, _, value in status.differences)
        style = STYLES.get(status.verdict, "bold red")
        table.add_row(
            status.name, Text(status.verdict, style=style), wanted, found, what[status.name]
        )
    return table
