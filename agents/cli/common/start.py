"""What most commands need first: settings from the environment, brands from their file."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import click
from kafka.errors import KafkaError
from prometheus_client import CollectorRegistry

from agents.cli.common.watched import watched
from agents.cli.language.say import in_words, say
from agents.kafka.access import Access
from agents.kafka.clients import KafkaClients
from agents.kafka.metadata import KafkaRefusedError, NoAnswerError, faults_of
from agents.kafka.reach import Reach
from agents.kafka.security import read_security
from agents.library import LibraryFaultsError, read_own, replaced
from agents.monitoring.health import Health, Progress
from agents.monitoring.tracing import TracingError, open_tracing
from agents.settings import Settings, SettingsError, read_settings
from pipeline.brands import BrandFaultsError, load_brands
from pipeline.detection.patterns.library import Library, ReferenceEpisode, load_episodes
from pipeline.phrase import phrases
from pipeline.rollup import RollupRules
from pipeline.tracing import Tracing
from schemas.brand import Brand, Brands

PATIENCE_S = 3.0
"""Of a command that somebody waits for; one that stays waits as long as it takes."""

_PAUSE_S = 0.2

brands_option = click.option(
    "--brands",
    "brands_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML of brands (see tocsin check).",
)


class Several(click.ParamType):
    """Values of one type, separated by commas; nothing at all is no value."""

    def __init__(self, one: click.ParamType) -> None:
        self._one = one
        self.name = f"{one.name},…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Any, ...]:
        """Return all of them, in the order given."""
        if isinstance(value, tuple):
            return value
        words = [word.strip() for word in str(value).split(",")]
        return tuple(self._one.convert(word, param, ctx) for word in words if word)


def settings_or_exit() -> Settings:
    """Read the environment; say all its faults and end with exit code 2 if there are any."""
    try:
        return read_settings(os.environ)
    except SettingsError as error:
        raise click.UsageError(
            say("the environment has faults:\n{faults}", faults=error)
        ) from error


def tracing_or_exit(settings: Settings, command: str) -> Tracing:
    """Return what traces the process; end with exit code 1 where its library is missing."""
    try:
        return open_tracing(settings, command, os.environ)
    except TracingError as error:
        raise click.ClickException(in_words(error)) from error


def clients_or_exit(settings: Settings, *, bootstrap: str | None = None) -> KafkaClients:
    """Make the factory of Kafka clients, once a command; end with exit code 2 where it cannot be.

    ``bootstrap``: addresses that take the place of those in the settings.
    """
    try:
        return KafkaClients(
            bootstrap or settings.kafka_bootstrap,
            security=read_security(settings),
            prefix=settings.topic_prefix,
        )
    except ValueError as error:
        raise click.UsageError(
            say("the environment has faults:\n{faults}", faults=error)
        ) from error


def brands_or_exit(path: Path) -> Brands:
    """Read a brands file; say all its faults and end with exit code 1 if there are any."""
    try:
        return load_brands(path.read_text(encoding="utf-8"), str(path))
    except BrandFaultsError as error:
        raise click.ClickException(
            say("the brands file has faults:\n{faults}", faults=error)
        ) from error


def own_or_exit(settings: Settings) -> tuple[ReferenceEpisode, ...]:
    """The user's own episodes; say all their faults and end with exit code 1 if there are any."""
    try:
        return read_own(Path(settings.library_dir)) if settings.library_dir else ()
    except LibraryFaultsError as error:
        raise click.ClickException(
            say("the library has faults:\n{faults}", faults=error)
        ) from error


def library_or_exit(settings: Settings) -> Library:
    """The episodes to compare with, those of ``library_dir`` among them; end with 1 on any fault.

    What replaces an episode that Tocsin ships is said on standard error.
    """
    own = own_or_exit(settings)
    for name in replaced(own):
        click.echo(
            say(
                "{folder}: {name} replaces the episode that Tocsin ships",
                folder=settings.library_dir,
                name=name,
            ),
            err=True,
        )
    return Library.of(load_episodes(), own)


def kafka_or_exit(kafka: KafkaClients, access: Access) -> None:
    """Return once Kafka answers; after three seconds say so and end with exit code 1.

    At once where it refuses us, or what ``access`` says. Kafka's own clients would try for ever,
    and not hear a signal meanwhile.
    """
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            kafka.ask(access)
        except KafkaRefusedError as error:
            raise refused(kafka, error) from error
        except NoAnswerError as error:
            if time.monotonic() > deadline_s:
                raise click.ClickException(
                    say(
                        "Kafka does not answer ({why}): is it running, and is "
                        "TOCSIN_KAFKA_BOOTSTRAP its address?",
                        why=error,
                    )
                ) from error
            time.sleep(_PAUSE_S)
        else:
            return


def open_health(
    stack: ExitStack,
    settings: Settings,
    kafka: KafkaClients,
    registry: CollectorRegistry,
    progress: Progress,
    *,
    access: Access,
) -> tuple[Health, Reach]:
    """Begin to ask Kafka for ``access``, and serve what becomes of it, until ``stack`` is left."""
    try:
        return stack.enter_context(watched(settings, kafka, registry, progress, access))
    except OSError as error:
        raise click.ClickException(in_words(error)) from error


def kafka_or_stop(
    settings: Settings, kafka: KafkaClients, reach: Reach, progress: Progress, stop: Event
) -> bool:
    """Wait for Kafka as long as it takes; return False where ``stop`` was set meanwhile.

    Ends with exit code 1 where it refuses us or its topics are not as they must be, and says all
    that is wrong.
    """
    try:
        if not reach.wait(progress, stop):
            return False
    except KafkaRefusedError as error:
        raise refused(kafka, error) from error
    if faults := faults_of(reach.found, settings.partitions):
        raise click.ClickException(
            say(
                "Kafka at {address} is not as it must be:\n{faults}",
                address=kafka.bootstrap,
                faults=phrases("\n", faults),
            )
        )
    return True


def refused(kafka: KafkaClients, error: KafkaRefusedError) -> click.ClickException:
    """What a command ends with where trying again would not help."""
    return click.ClickException(
        say("Kafka at {address} cannot be worked with: {why}", address=kafka.bootstrap, why=error)
    )


@contextmanager
def kafka_errors(kafka: KafkaClients) -> Iterator[None]:
    """Have what Kafka does not answer in time end the process with one line and exit code 1.

    What was not committed is read again at the next start.
    """
    try:
        yield
    except KafkaError as error:
        raise click.ClickException(
            say("Kafka at {address}: {why}", address=kafka.bootstrap, why=repr(error))
        ) from error


def rollup_rules(settings: Settings) -> RollupRules:
    """The rules of the roll-up, the same for the worker and for a backtest."""
    return RollupRules(
        width_s=settings.bucket_s,
        lateness_s=settings.lateness_s,
        future_s=settings.future_s,
        blind_after_s=settings.blind_after_s,
        ahead_s=settings.ahead_s,
        horizon_s=settings.horizon_s,
    )


def by_id(brands: Brands) -> Mapping[str, Brand]:
    """The brands by their id."""
    return {brand.id: brand for brand in brands.brands}
