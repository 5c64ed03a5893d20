"""Recordings on the command line."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from agents.ingest.formats import BadLine, FormatError, MappingFaultsError, open_mentions
from schemas.mention import Mention


def open_mentions_or_exit(
    files: Iterable[Path], input_format: str | None, mapping: Path | None
) -> Iterator[Mention | BadLine]:
    """Open recordings; say what is wrong and end with exit code 1 if they cannot be read."""
    try:
        return open_mentions(files, input_format=input_format, mapping=mapping)
    except (FormatError, MappingFaultsError) as error:
        raise click.ClickException(str(error)) from error
