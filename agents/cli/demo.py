"""``tocsin demo``: the main job on this machine, without Kafka, account or Docker."""

import os
import signal
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import click
import yaml
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Number, Whole
from agents.cli.common.start import brands_or_exit, settings_or_exit
from agents.cli.language.choice import Language, choose, language_of
from agents.cli.language.say import say
from agents.cli.language.spoken import words
from agents.ingest.stopping import stop_on_signals
from lab.demo.live import play_live
from lab.demo.run import BRANDS_FILE, Show, play_demo
from lab.report.voice import ReportVoice
from lab.simulate import SCENARIOS

START = datetime(2010, 3, 14, 20, tzinfo=UTC)
LEAD_DAYS = 2.5
DAYS = 3.5
SLACK_CHANNEL = "#tocsin-demo"


@click.command(
    epilog=examples(
        "tocsin demo",
        "tocsin demo --scenario giveaway --stay",
        "tocsin demo --brands brands.yaml --lang fr",
        "tocsin demo --live Nestlé --live KitKat",
    )
)
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
@click.option(
    "--live",
    "names",
    multiple=True,
    metavar="NAME",
    help="Listen to Bluesky for this name now, instead; may be given repeatedly.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(get_args(Language)),
    help="Language of the alerts. Default: that of help and reports.",
)
@click.option(
    "--brands",
    "own_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML of brands, the first of which it happens to. Default: Nestlé.",
)
@click.option("--stay", is_flag=True, help="Leave everything running at the end, until Ctrl-C.")
def command(
    *,
    scenario: str,
    seed: int,
    mentions_per_hour: float,
    names: tuple[str, ...],
    language: Language | None,
    own_file: Path | None,
    stay: bool,
) -> None:
    """Show the whole way: embedded Kafka, worker, alerting, page, and a crisis that rings.

    Alerts appear here, or in Slack where SLACK_BOT_TOKEN is set; the page's address is the second
    thing that is said. Exit code 1 if nothing rang in a crisis, if it rang before that began, or
    where there is none.

    With --live nothing is made up: what Bluesky says of NAME is counted until Ctrl-C. That needs
    no account, and the hosts of TOCSIN_BLUESKY_HOSTS.
    """
    ctx = click.get_current_context()
    language = language or language_of(ctx)
    choose(ctx, language)
    spoken = ReportVoice(words(), say)
    if names:
        _listen(names, spoken)
        return
    # Ended like by Ctrl-C, or the worker and alerting would be left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with TemporaryDirectory(prefix="tocsin-demo-") as folder:
        source = own_file or BRANDS_FILE
        brands_or_exit(source)
        described = yaml.safe_load(source.read_text(encoding="utf-8"))
        brands_file = _brands_file(Path(folder), described["brands"], language)
        rang = play_demo(
            Show(
                scenario=scenario,
                seed=seed,
                start=START,
                lead_days=LEAD_DAYS,
                days=DAYS,
                mentions_per_hour=mentions_per_hour,
            ),
            brands_file=brands_file,
            brands=brands_or_exit(brands_file),
            settings=settings_or_exit(),
            environ=os.environ,
            console=Console(),
            stay=stay,
            voice=spoken,
        )
    sys.exit(0 if rang else 1)


def _brands_file(folder: Path, brands: Iterable[Mapping[str, object]], language: str) -> Path:
    """Write brands whose alerts speak ``language``."""
    path = folder / "brands.yaml"
    spoken = [{**one, "alert_language": language} for one in brands]
    path.write_text(yaml.safe_dump({"brands": spoken}, allow_unicode=True), encoding="utf-8")
    return path


def _listen(names: tuple[str, ...], spoken: ReportVoice) -> None:
    settings_or_exit()
    console = Console()
    with TemporaryDirectory(prefix="tocsin-demo-") as folder, stop_on_signals() as stop:
        brand = {"id": "live", "names": list(names), "slack_channel": SLACK_CHANNEL}
        brands_file = _brands_file(Path(folder), [brand], spoken.words.code)
        heard = play_live(
            brands_or_exit(brands_file).brands[0],
            brands_file=brands_file,
            spool_dir=Path(folder) / "spool",
            environ=os.environ,
            console=console,
            stop=stop,
            voice=spoken,
        )
    console.print(say("Mentions heard: {n}.", n=spoken.words.number(heard)))
