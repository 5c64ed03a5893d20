"""The careful reader of a command that plays recordings: where a worker would have one."""

from collections.abc import Callable

import click

from agents.cli.language.say import in_words, say
from agents.settings import Settings
from pipeline.reading.contract import Reader
from pipeline.reading.encoder import NoReaderError, open_reader
from pipeline.reading.rules import rules_for


def reader_or_exit(
    settings: Settings, brands: int, *, careful: bool | None = None
) -> Callable[[], Reader] | None:
    """What opens the reader for so many brands, None where nothing is read.

    ``careful``: None for what a worker does, which reads where the optional extra is installed and
    ``TOCSIN_READER_SHARE`` leaves it texts; where the extra is missing this is said. True ends the
    command with exit code 1 where there is no reader, or nothing that it may read.
    """
    if careful is False:
        return None
    if rules_for(settings.reader_share, brands) is None:
        if careful:
            raise click.ClickException(
                say(
                    "TOCSIN_READER_SHARE={share} leaves nothing to read for {n} brands",
                    share=f"{settings.reader_share:g}",
                    n=brands,
                )
            )
        return None
    try:
        open_reader()
    except NoReaderError as error:
        if careful:
            raise click.ClickException(in_words(error)) from error
        click.echo(say("Nothing is read carefully: {why}", why=in_words(error)), err=True)
        return None
    return open_reader
