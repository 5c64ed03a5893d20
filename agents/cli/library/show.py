"""``tocsin library show``: one episode, phase by phase."""

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agents.cli.common.groups import examples
from agents.cli.common.start import own_or_exit, settings_or_exit
from agents.cli.language.say import say
from pipeline.detection.patterns.features import FEATURES
from pipeline.detection.patterns.library import ReferenceEpisode, load_episodes


@click.command(epilog=examples("tocsin library show nestle-greenpeace-2010"))
@click.argument("name")
def command(name: str) -> None:
    """Show what the episode NAME expects of each feature in each phase, with its tolerance."""
    own = own_or_exit(settings_or_exit())
    known = {episode.name: episode for episode in (*load_episodes(), *own)}
    if name not in known:
        raise click.ClickException(say("no episode {name!r}; see tocsin library list", name=name))
    print_episode(known[name], Console())


def print_episode(episode: ReferenceEpisode, console: Console) -> None:
    """Print title, provenance, sources, and a table with a column for each phase."""
    lines = [f"{episode.name} ({episode.kind}, {episode.provenance}): {episode.title}"]
    lines += [f"  {say('source')}: {source}" for source in episode.sources]
    lines += [f"  {episode.note}"] if episode.note else []
    console.print(Text("\n".join(lines)))
    table = Table(box=None)
    table.add_column(say("feature"), no_wrap=True)
    for phase in episode.phases:
        table.add_column(phase.name, justify="right")
    table.add_column(say("further is"))
    for code in FEATURES:
        cells = []
        for phase in episode.phases:
            value, tolerance = episode.expected(phase, code)
            named = code in phase.features or code in episode.features
            cells.append(f"{value:+.2f} ±{tolerance:.2f}" if named else "–")
        side = {1: say("as good"), -1: say("less is"), 0: ""}[episode.side(code)]
        table.add_row(*map(Text, (code, *cells, side)))
    console.print(table)
