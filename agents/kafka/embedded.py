"""A Kafka broker in this process, for the demo and for tests: librdkafka's in-memory cluster.

It comes with the ``confluent-kafka`` wheel, so nothing else has to be installed. It speaks the
real protocol to clients of this and of other processes on the machine: aiokafka and Faust as they
are, kafka-python with ``api_version=KAFKA_PYTHON_API``. It keeps nothing on disk and at most
5 MB or 100,000 messages a partition, older ones go; for more than that, take Apache Kafka.

Confluent's Python client starts the cluster, but always with four partitions a topic; the C
functions beneath it (``rdkafka_mock.h`` of librdkafka) are asked for the number that is wanted.
"""

import ctypes
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

import confluent_kafka.cimpl

from schemas.topics import TOPICS

KAFKA_PYTHON_API = (2, 1)
"""``api_version`` that kafka-python 3 must be given to talk to the embedded broker."""

_PRODUCER = 0
_ERRORS_ONLY = b"3"  # in syslog's numbers; the client warns that it has no broker, as is meant
_ERROR_BYTES = 512


def _librdkafka() -> ctypes.CDLL:
    """Return the librdkafka that the confluent-kafka wheel brings, with the functions typed.

    A symbol is looked up in a library *and in what it is linked to*, so the wheel's own extension
    module leads to its librdkafka, wherever the wheel keeps it.
    """
    library = ctypes.CDLL(confluent_kafka.cimpl.__file__)
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "rd_kafka_conf_new": (ctypes.c_void_p, []),
        "rd_kafka_conf_set": (
            ctypes.c_int,
            [
                ctypes.c_void_p,
                ctypes.c_char_p,
                ctypes.c_char_p,
                ctypes.c_char_p,
                ctypes.c_size_t,
            ],
        ),
        "rd_kafka_new": (
            ctypes.c_void_p,
            [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t],
        ),
        "rd_kafka_destroy": (None, [ctypes.c_void_p]),
        "rd_kafka_err2str": (ctypes.c_char_p, [ctypes.c_int]),
        "rd_kafka_mock_cluster_new": (ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int]),
        "rd_kafka_mock_cluster_destroy": (None, [ctypes.c_void_p]),
        "rd_kafka_mock_cluster_bootstraps": (ctypes.c_char_p, [ctypes.c_void_p]),
        "rd_kafka_mock_topic_create": (
            ctypes.c_int,
            [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int],
        ),
        "rd_kafka_mock_group_initial_rebalance_delay_ms": (
            None,
            [ctypes.c_void_p, ctypes.c_int32],
        ),
        "rd_kafka_mock_broker_set_down": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_int32]),
        "rd_kafka_mock_broker_set_up": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_int32]),
    }
    for name, (restype, argtypes) in signatures.items():
        function = getattr(library, name)
        function.restype = restype
        function.argtypes = argtypes
    return library


class EmbeddedBroker:
    """One broker with Tocsin's topics, alive within a ``with`` block.

    ``partitions``: of every topic. ``topics``: names; those of ``schemas.topics`` by default. A
    topic that is not among them springs up at first use with four partitions. A member of a
    consumer group waits ``rebalance_delay_ms`` for others before it gets its partitions.

    >>> with EmbeddedBroker(partitions=3) as broker:
    ...     broker.bootstrap.startswith("127.0.0.1:")
    True
    """

    _BROKER_ID = 1

    def __init__(
        self,
        *,
        partitions: int = 4,
        topics: Iterable[str] | None = None,
        rebalance_delay_ms: int = 100,
    ) -> None:
        self._partitions = partitions
        self._topics = tuple(topic.name for topic in TOPICS) if topics is None else tuple(topics)
        self._rebalance_delay_ms = rebalance_delay_ms
        self._library = _librdkafka()
        self._client: int | None = None
        self._cluster: int | None = None

    @property
    def bootstrap(self) -> str:
        """Address as ``host:port``."""
        address: bytes = self._library.rd_kafka_mock_cluster_bootstraps(self._running())
        return address.decode()

    def start(self) -> None:
        """Start on a free port and create the topics. Raises ``OSError`` where it cannot."""
        if self._cluster is not None:
            raise RuntimeError("the embedded broker is already running")
        library = self._library
        error = ctypes.create_string_buffer(_ERROR_BYTES)
        # A successful rd_kafka_new owns the configuration; a failed one is about to end the run.
        conf = library.rd_kafka_conf_new()
        library.rd_kafka_conf_set(conf, b"log_level", _ERRORS_ONLY, error, _ERROR_BYTES)
        self._client = library.rd_kafka_new(_PRODUCER, conf, error, _ERROR_BYTES)
        if self._client is None:
            raise OSError(f"librdkafka did not start: {error.value.decode()}")
        self._cluster = library.rd_kafka_mock_cluster_new(self._client, 1)
        if self._cluster is None:
            self.stop()
            raise OSError("librdkafka could not open a port on 127.0.0.1 for the embedded broker")
        library.rd_kafka_mock_group_initial_rebalance_delay_ms(
            self._cluster, self._rebalance_delay_ms
        )
        for topic in self._topics:
            self.create_topic(topic, self._partitions)

    def stop(self) -> None:
        """Stop, and forget every message. Harmless where nothing runs."""
        if self._cluster is not None:
            self._library.rd_kafka_mock_cluster_destroy(self._cluster)
            self._cluster = None
        if self._client is not None:
            self._library.rd_kafka_destroy(self._client)
            self._client = None

    def create_topic(self, name: str, partitions: int) -> None:
        """Create one topic more. Raises ``OSError`` where it exists already."""
        code = self._library.rd_kafka_mock_topic_create(
            self._running(), name.encode(), partitions, 1
        )
        self._check(code, f"create topic {name} with {partitions} partitions")

    def go_down(self) -> None:
        """Drop all connections and refuse new ones, as a broker that crashed; messages stay."""
        code = self._library.rd_kafka_mock_broker_set_down(self._running(), self._BROKER_ID)
        self._check(code, "take the broker down")

    def come_up(self) -> None:
        """Accept connections again after ``go_down``, on the same port."""
        code = self._library.rd_kafka_mock_broker_set_up(self._running(), self._BROKER_ID)
        self._check(code, "bring the broker up")

    def _running(self) -> int:
        if self._cluster is None:
            raise RuntimeError("the embedded broker is not running: use it in a with block")
        return self._cluster

    def _check(self, code: int, what: str) -> None:
        if code:
            reason: bytes = self._library.rd_kafka_err2str(code)
            raise OSError(f"the embedded broker could not {what}: {reason.decode()}")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
