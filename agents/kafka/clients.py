"""The one factory of Kafka clients: made once, where a command starts, and handed down.

Nothing else in Tocsin makes a producer, a consumer or an admin client, so every one of them speaks
to the same cluster in the same way.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any, Literal

from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from agents.kafka.access import Access
from agents.kafka.metadata import ANSWER_S, addresses_of, ask
from agents.kafka.security import Security
from agents.kafka.topic_reader import NoTopicError, Read, TopicReader
from pipeline.phrase import Phrase
from schemas.topics import Topic

API_VERSION = (2, 1)
"""Spoken with every broker: Kafka 2.1 to 4 know it, and so does the embedded broker, whose
version handshake kafka-python 3 cannot read."""

_FOREVER_MS = 10 * 365 * 86_400_000

Compression = Literal["gzip", "snappy", "lz4", "zstd"]


class TopicError(RuntimeError):
    """The topic cannot be read."""


class KafkaClients:
    """Makes every client of one cluster. None of them waits for Kafka to answer.

    ``bootstrap``: addresses as ``host:port``, with commas between them. ``security``: TLS and the
    login; an open listener without. ``prefix``: how the names of our topics and groups begin on
    this cluster, so that several teams can share it.

    >>> from schemas.topics import MENTIONS
    >>> KafkaClients("kafka-1:9092,kafka-2:9092", prefix="acme.").topic(MENTIONS)
    'acme.tocsin.mentions'

    Raises:
        ValueError: one of the addresses is none.
    """

    def __init__(
        self, bootstrap: str, *, security: Security | None = None, prefix: str = ""
    ) -> None:
        addresses_of(bootstrap)
        self.bootstrap = bootstrap
        self.security = security or Security()
        self.prefix = prefix

    def topic(self, topic: Topic) -> str:
        """Name of a topic on this cluster."""
        return f"{self.prefix}{topic.name}"

    def group(self, name: str) -> str:
        """Name of a consumer group on this cluster."""
        return f"{self.prefix}{name}"

    def producer(self, *, compression: Compression | None = None) -> Any:  # noqa: ANN401 - kafka-python is untyped
        """An idempotent producer, which keeps the order and never gives a record up."""
        return KafkaProducer(
            **self._common(),
            api_version=API_VERSION,
            acks="all",
            enable_idempotence=True,
            delivery_timeout_ms=_FOREVER_MS,
            compression_type=compression,
            batch_size=256_000,
            linger_ms=10,  # our batches have lingered already; this joins what leaves together
            max_block_ms=1_000,
            request_timeout_ms=10_000,
            reconnect_backoff_max_ms=2_000,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )

    def consumer(
        self,
        client_id: str,
        *,
        group: str | None = None,
        api_version: tuple[int, ...] = API_VERSION,
    ) -> Any:  # noqa: ANN401 - kafka-python is untyped
        """A consumer that begins at the oldest record and commits nothing by itself.

        ``group``: its name without the prefix; members share the partitions. Without one, everybody
        reads what it assigns itself.
        """
        return KafkaConsumer(
            **self._common(),
            group_id=None if group is None else self.group(group),
            client_id=client_id,
            api_version=api_version,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            metadata_max_age_ms=30_000,
            reconnect_backoff_max_ms=2_000,
            metrics_enabled=False,
        )

    def admin(self, *, wait_s: float) -> Any:  # noqa: ANN401 - kafka-python is untyped
        """An admin client. Raises ``KafkaError`` where Kafka does not answer within ``wait_s``."""
        return KafkaAdminClient(**self._common(), bootstrap_timeout_ms=max(wait_s, 5) * 1000)

    def reader(
        self,
        client_id: str,
        topics: Iterable[str],
        *,
        group: str | None = None,
        partition: int | None = None,
        since_ms: Mapping[str, int] | None = None,
        last: Mapping[str, int] | None = None,
    ) -> TopicReader:
        """A reader of whole topics, see there; whoever asks for it closes it.

        Raises:
            NoTopicError: a topic does not exist.
        """
        consumer = self.consumer(client_id, group=group)
        try:
            return TopicReader(
                consumer,
                topics,
                partition=partition,
                prefix=self.prefix,
                since_ms=since_ms,
                last=last,
            )
        except BaseException:
            consumer.close(autocommit=False)
            raise

    def read(self, topic: str, *, since_ms: int = 0) -> Iterator[Read]:
        """Yield every record of a topic that is there when reading begins.

        ``since_ms``: from which time on, as far as Kafka can tell.

        Raises:
            TopicError: there is no such topic, or Kafka falls silent.
        """
        try:
            since = {topic: since_ms} if since_ms else None
            with closing(self.reader("tocsin-read", [topic], since_ms=since)) as reader:
                yield from reader.there_now()
        except NoTopicError as error:
            raise TopicError(str(error)) from error
        except KafkaError as error:
            raise TopicError(
                Phrase("Kafka at {bootstrap}: {why}", bootstrap=self.bootstrap, why=repr(error))
            ) from error

    def ask(
        self, access: Access | None = None, *, timeout_s: float = ANSWER_S
    ) -> dict[str, int | None]:
        """Return how many partitions each topic has; see ``agents.kafka.metadata.ask``.

        ``access``: by names without the prefix; None asks only for an answer.
        """
        wanted = (access or Access({})).prefixed(self.prefix)
        return ask(self.bootstrap, wanted, security=self.security, timeout_s=timeout_s)

    def _common(self) -> dict[str, Any]:
        """What all clients of kafka-python are told."""
        return {"bootstrap_servers": self.bootstrap.split(","), **self.security.options()}
