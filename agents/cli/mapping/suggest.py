"""``tocsin mapping suggest``: a first mapping from a table's header and first rows."""

import sys
from pathlib import Path

import click
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.language.say import in_words, say
from agents.ingest.formats import FormatError
from agents.ingest.formats.mapped.suggest import suggest

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    epilog=examples(
        "tocsin mapping suggest export.csv > mapping.yaml",
        "tocsin backtest export.csv --mapping mapping.yaml --brands brands.yaml",
    )
)
@click.argument("file", type=_FILE)
def command(file: Path) -> None:
    """Write a first mapping for FILE, from the names of its columns and its first rows.

    FILE is a table or JSON lines, compressed or not. The mapping goes to standard output; what was
    guessed, and what could not be, goes to standard error: read both before you trust figures. Ends
    with 1 if something that is needed was not found.
    """
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    try:
        found = suggest(file)
    except FormatError as error:
        raise click.ClickException(in_words(error)) from error
    click.echo(found.mapping, nl=False)
    for line in found.guessed:
        errors.print(say("guessed: {line}", line=line))
    for line in found.missing:
        errors.print(say("missing: {line}", line=line))
    if not found.is_whole:
        sys.exit(1)
