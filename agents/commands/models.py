"""``tocsin models``: what was learned, which version is in force, and the way back."""

import getpass
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from kafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from agents.brokers.topic_reader import NoTopicError
from agents.commands.common import (
    brands_option,
    brands_or_exit,
    by_id,
    kafka_or_exit,
    settings_or_exit,
)
from agents.learning.opening import read_store, shipped_verifier
from agents.learning.publish import Sender
from agents.settings import Settings
from pipeline.learning.delta import Part, norm_of
from pipeline.learning.publishing import SHIPPED, RollBackError, roll_back
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import Verifier
from schemas.model import EVERY_BRAND, ModelVersion, Prequential

_SHOWN = 15

scope_option = click.option(
    "--scope", default=EVERY_BRAND, show_default=True, help="A brand, or * for all."
)


@click.group()
def command() -> None:
    """List, show and roll back versions of the sentiment model."""


@command.command("list")
@brands_option
def list_(brands_file: Path) -> None:
    """List the versions on Kafka, the newest of each scope last: that one is in force."""
    store, _ = _read(brands_file)
    table = Table(
        "scope", "seq", "version", "status", "at", "labels", "warm", "in force", "delta",
        "of attack", "warm", "in force", "delta", box=None
    )  # fmt: skip
    for version, _ in store.versions():
        tone, attack = version.prequential, version.attack_prequential
        table.add_row(
            version.scope,
            str(version.seq),
            version.digest[:8],
            version.status.replace("_", " "),
            f"{version.at:%Y-%m-%d %H:%M}",
            *_figures(version.labels, tone),
            *_figures(version.attack_labels, attack),
        )
    Console().print(table)


@command.command()
@brands_option
@scope_option
@click.argument("version", default="")
def show(*, brands_file: Path, scope: str, version: str) -> None:
    """Show one version, by how its digest begins; without one, the version in force."""
    store, _ = _read(brands_file)
    chosen = [each for each in _versions(store, scope) if each.digest.startswith(version)]
    if not chosen:
        raise click.ClickException(f"scope {scope} has no version {version or 'yet'}")
    one = chosen[-1]
    table = Table(show_header=False, box=None)
    table.add_row("scope", f"{one.scope} #{one.seq}")
    table.add_row("digest", one.digest)
    table.add_row("before it", one.parent or SHIPPED)
    table.add_row("status", f"{one.status.replace('_', ' ')} by {one.by} at {one.at:%F %T} UTC")
    table.add_row("made with", one.made_with)
    table.add_row(
        "labels",
        f"{one.labels} of the tone, {one.attack_labels} of attack, the last one at "
        f"{one.until or '-'}",
    )
    tone, attack = (_size(part, one.delta.steps) for part in (one.delta.nudges, one.delta.attack))
    table.add_row("size", f"{tone}; of attack {attack}")
    if one.attack_prequential.labels:
        found = one.attack_prequential
        table.add_row(
            "attack",
            f"macro-F1 on {found.labels} labels: warm {found.warm:.3f}, in force "
            f"{found.in_force:.3f}, delta {found.delta:.3f}",
        )
    table.add_row("authors", ", ".join(f"{name} {count}" for name, count in one.authors) or "-")
    table.add_row("refused", ", ".join(f"{name} {count}" for name, count in one.refused) or "-")
    for name, low, high in sorted(
        one.delta.nudges, key=lambda nudge: (-max(map(abs, nudge[1:])), nudge[0])
    )[:_SHOWN]:
        steps = one.delta.steps
        table.add_row(
            "moves", f"{name!r}: negative {low / steps:+.2f}, positive {high / steps:+.2f}"
        )
    for name, step in sorted(one.delta.attack, key=lambda lean: (-abs(lean[1]), lean[0]))[:_SHOWN]:
        table.add_row("moves", f"{name!r}: attack {step / one.delta.steps:+.2f}")
    Console(highlight=False, markup=False).print(table)


@command.command()
@brands_option
@scope_option
@click.option("--by", default=getpass.getuser, help="Who does it. Default: the user's name.")
@click.argument("version")
def rollback(*, brands_file: Path, scope: str, by: str, version: str) -> None:
    """Put an older VERSION back in force, by how its digest begins; or `shipped`.

    Labels that came after it are not learned again. A brand with an open incident changes only
    when the incident is over.
    """
    store, verifier = _read(brands_file)
    try:
        record = roll_back(
            _versions(store, scope), version, base=verifier.base, at=datetime.now(UTC), by=by
        )
    except RollBackError as error:
        raise click.ClickException(str(error)) from error
    try:
        with closing(Sender(settings_or_exit().kafka_bootstrap)) as sender:
            sender.version(record)
    except KafkaError as error:
        raise click.ClickException(f"Kafka did not take it: {error}") from error
    click.echo(
        f"{scope}: version {record.digest[:8]} is in force, {record.withdrawn[:8]} no longer"
    )


def _read(brands_file: Path) -> tuple[ModelStore, Verifier]:
    return store_or_exit(settings_or_exit(), by_id(brands_or_exit(brands_file)))


def store_or_exit(settings: Settings, brands: Mapping[str, object]) -> tuple[ModelStore, Verifier]:
    """Read all versions for these brands, say which are refused, or end the command."""
    kafka_or_exit(settings)
    verifier = shipped_verifier()
    try:
        store, refused = read_store(settings.kafka_bootstrap, verifier, brands)
    except (KafkaError, NoTopicError) as error:
        raise click.ClickException(f"Kafka at {settings.kafka_bootstrap}: {error}") from error
    for line in refused:
        click.echo(f"refused: {line}", err=True)
    return store, verifier


def _figures(labels: int, found: Prequential) -> tuple[str, ...]:
    """Labels learned of one aspect; macro-F1 on the latest ones, where there are any."""
    scores = (found.warm, found.in_force, found.delta)
    return str(labels), *(f"{each:.3f}" if found.labels else "-" for each in scores)


def _size(part: Part, steps: int) -> str:
    return f"{len(part)} features, length {norm_of(part, steps):.1f}"


def _versions(store: ModelStore, scope: str) -> list[ModelVersion]:
    return [version for version, _ in store.versions() if version.scope == scope]
