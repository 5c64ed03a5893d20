"""``tocsin ingest``: recorded, simulated or live posts, published to Kafka."""

import click

from agents.cli import LazyGroup


class IngestGroup(LazyGroup):
    """One command per source."""

    table = {  # noqa: RUF012 - never changed
        "replay": "agents.commands.ingest_replay",
        "simulate": "agents.commands.ingest_simulate",
        "x": "agents.commands.ingest_x",
    }


@click.group(cls=IngestGroup)
def command() -> None:
    """Publish posts: recorded, simulated, or live from X."""
