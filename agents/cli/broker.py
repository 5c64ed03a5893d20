"""``tocsin broker``: run a real Apache Kafka on this machine, without a container engine."""

from pathlib import Path

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Whole
from agents.cli.language.say import in_words
from agents.kafka.apache import DEFAULT_CACHE, ApacheKafka
from agents.kafka.jars import KAFKA_VERSION, BrokerError, jar_directory

ACTIONS = ("start", "stop", "kill", "wipe", "status")


@click.command(epilog=examples("tocsin broker start", "tocsin broker stop"))
@click.argument("action", type=click.Choice(ACTIONS))
@click.option(
    "--port",
    type=Whole(0, 65535),
    default=0,
    help="Port on 127.0.0.1. Default: the one used before in --dir, else a free one.",
)
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".cache/broker"),
    show_default=True,
    help="Where settings, data, log and process id lie.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_CACHE,
    show_default=True,
    help="Where Kafka's jars are kept.",
)
def command(action: str, port: int, directory: Path, cache: Path) -> None:
    """Run a real Apache Kafka of one node: start, stop, kill, wipe or status.

    Needs Java 17 or newer; Maven fetches Kafka's jars the first time. STOP lets it shut down in
    order, KILL does not, WIPE kills it and deletes its messages. STATUS has exit code 1 where
    nothing runs.
    """
    broker = ApacheKafka(directory, port, cache=cache)
    say = Console(highlight=False, soft_wrap=True).print
    try:
        if action == "start":
            if not jar_directory(cache).is_dir():
                say(f"Fetching Apache Kafka {KAFKA_VERSION} with Maven, once …")
            broker.start()
            say(f"Apache Kafka {KAFKA_VERSION} answers on {broker.bootstrap}")
            say(f"For tocsin: export TOCSIN_KAFKA_BOOTSTRAP={broker.bootstrap}")
        elif action == "status":
            pid = broker.pid
            if pid is None:
                say(f"No broker runs in {broker.directory}")
                raise click.exceptions.Exit(1)
            say(f"Process {pid} answers on {broker.bootstrap}")
        else:
            {"stop": broker.stop, "kill": broker.kill, "wipe": broker.wipe}[action]()
            say(f"No broker runs in {broker.directory} any more")
    except BrokerError as error:
        raise click.ClickException(in_words(error)) from error
