"""Asks Kafka for its metadata and hears the answer: the cheapest proof that it is there and works.

The clients cannot be asked: they answer a poll with nothing, whether nothing was written or Kafka
is away, and try again for ever. A connection is no proof either; a broker that hangs takes it.
"""

import socket
from collections.abc import Iterable, Mapping
from time import monotonic

from kafka.protocol.metadata import MetadataRequest, MetadataResponse

ANSWER_S = 1.5
"""How long an answer may take; a broker that is well needs milliseconds."""

_VERSION = 4
"""Of the request: the first that does not create topics; every broker since 0.11 knows it."""

_MOST_BYTES = 10_000_000
_UNKNOWN_TOPIC = 3


class NoAnswerError(Exception):
    """Nobody answered as Kafka does; the message has a reason for each address."""


def addresses_of(bootstrap: str) -> list[tuple[str, int]]:
    """Return hosts and ports; raise ``ValueError`` that names what is no address.

    >>> addresses_of("kafka-1:9092, [::1]:9093")
    [('kafka-1', 9092), ('::1', 9093)]
    """
    found = []
    for address in (each.strip() for each in bootstrap.split(",")):
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
            raise ValueError(f"TOCSIN_KAFKA_BOOTSTRAP: {address!r} is no address like host:9092")
        found.append((host.strip("[]"), int(port)))
    return found


def ask(
    bootstrap: str, topics: Iterable[str], *, timeout_s: float = ANSWER_S
) -> dict[str, int | None]:
    """Return how many partitions each topic has, None where there is no such topic.

    One broker's answer is enough. The addresses share ``timeout_s``.

    Raises:
        NoAnswerError: none answers in time, or a partition has no leader: nobody could read or
            write it now.
        ValueError: an address is none.
    """
    faults, addresses = [], addresses_of(bootstrap)
    wanted, deadline_s = tuple(topics), monotonic() + timeout_s
    for place, (host, port) in enumerate(addresses):
        address = f"{host}:{port}"
        left_s = max(deadline_s - monotonic(), 0.1) / (len(addresses) - place)
        try:
            with socket.create_connection((host, port), timeout=left_s) as line:
                return _ask(line, wanted)
        except NoAnswerError as error:
            faults.append(f"{address}: {error}")
        except TimeoutError:
            faults.append(f"{address}: no answer within {left_s:.1f} s")
        except OSError as error:
            faults.append(f"{address}: {error.strerror or error}")
    raise NoAnswerError("; ".join(faults))


def faults_of(found: Mapping[str, int | None], partitions: int) -> list[str]:
    """Say what is wrong with topics as ``ask`` found them, and what to do; all of it.

    >>> faults_of({"tocsin.mentions": 4, "tocsin.buckets": 8, "tocsin.models": None}, 8)
    ... # doctest: +NORMALIZE_WHITESPACE
    ['topic tocsin.mentions has 4 partitions, the setting says 8: set TOCSIN_PARTITIONS=4 for every
      process', 'there is no topic tocsin.models: make it with tocsin topics --apply']
    """
    faults = []
    for topic, there in found.items():
        if there is None:
            faults.append(f"there is no topic {topic}: make it with tocsin topics --apply")
        elif there != partitions:
            faults.append(
                f"topic {topic} has {there} partitions, the setting says {partitions}: "
                f"set TOCSIN_PARTITIONS={there} for every process"
            )
    return faults


def _ask(line: socket.socket, topics: tuple[str, ...]) -> dict[str, int | None]:
    request = MetadataRequest(
        topics=[MetadataRequest.MetadataRequestTopic(name=topic) for topic in topics],
        allow_auto_topic_creation=False,
    )
    request.API_VERSION = _VERSION
    request.with_header(correlation_id=1, client_id="tocsin")
    line.sendall(request.encode(version=_VERSION, header=True, framed=True))
    size = int.from_bytes(_receive(line, 4))
    if not 0 < size <= _MOST_BYTES:
        raise NoAnswerError("what answers is no Kafka")
    try:
        answer = MetadataResponse.decode(_receive(line, size), version=_VERSION, header=True)
    except Exception as error:
        raise NoAnswerError(f"what answers is no Kafka ({type(error).__name__})") from error
    found: dict[str, int | None] = dict.fromkeys(topics)
    for topic in answer.topics:
        if topic.error_code == _UNKNOWN_TOPIC:
            continue
        led = [part for part in topic.partitions if part.leader_id >= 0]
        if topic.error_code or len(led) < len(topic.partitions):
            raise NoAnswerError(f"no broker leads all of topic {topic.name}")
        found[topic.name] = len(led)
    return found


def _receive(line: socket.socket, size: int) -> bytes:
    came = b""
    while len(came) < size:
        part = line.recv(size - len(came))
        if not part:
            raise NoAnswerError("it hung up without an answer")
        came += part
    return came
