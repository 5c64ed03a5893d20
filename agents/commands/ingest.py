"""``tocsin ingest``: recorded, simulated or live posts, published to Kafka."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

import click
from rich.console import Console

from agents.ingest.checkpoint import CheckpointError, Checkpoints, describe, load
from agents.ingest.courier import DeliveryError
from agents.ingest.feed import Feed
from agents.ingest.formats import INPUT_FORMATS, open_mentions
from agents.ingest.opening import open_publisher
from agents.ingest.pacing import parse_speed
from agents.ingest.play import Outcome, heartbeat_every_s, play
from agents.ingest.stopping import stop_on_signals
from agents.settings import Settings, SettingsError, read_settings
from pipeline.brands import BrandFaultsError, Matcher, load_brands
from schemas.brand import Brands

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Speed(click.ParamType):
    """``realtime``, ``60``, ``x60`` or ``max``."""

    name = "speed"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return event seconds per second."""
        try:
            return value if isinstance(value, float) else parse_speed(str(value))
        except ValueError:
            self.fail(f"{value!r} is not realtime, max or a factor such as 60", param, ctx)


_brands = click.option("--brands", "brands_path", type=_FILE, required=True, help="Brands YAML.")
_speed = click.option(
    "--speed",
    type=Speed(),
    default="max",
    show_default=True,
    help="realtime, a factor such as 60, or max.",
)
_tail = click.option(
    "--tail-s",
    type=click.FloatRange(min=0),
    default=None,
    help="Silence stated after the end, so that the last buckets close. [default: two buckets]",
)


def _source(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--source",
        default=default,
        show_default=True,
        help="Name of this source; one process per name.",
    )


@click.group()
def command() -> None:
    """Publish posts: recorded, simulated, or live from X."""


@command.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@_brands
@click.option("--mapping", type=_FILE, help="YAML that maps columns or fields to a mention.")
@click.option("--input-format", type=click.Choice(INPUT_FORMATS), help="If it cannot be told.")
@_speed
@_source("replay")
@_tail
@click.option("--resume", is_flag=True, help="Go on where the last run of this input ended.")
def replay(
    *,
    files: tuple[Path, ...],
    brands_path: Path,
    mapping: Path | None,
    input_format: str | None,
    speed: float,
    source: str,
    tail_s: float | None,
    resume: bool,
) -> None:
    """Replay FILES with their own times: neutral JSONL, X API v2 or v1.1, CSV with a mapping."""
    settings, brands = _prepare(brands_path)
    console = Console(stderr=True)
    state = Path(settings.spool_dir) / f"{source}.replay.json"
    inputs = describe(files)
    with _faults():
        skipped = load(state, inputs) if resume else 0
        items = open_mentions(files, input_format=input_format, mapping=mapping)
    with stop_on_signals() as stop, _faults():
        publisher = open_publisher(settings, source, live=False, stop=stop)
        feed = Feed(
            publisher,
            Matcher(brands).match,
            now=partial(datetime.now, UTC),
            heartbeat_s=heartbeat_every_s(speed, settings.bucket_s),
        )
        outcome = play(
            islice(items, skipped, None),
            feed,
            publisher,
            speed=speed,
            tail_s=_tail_s(tail_s, settings),
            stop=stop,
            console=console,
            checkpoints=Checkpoints(state, inputs),
            skipped=skipped,
            total=_lines(files),
        )
    _report(console, feed, publisher.mentions, outcome, hint="; go on with --resume")


def _prepare(brands_path: Path) -> tuple[Settings, Brands]:
    """Read settings and brands; name the faults of both at once."""
    faults = []
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        faults.append(str(error))
    try:
        brands = load_brands(brands_path.read_text("utf-8"), str(brands_path))
    except (BrandFaultsError, UnicodeDecodeError) as error:
        faults.append(str(error))
    if faults:
        raise click.ClickException("\n".join(faults))
    return settings, brands


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (CheckpointError, DeliveryError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _tail_s(asked: float | None, settings: Settings) -> float:
    return settings.bucket_s + settings.lateness_s if asked is None else asked


def _lines(files: tuple[Path, ...]) -> int:
    return sum(path.read_bytes().count(b"\n") for path in files)


def _report(console: Console, feed: Feed, published: int, outcome: Outcome, *, hint: str) -> None:
    """Say what was done; exit with 1 unless all of it arrived."""
    span = f"{feed.first:%Y-%m-%d %H:%M} to {feed.reached:%Y-%m-%d %H:%M}" if feed.first else ""
    console.print(
        f"{feed.mentions:,} mentions {span}: {published:,} published, "
        f"{feed.unmatched:,} about no brand, {feed.bad:,} bad lines; "
        f"{feed.items / max(outcome.took_s, 0.001):,.0f} a second",
        highlight=False,
    )
    if not outcome.ended:
        console.print(f"Stopped before the end{hint}")
    if not outcome.delivered:
        console.print(f"[red]Kafka did not take everything[/red]{hint}")
        sys.exit(1)
