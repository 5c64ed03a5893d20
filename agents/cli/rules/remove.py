"""``tocsin rules remove``."""

import click

from agents.cli.common.groups import examples
from agents.cli.common.start import settings_or_exit
from agents.cli.rules.common import carry_out, dry_run_option, opened_book, show
from agents.ingest.sources.x.rules import removal


@click.command(epilog=examples("tocsin rules remove"))
@dry_run_option
def command(*, dry_run: bool) -> None:
    """Delete all rules that are Tocsin's own, by TOCSIN_X_OWNER. Rules of others are not touched.

    Needs X_BEARER_TOKEN. An agent that runs puts them back: stop it first.
    """
    settings = settings_or_exit()
    with opened_book(settings) as book:
        todo = removal(book.read(), owner=settings.x_owner)
        show(todo, settings)
        carry_out(book, todo, settings, dry_run=dry_run)
