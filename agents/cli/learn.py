"""``tocsin learn``: labels in, versions of the sentiment model out."""

import time
from contextlib import ExitStack, closing
from importlib.metadata import version
from pathlib import Path

import click
from kafka.errors import KafkaError
from rich.console import Console

from agents.cli.common.groups import examples
from agents.cli.common.numbers import Whole
from agents.cli.common.scorer import adaptable_or_exit
from agents.cli.common.start import (
    brands_option,
    brands_or_exit,
    by_id,
    clients_or_exit,
    kafka_errors,
    kafka_or_stop,
    open_health,
    settings_or_exit,
)
from agents.cli.language.say import say
from agents.ingest.stopping import stop_on_signals
from agents.kafka.access import ACCESS
from agents.kafka.topic_reader import NoTopicError
from agents.learning.follower import open_reader
from agents.learning.publish import LearningSender
from agents.learning.trainer import READ, Trainer
from agents.monitoring import logs
from agents.monitoring.health import Progress, process_registry
from pipeline.learning.admission import LabelLimits
from pipeline.learning.publishing import PublishRules
from pipeline.learning.verify import verifier_of
from pipeline.metrics import Metrics

_RULES = PublishRules()


@click.command(
    epilog=examples(
        "tocsin learn --brands brands.yaml", "tocsin learn --brands brands.yaml --enough 20 --once"
    )
)
@brands_option
@click.option("--enough", type=Whole(1), default=_RULES.enough, show_default=True,
              help="Labels of a brand, or of all, before the first version.")  # fmt: skip
@click.option("--new", type=Whole(1), default=_RULES.new, show_default=True,
              help="Labels since the last version before the next, at most.")  # fmt: skip
@click.option("--once", is_flag=True, help="Learn what is there now, then end.")
def command(*, brands_file: Path, enough: int, new: int, once: bool) -> None:
    """Learn from labels on tocsin.feedback and publish versions on tocsin.models. Run it once only.

    A version is published when enough new labels came, it is no worse than the version in force and
    the shipped weights, and the golden texts hold; never for a brand with an open incident.

    A scorer of your own (TOCSIN_SCORER) has to be one that can learn.
    """
    settings = settings_or_exit()
    kafka = clients_or_exit(settings)
    brands = by_id(brands_or_exit(brands_file))
    logs.set_up(Console(stderr=True), settings.log_level)
    scorer = adaptable_or_exit(settings)
    registry = process_registry()
    progress = Progress()
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        health, reach = open_health(
            stack, settings, kafka, registry, progress, access=ACCESS["learn"]
        )
        if not kafka_or_stop(settings, kafka, reach, progress, stop):
            return
        try:
            reader = stack.enter_context(closing(open_reader(kafka, "tocsin-learn", READ)))
            trainer = Trainer(
                reader,
                verifier=verifier_of(scorer),
                brands=brands,
                publish=stack.enter_context(closing(LearningSender(kafka))).version,
                metrics=Metrics(registry),
                progress=progress,
                now_s=time.time,
                made_with=f"tocsin {version('tocsin')}",
                rules=PublishRules(enough=enough, new=new),
                limits=LabelLimits(),
            )
        except (KafkaError, NoTopicError) as error:
            raise click.ClickException(
                say("Kafka at {address}: {why}", address=kafka.bootstrap, why=error)
            ) from error
        health.begin()
        with kafka_errors(kafka):
            trainer.run(stop, once=once)
