"""``tocsin library list``: every episode, and whose it is."""

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agents.commands.common import library_or_exit, own_or_exit, settings_or_exit
from agents.library import replaced
from pipeline.judge.library import load_episodes


@click.command()
def command() -> None:
    """List the episodes that talk is compared with, those of TOCSIN_LIBRARY_DIR among them."""
    settings = settings_or_exit()
    own = own_or_exit(settings)
    library = library_or_exit(settings)
    instead = set(replaced(own))
    mine = {episode.name for episode in own}
    shipped = [episode for episode in load_episodes() if episode.name not in mine]
    table = Table("name", "kind", "from", "phases", "title", box=None)
    for episode in sorted((*shipped, *own), key=lambda one: (one.kind, one.name)):
        whose: str = episode.provenance
        if episode.name in mine:
            whose += ", own instead of Tocsin's" if episode.name in instead else ", own"
        cells = (episode.name, episode.kind, whose, str(len(episode.phases)), episode.title)
        table.add_row(*map(Text, cells))
    console = Console()
    console.print(table)
    console.print(f"{len(library.references)} episodes, digest {library.digest}", highlight=False)
