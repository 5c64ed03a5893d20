"""``tocsin library list``: every episode, and whose it is."""

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agents.cli.common.groups import examples
from agents.cli.common.start import library_or_exit, own_or_exit, settings_or_exit
from agents.cli.common.tables import json_option, print_json, print_whole
from agents.cli.language.say import say
from agents.library import replaced
from pipeline.detection.patterns.library import load_episodes


@click.command(epilog=examples("tocsin library list", "tocsin library list --json"))
@json_option
def command(*, as_json: bool) -> None:
    """List the episodes that talk is compared with, those of TOCSIN_LIBRARY_DIR among them."""
    settings = settings_or_exit()
    own = own_or_exit(settings)
    library = library_or_exit(settings)
    instead = set(replaced(own))
    mine = {episode.name for episode in own}
    shipped = [episode for episode in load_episodes() if episode.name not in mine]
    listed = sorted((*shipped, *own), key=lambda one: (one.kind, one.name))
    if as_json:
        print_json(
            [
                {
                    "name": episode.name,
                    "kind": episode.kind,
                    "provenance": episode.provenance,
                    "own": episode.name in mine,
                    "replaces_shipped": episode.name in instead,
                    "phases": [phase.name for phase in episode.phases],
                    "title": episode.title,
                }
                for episode in listed
            ]
        )
        return
    heads = ("name", "kind", "from", "phases", "title")
    table = Table(*map(say, heads), box=None)
    for episode in listed:
        whose: str = episode.provenance
        if episode.name in mine:
            whose += say(", own instead of Tocsin's") if episode.name in instead else say(", own")
        cells = (episode.name, episode.kind, whose, str(len(episode.phases)), episode.title)
        table.add_row(*map(Text, cells))
    print_whole(table)
    Console().print(
        say("{n} episodes, digest {digest}", n=len(library.references), digest=library.digest),
        highlight=False,
    )
