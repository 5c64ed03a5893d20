"""What the commands of ``tocsin models`` share: reading all versions there are."""

from collections.abc import Mapping
from pathlib import Path

import click
from kafka.errors import KafkaError

from agents.cli.common.scorer import adaptable_or_exit
from agents.cli.common.start import brands_or_exit, by_id, kafka_or_exit, settings_or_exit
from agents.kafka.topic_reader import NoTopicError
from agents.learning.opening import read_store
from agents.settings import Settings
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import Verifier, verifier_of
from schemas.model import EVERY_BRAND, ModelVersion

scope_option = click.option(
    "--scope", default=EVERY_BRAND, show_default=True, help="A brand, or * for all."
)


def read_or_exit(brands_file: Path) -> tuple[ModelStore, Verifier]:
    """Read all versions for the brands of a file, or end the command."""
    return store_or_exit(settings_or_exit(), by_id(brands_or_exit(brands_file)))


def store_or_exit(settings: Settings, brands: Mapping[str, object]) -> tuple[ModelStore, Verifier]:
    """Read all versions for these brands, say which are refused, or end the command."""
    verifier = verifier_of(adaptable_or_exit(settings))
    kafka_or_exit(settings)
    try:
        store, refused = read_store(settings.kafka_bootstrap, verifier, brands)
    except (KafkaError, NoTopicError) as error:
        raise click.ClickException(f"Kafka at {settings.kafka_bootstrap}: {error}") from error
    for line in refused:
        click.echo(f"refused: {line}", err=True)
    return store, verifier


def versions_of(store: ModelStore, scope: str) -> list[ModelVersion]:
    """The versions of one scope, oldest first."""
    return [version for version, _ in store.versions() if version.scope == scope]
