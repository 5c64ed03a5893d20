"""``tocsin demo``: the main job on this machine, without Kafka, account or Docker."""

import os
import signal
import sys
from datetime import UTC, datetime

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number, Whole
from agents.cli.common.start import brands_or_exit, settings_or_exit
from lab.demo.run import BRANDS_FILE, Show, play_demo
from lab.simulate import SCENARIOS

START = datetime(2010, 3, 14, 20, tzinfo=UTC)
LEAD_DAYS = 2.5
DAYS = 3.5


@click.command(epilog=examples("tocsin demo", "tocsin demo --scenario giveaway --stay"))
@click.option(
    "--scenario",
    type=click.Choice(tuple(SCENARIOS)),
    default="nestle-greenpeace-2010",
    show_default=True,
    help="What happens after the chatter.",
)
@click.option(
    "--seed", type=Whole(min=0), default=2010, show_default=True, help="Same seed, same posts."
)
@click.option(
    "--mentions-per-hour",
    type=Number(min=1, max=2000),
    default=120.0,
    show_default=True,
    help="Size of the usual chatter; the crisis grows with it.",
)
@click.option("--stay", is_flag=True, help="Leave everything running at the end, until Ctrl-C.")
def command(*, scenario: str, seed: int, mentions_per_hour: float, stay: bool) -> None:
    """Show the whole way: embedded Kafka, worker, alerting, and a crisis that makes it ring.

    Alerts appear here, or in Slack where SLACK_BOT_TOKEN is set. Exit code 1 if nothing rang, or
    if it rang before the crisis began.
    """
    # Ended like by Ctrl-C, or the worker and alerting would be left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rang = play_demo(
        Show(
            scenario=scenario,
            seed=seed,
            start=START,
            lead_days=LEAD_DAYS,
            days=DAYS,
            mentions_per_hour=mentions_per_hour,
        ),
        brands_file=BRANDS_FILE,
        brands=brands_or_exit(BRANDS_FILE),
        settings=settings_or_exit(),
        environ=os.environ,
        console=Console(),
        stay=stay,
    )
    sys.exit(0 if rang else 1)
