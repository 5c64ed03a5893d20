"""``tocsin schemas``: show the JSON Schemas of all records, or write them to a directory."""

from pathlib import Path

import click
from rich.console import Console

from agents.cli.common.groups import examples
from schemas.export import published_files


@click.command(epilog=examples("tocsin schemas", "tocsin schemas --write"))
@click.option("--write", is_flag=True, help="Write one file a schema instead of listing them.")
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("schemas/published"),
    show_default=True,
    help="Where the files lie.",
)
def command(*, write: bool, directory: Path) -> None:
    """Publish what travels on the wire as JSON Schema.

    Without --write it compares the files in --dir with the code, with exit code 1 where one is
    missing, out of date or left over.
    """
    say = Console(highlight=False, soft_wrap=True).print
    wanted = published_files()
    there = {path.name: path.read_bytes() for path in directory.glob("*.json")}
    states = {name: _state(wanted.get(name), there.get(name)) for name in sorted({*wanted, *there})}
    if write:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in wanted.items():
            (directory / name).write_bytes(content)
        states |= {name: "written" for name in wanted if states[name] != "up to date"}
    for name, state in states.items():
        say(f"{directory / name}: {state}")
    if not set(states.values()) <= {"up to date", "written"}:
        raise click.exceptions.Exit(1)


def _state(wanted: bytes | None, there: bytes | None) -> str:
    if wanted is None:
        return "left over: nothing is published under this name any more, delete it"
    if there is None:
        return "missing: tocsin schemas --write"
    return "up to date" if wanted == there else "out of date: tocsin schemas --write"
