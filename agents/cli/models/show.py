"""``tocsin models show``: what one version holds."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from agents.cli.common.groups import examples
from agents.cli.common.start import brands_option
from agents.cli.language.say import say
from agents.cli.models.common import read_or_exit, scope_option, versions_of
from pipeline.learning.delta import Part, norm_of
from pipeline.learning.publishing import SHIPPED

_SHOWN = 15


@click.command(epilog=examples("tocsin models show --brands brands.yaml --scope acme"))
@brands_option
@scope_option
@click.argument("version", default="")
def command(*, brands_file: Path, scope: str, version: str) -> None:
    """Show one version, by how its digest begins; without one, the version in force."""
    store, _, _ = read_or_exit(brands_file)
    chosen = [each for each in versions_of(store, scope) if each.digest.startswith(version)]
    if not chosen:
        raise click.ClickException(
            say("scope {scope} has no version {version}", scope=scope, version=version)
            if version
            else say("scope {scope} has no version yet", scope=scope)
        )
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


def _size(part: Part, steps: int) -> str:
    return f"{len(part)} features, length {norm_of(part, steps):.1f}"
