"""``tocsin feedback ack``: somebody has the incident in hand."""

from pathlib import Path

import click

from agents.cli.common.groups import examples
from agents.cli.feedback.common import incident_options, publish, tell
from agents.cli.language.say import say


@click.command(epilog=examples("tocsin feedback ack INCIDENT --brands brands.yaml --by ana"))
@incident_options
def command(*, incident: str, brands_file: Path, by: str, note: str | None) -> None:
    """Say that an incident is in hand.

    The alert shows who and since when, and calls the channel again only when it gets graver than
    it was then, or comes back after its end.
    """
    said = publish("ack", incident, brands_file=brands_file, by=by, note=note)
    tell(said, say("is in hand"))
