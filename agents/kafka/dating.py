"""Whose clock dates the records of a topic: Kafka's, or that of whoever writes them."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Final

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from agents.kafka.clients import KafkaClients
from pipeline.phrase import Phrase
from schemas.topics import Topic

WHOSE_CLOCK: Final = "message.timestamp.type"
BY_BROKER: Final = "LogAppendTime"
BY_WRITER: Final = "CreateTime"

_SHOWN_WITHIN_S: Final = 5.0
"""A broker shows a new setting a moment after it took it."""


class DatingError(RuntimeError):
    """Kafka did not change who dates the records."""


@contextmanager
def own_times(kafka: KafkaClients, topics: Iterable[Topic]) -> Iterator[None]:
    """Have Kafka leave records the times that they bring, within the block.

    Of those among ``topics`` that Kafka is to date. They are put right again however it ends.

    Raises:
        DatingError: Kafka refuses, or does not answer.
    """
    dated = [kafka.topic(topic) for topic in topics if topic.broker_time]
    try:
        admin = kafka.admin(wait_s=10)
    except KafkaError as error:
        raise DatingError(
            Phrase(
                "Kafka at {bootstrap} does not answer: {why}",
                bootstrap=kafka.bootstrap,
                why=repr(error),
            )
        ) from error
    with closing(admin):
        date(admin, dict.fromkeys(dated, BY_WRITER))
        try:
            yield
        finally:
            date(admin, dict.fromkeys(dated, BY_BROKER))


def date(admin: Any, wanted: Mapping[str, str]) -> None:  # noqa: ANN401 - kafka-python is untyped
    """Have the topics dated as is ``wanted``, by their names on the cluster; return once they are.

    Raises:
        DatingError: Kafka refuses, or does not answer.
    """
    resources = [
        ConfigResource(ConfigResourceType.TOPIC, name, {WHOSE_CLOCK: whose})
        for name, whose in wanted.items()
    ]
    if not resources:
        return
    try:
        answers = admin.alter_configs(resources)["topic"]
        faults = [f"{name}: {said}" for name, said in answers.items() if said != "OK"]
        deadline_s = time.monotonic() + _SHOWN_WITHIN_S
        while not faults and time.monotonic() < deadline_s:
            shown = admin.describe_configs(resources, config_filter="all")["topic"]
            if all(shown[name][WHOSE_CLOCK]["value"] == whose for name, whose in wanted.items()):
                return
            time.sleep(0.1)
    except KafkaError as error:
        raise DatingError(
            Phrase("Kafka did not change {whose_clock}: {why}", whose_clock=WHOSE_CLOCK, why=error)
        ) from error
    if faults:
        raise DatingError(
            Phrase(
                "Kafka refused to change {whose_clock}:\n{faults}",
                whose_clock=WHOSE_CLOCK,
                faults="\n".join(faults),
            )
        )
