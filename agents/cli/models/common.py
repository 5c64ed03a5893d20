"""What the commands of ``tocsin models`` share: reading all versions there are."""

from collections.abc import Mapping
from pathlib import Path

import click

from agents.cli.common.scorer import adaptable_or_exit
from agents.cli.common.start import (
    brands_or_exit,
    by_id,
    clients_or_exit,
    kafka_or_exit,
    settings_or_exit,
)
from agents.cli.language.say import in_words, say
from agents.kafka.access import ACCESS, Access
from agents.kafka.clients import KafkaClients, TopicError
from agents.learning.follower import read_store
from agents.settings import Settings
from pipeline.learning.store import ModelStore
from pipeline.learning.verify import Verifier, verifier_of
from schemas.model import EVERY_BRAND, ModelVersion

scope_option = click.option(
    "--scope", default=EVERY_BRAND, show_default=True, help="A brand, or * for all."
)


def read_or_exit(
    brands_file: Path, access: Access = ACCESS["models"]
) -> tuple[ModelStore, Verifier, KafkaClients]:
    """Read all versions for the brands of a file, or end the command."""
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    brands = by_id(brands_or_exit(brands_file))
    return *store_or_exit(settings, kafka, brands, access), kafka


def store_or_exit(
    settings: Settings,
    kafka: KafkaClients,
    brands: Mapping[str, object],
    access: Access = ACCESS["models"],
) -> tuple[ModelStore, Verifier]:
    """Read all versions for these brands, say which are refused, or end the command."""
    verifier = verifier_of(adaptable_or_exit(settings))
    kafka_or_exit(kafka, access)
    try:
        store, refused = read_store(kafka, verifier, brands)
    except TopicError as error:
        raise click.ClickException(in_words(error)) from error
    for line in refused:
        click.echo(say("refused: {line}", line=line), err=True)
    return store, verifier


def versions_of(store: ModelStore, scope: str) -> list[ModelVersion]:
    """The versions of one scope, oldest first."""
    return [version for version, _ in store.versions() if version.scope == scope]
