"""``tocsin models list``: every version there is."""

from pathlib import Path

import click
from rich.table import Table

from agents.cli.common.groups import examples
from agents.cli.common.start import brands_option
from agents.cli.common.tables import json_option, print_json, print_whole
from agents.cli.language.say import say
from agents.cli.models.common import read_or_exit
from schemas.model import ModelVersion, Prequential


@click.command(epilog=examples("tocsin models list --brands brands.yaml"))
@brands_option
@json_option
def command(*, brands_file: Path, as_json: bool) -> None:
    """List the versions on Kafka, the newest of each scope last: that one is in force."""
    store, _, _ = read_or_exit(brands_file)
    if as_json:
        print_json([_told(version) for version, _ in store.versions()])
        return
    heads = (
        "scope", "seq", "version", "status", "at", "labels", "warm", "in force", "delta",
        "of attack", "warm", "in force", "delta",
    )  # fmt: skip
    table = Table(*map(say, heads), box=None)
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
    print_whole(table)


def _told(version: ModelVersion) -> dict[str, object]:
    """A version without what it weighs."""
    fields = ("scope", "seq", "digest", "parent", "status", "by", "at", "labels", "prequential",
              "attack_labels", "attack_prequential")  # fmt: skip
    return {name: getattr(version, name) for name in fields}


def _figures(labels: int, found: Prequential) -> tuple[str, ...]:
    """Labels learned of one aspect; macro-F1 on the latest ones, where there are any."""
    scores = (found.warm, found.in_force, found.delta)
    return str(labels), *(f"{each:.3f}" if found.labels else "-" for each in scores)
