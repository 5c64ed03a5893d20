"""``tocsin ingest``: recorded, simulated or live posts, published to Kafka."""

import click

from agents.cli.common.groups import Lazy, LazyGroup

COMMANDS = {
    "bluesky": Lazy("agents.cli.ingest.bluesky", "Publish what Bluesky says, without an account."),
    "follow": Lazy(
        "agents.cli.ingest.follow", "Publish what is added to a file, or moved into a folder."
    ),
    "http": Lazy("agents.cli.ingest.http", "Publish posts that others send, as signed webhooks."),
    "mastodon": Lazy(
        "agents.cli.ingest.mastodon", "Publish public posts that a Mastodon instance knows."
    ),
    "replay": Lazy(
        "agents.cli.ingest.replay", "Replay recorded files, with the times that they had."
    ),
    "rss": Lazy("agents.cli.ingest.rss", "Publish new entries of RSS and Atom feeds."),
    "simulate": Lazy("agents.cli.ingest.simulate", "Simulate what is said about a brand."),
    "stdin": Lazy("agents.cli.ingest.stdin", "Publish posts that come through a pipe."),
    "x": Lazy("agents.cli.ingest.x", "Publish posts about the brands as X delivers them."),
    "x-mentions": Lazy(
        "agents.cli.ingest.x_mentions", "Publish posts that mention your own account at X."
    ),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def command() -> None:
    """Publish posts: recorded, simulated, or live from networks, feeds, files or webhooks."""
