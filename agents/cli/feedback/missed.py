"""``tocsin feedback missed``: it should have rung."""

from pathlib import Path

import click

from agents.cli.common.groups import examples
from agents.cli.feedback.common import incident_options, publish, tell
from agents.cli.language.say import say


@click.command(
    epilog=examples(
        "tocsin feedback missed INCIDENT --brands brands.yaml --by ana \\\n"
        "    --note 'the press called at nine'"
    )
)
@incident_options
def command(*, incident: str, brands_file: Path, by: str, note: str | None) -> None:
    """Say that a heads-up should have rung; also after it was dismissed.

    The judge learns for this brand, within bounds and for some months: what rings or is worth a
    heads-up need be half as rare.
    """
    said = publish("missed", incident, brands_file=brands_file, by=by, note=note)
    tell(said, say("should have rung"))
