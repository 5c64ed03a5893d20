"""Make Kafka's topics what ``schemas.topics`` says, without ever touching data.

Missing topics are created. Where Kafka is to date the records and does not yet, it is told to: that
changes nothing of what is there. One with another partition count is refused: keys would lie in
other partitions than before, and a table of Faust needs the counts of its topics to be equal. So is
one with another cleanup policy: a changelog that deletes loses state. Both are for a person to
solve.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    InvalidReplicationFactorError,
    KafkaError,
    TopicAlreadyExistsError,
    for_code,
)
from msgspec.structs import replace

from agents.kafka.access import ALTER_CONFIGS, CREATE, DESCRIBE, DESCRIBE_CONFIGS, Access
from agents.kafka.clients import KafkaClients
from agents.kafka.dating import BY_BROKER, WHOSE_CLOCK, DatingError, date
from agents.kafka.metadata import KafkaRefusedError, NoAnswerError
from agents.settings import Settings
from pipeline.phrase import Phrase
from schemas.topics import TOPICS, Topic

Verdict = Literal["right", "missing", "created", "changed", "differs", "wrong"]
"""``changed``: was made right. ``differs``: works, but not as declared. ``wrong``: must not be used
like this."""

FATAL = ("partitions", "cleanup.policy")

LOOKING = (DESCRIBE, DESCRIBE_CONFIGS)
CHANGING = (CREATE, *LOOKING, ALTER_CONFIGS)
"""What ACLs have to allow for the one and for the other."""


class TopicsError(RuntimeError):
    """Kafka cannot be asked, or refused; the message names everything at once."""


class FoundTopic(NamedTuple):
    """A topic as Kafka has it."""

    partitions: int
    replication: int
    config: Mapping[str, str]


class TopicStatus(NamedTuple):
    """One topic: how it is, and every setting as ``(name, wanted, found)`` that is otherwise."""

    name: str
    verdict: Verdict
    differences: tuple[tuple[str, str, str], ...] = ()

    @property
    def usable(self) -> bool:
        """Whether Tocsin may run on it."""
        return self.verdict in ("right", "created", "changed", "differs")


def compare(topic: Topic, found: FoundTopic | None, settings: Settings) -> TopicStatus:
    """Compare one topic with how it should be.

    >>> from schemas.topics import MENTIONS
    >>> compare(MENTIONS, FoundTopic(3, 1, MENTIONS.config), Settings(partitions=8))
    TopicStatus(name='tocsin.mentions', verdict='wrong', differences=(('partitions', '8', '3'),))
    """
    if found is None:
        return TopicStatus(topic.name, "missing")
    wanted = {
        "partitions": str(settings.partitions),
        "replication": str(settings.replication),
        **topic.config,
    }
    there = {
        "partitions": str(found.partitions),
        "replication": str(found.replication),
        **found.config,
    }
    differences = tuple(
        (name, value, there.get(name, "?"))
        for name, value in wanted.items()
        if there.get(name) != value
    )
    if not differences:
        return TopicStatus(topic.name, "right")
    fatal = any(name in FATAL for name, _, _ in differences)
    return TopicStatus(topic.name, "wrong" if fatal else "differs", differences)


def inspect_topics(
    kafka: KafkaClients,
    settings: Settings,
    *,
    topics: Sequence[Topic] = TOPICS,
    wait_s: float = 10.0,
) -> list[TopicStatus]:
    """Compare all topics with how they should be. Raises ``TopicsError`` where Kafka is away."""
    ours = _named(kafka, topics)
    looking = Access({topic.name: LOOKING for topic in topics})
    with _connect(kafka, wait_s, looking) as admin:
        return _inspect(admin, ours, settings)


def create_topics(
    kafka: KafkaClients,
    settings: Settings,
    *,
    topics: Sequence[Topic] = TOPICS,
    wait_s: float = 10.0,
) -> list[TopicStatus]:
    """Create what is missing and return how all topics are then; a second run changes nothing.

    Of what exists, only the setting by whose clock records are dated is changed. Where one topic is
    wrong, nothing is done. With three or more replicas a write needs all but one
    of them (``min.insync.replicas``), so that an acknowledged record survives the loss of a broker.
    Raises ``TopicsError`` where Kafka is away or refuses.
    """
    changing = Access({topic.name: CHANGING for topic in topics})
    topics = _named(kafka, topics)
    with _connect(kafka, wait_s, changing) as admin:
        before = _inspect(admin, topics, settings)
        missing = {status.name for status in before if status.verdict == "missing"}
        dated = {
            status.name
            for status in before
            if any(name == WHOSE_CLOCK for name, _, _ in status.differences)
        }
        if any(status.verdict == "wrong" for status in before) or not missing | dated:
            return before
        if missing:
            wanted = [topic for topic in topics if topic.name in missing]
            _create(admin, wanted, settings, wait_s)
        if dated:
            _date_by_broker(admin, dated)
        after = _inspect(admin, topics, settings)
        deadline_s = time.monotonic() + wait_s
        # In a cluster each look may be answered by another broker, and one that has not heard of
        # the new topics yet calls them missing.
        while any(one.verdict == "missing" for one in after) and time.monotonic() < deadline_s:
            time.sleep(0.1)
            after = _inspect(admin, topics, settings)
    return [
        status._replace(verdict="created" if status.name in missing else "changed")
        if status.name in missing | dated and status.verdict == "right"
        else status
        for status in after
    ]


def await_kafka(
    kafka: KafkaClients,
    wait_s: float,
    access: Access | None = None,
    *,
    clock_s: Callable[[], float] = time.monotonic,
) -> None:
    """Return as soon as Kafka answers, and allows ``access``; else raise ``TopicsError``."""
    deadline_s = clock_s() + wait_s
    while True:
        try:
            kafka.ask(access)
        except KafkaRefusedError as error:
            raise TopicsError(Phrase("Kafka cannot be worked with: {why}", why=error)) from error
        except NoAnswerError as error:
            if clock_s() >= deadline_s:
                raise TopicsError(
                    Phrase(
                        "no Kafka within {wait_s:g} s ({why}): is it running, and is "
                        "TOCSIN_KAFKA_BOOTSTRAP its address?",
                        wait_s=wait_s,
                        why=error,
                    )
                ) from error
        else:
            return
        time.sleep(min(0.25, wait_s))


def _connect(kafka: KafkaClients, wait_s: float, access: Access) -> Any:  # noqa: ANN401 - kafka-python is untyped
    await_kafka(kafka, wait_s, access)
    try:
        return kafka.admin(wait_s=wait_s)
    except KafkaError as error:
        raise TopicsError(
            Phrase(
                "what answers on {bootstrap} is no Kafka for us: {why}",
                bootstrap=kafka.bootstrap,
                why=error,
            )
        ) from error


def _named(kafka: KafkaClients, topics: Sequence[Topic]) -> list[Topic]:
    """Return the topics with the names that they have on this cluster."""
    return [replace(topic, name=kafka.topic(topic)) for topic in topics]


def _inspect(admin: Any, topics: Sequence[Topic], settings: Settings) -> list[TopicStatus]:  # noqa: ANN401
    try:
        known = {each["name"]: each["partitions"] for each in admin.describe_topics()}
        ours = [topic for topic in topics if topic.name in known]
        resources = [
            ConfigResource(ConfigResourceType.TOPIC, topic.name, dict.fromkeys(topic.config))
            for topic in ours
        ]
        configs = (
            admin.describe_configs(resources, config_filter="all")["topic"] if resources else {}
        )
    except KafkaError as error:
        raise TopicsError(Phrase("Kafka did not describe its topics: {why}", why=error)) from error
    found = {
        topic.name: FoundTopic(
            partitions=len(known[topic.name]),
            replication=min(len(each["replica_nodes"]) for each in known[topic.name]),
            config={name: entry["value"] for name, entry in configs[topic.name].items()},
        )
        for topic in ours
    }
    return [compare(topic, found.get(topic.name), settings) for topic in topics]


def _date_by_broker(admin: Any, names: Iterable[str]) -> None:  # noqa: ANN401 - as above
    try:
        date(admin, dict.fromkeys(names, BY_BROKER))
    except DatingError as error:
        raise TopicsError(str(error)) from error


def _create(admin: Any, topics: Sequence[Topic], settings: Settings, wait_s: float) -> None:  # noqa: ANN401
    durable = {}
    if settings.replication > 2:  # noqa: PLR2004 - with two, one loss would stop all writing
        durable = {"min.insync.replicas": str(settings.replication - 1)}
    wanted = {
        topic.name: {
            "num_partitions": settings.partitions,
            "replication_factor": settings.replication,
            "configs": topic.config | durable,
        }
        for topic in topics
    }
    try:
        create = partial(admin.create_topics, wanted, raise_errors=False)
        refused = refused_when_heard(create, wait_s)
        faults = [
            f"{each['name']}: {each['error_message'] or for_code(each['error_code']).__name__}"
            for each in refused
        ]
        if not faults:
            admin.wait_for_topics(list(wanted))
    except KafkaError as error:
        raise TopicsError(Phrase("Kafka did not create the topics: {why}", why=error)) from error
    if faults:
        raise TopicsError(Phrase("Kafka refused to create:\n{faults}", faults="\n".join(faults)))


def refused_when_heard(
    create: Callable[[], Mapping[str, Any]], wait_s: float, *, pause_s: float = 0.2
) -> list[Mapping[str, Any]]:
    """Ask Kafka to ``create`` topics, and return what it refuses: name, error code and message.

    A broker that has just come, or hung for seconds, is fenced: it takes nothing before its
    controller hears it. So that is asked again, for ``wait_s`` at most. What is there by then,
    of another run at the same time maybe, is not refused.
    """
    deadline_s = time.monotonic() + wait_s
    fine = (0, TopicAlreadyExistsError.errno)
    while True:
        refused = [each for each in create()["topics"] if each["error_code"] not in fine]
        if not any(map(_is_fenced, refused)) or time.monotonic() >= deadline_s:
            return refused
        time.sleep(pause_s)


def _is_fenced(refused: Mapping[str, Any]) -> bool:
    # Kafka has one code for too few brokers and for none that is heard at the moment.
    return refused["error_code"] == InvalidReplicationFactorError.errno and "fenced" in (
        refused["error_message"] or ""
    )
