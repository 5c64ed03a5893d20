"""Recordings on the command line."""

from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console

from agents.cli.language.say import in_words
from agents.ingest.formats import FilesReading, FormatError, Item, MappingFaultsError, open_mentions


def open_mentions_or_exit(
    files: Iterable[Path],
    input_format: str | None,
    mapping: Path | None,
    *,
    brands: Container[str],
    console: Console,
) -> Iterator[Item]:
    """Open recordings, and say on ``console`` what was told from them.

    Says what is wrong and ends with exit code 1 if they cannot be read.
    """
    try:
        paths = list(files)
        reading = FilesReading.of(paths)
        items = open_mentions(
            paths, input_format=input_format, mapping=mapping, brands=brands, reading=reading
        )
    except (FormatError, MappingFaultsError) as error:
        raise click.ClickException(in_words(error)) from error
    for note in reading.notes:
        console.print(in_words(note), markup=False, highlight=False, soft_wrap=True)
    return items
