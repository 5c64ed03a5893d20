"""``tocsin rules plan``."""

import sys
from pathlib import Path

import click

from agents.cli.common.groups import examples
from agents.cli.common.start import brands_option, brands_or_exit, settings_or_exit
from agents.cli.common.x_rules import rules_or_exit
from agents.cli.rules.common import opened_book, planned, show
from agents.ingest.sources.x.rules import steps


@click.command(epilog=examples("tocsin rules plan --brands brands.yaml"))
@brands_option
def command(*, brands_file: Path) -> None:
    """Show which rules would be added, tagged anew and deleted. Ends with 2 if there are any.

    Needs X_BEARER_TOKEN. Rules of others are counted, and shown where they do what ours would.
    """
    settings = settings_or_exit()
    rules = rules_or_exit(brands_or_exit(brands_file), settings)
    with opened_book(settings) as book:
        todo = planned(rules, book, settings)
        show(todo, settings)
        steps(todo, cap=settings.x_rules_cap)
    if not todo.is_done:
        sys.exit(2)
