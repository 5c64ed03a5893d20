"""Lists as people and programs read them: tables in which nothing is cut, and JSON."""

import click
import msgspec
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

_UNBOUNDED = 100_000

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")


def print_whole(table: Table) -> None:
    """Print a table, a line a row; where there is not the room for it, lines are longer.

    An id that is cut or broken cannot be copied into the next command, nor found with grep. Cells
    come from Kafka, too: none of them is read as markup, a style is a ``Text`` of its own.
    """
    console = Console(markup=False)
    unbounded = console.options.update(max_width=_UNBOUNDED)
    console.width = max(console.width, Measurement.get(console, unbounded, table).maximum)
    console.print(table)


def print_json(value: object) -> None:
    """Print a value as indented JSON; times are ISO 8601."""
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())
