"""``tocsin feedback false-alarm``: it should not have rung."""

from pathlib import Path

import click

from agents.cli.common.groups import examples
from agents.cli.feedback.common import incident_options, publish, tell
from agents.cli.language.say import say


@click.command(
    epilog=examples(
        "tocsin feedback false-alarm INCIDENT --brands brands.yaml --by ana \\\n"
        "    --note 'a game of words'"
    )
)
@incident_options
def command(*, incident: str, brands_file: Path, by: str, note: str | None) -> None:
    """Say that an incident was a false alarm; also after its end.

    It is over then, and the judge learns for this brand, within bounds and for some months: the
    episode that made it ring weighs less, and the volume has to be rarer.
    """
    said = publish("false_alarm", incident, brands_file=brands_file, by=by, note=note)
    tell(said, say("was a false alarm"))
