"""``tocsin rules apply``."""

from pathlib import Path

import click

from agents.cli.common.groups import examples
from agents.cli.common.start import brands_option, brands_or_exit, settings_or_exit
from agents.cli.common.x_rules import rules_or_exit
from agents.cli.rules.common import carry_out, dry_run_option, opened_book, planned, show


@click.command(epilog=examples("tocsin rules apply --brands brands.yaml"))
@brands_option
@dry_run_option
def command(*, brands_file: Path, dry_run: bool) -> None:
    """Make the rules at X those of the brands. Rules of others are not touched.

    Needs X_BEARER_TOKEN. New rules are added before old ones go, unless there is no room for both.
    """
    settings = settings_or_exit()
    rules = rules_or_exit(brands_or_exit(brands_file), settings)
    with opened_book(settings) as book:
        todo = planned(rules, book, settings)
        show(todo, settings)
        carry_out(book, todo, settings, dry_run=dry_run)
