"""Asks Kafka for its metadata and hears the answer: the cheapest proof that it is there and works.

The clients cannot be asked: they answer a poll with nothing, whether nothing was written or Kafka
is away or refuses the password, and try again for ever. A connection is no proof either; a broker
that hangs takes it. So this module speaks for itself, over TLS and SASL where the settings say so,
and has a clear word for each way in which that can fail.
"""

import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import closing
from time import monotonic
from typing import Any, Final

from kafka.errors import for_code
from kafka.net.sasl import get_sasl_mechanism
from kafka.protocol.metadata import (
    FindCoordinatorRequest,
    FindCoordinatorResponse,
    MetadataRequest,
    MetadataResponse,
)
from kafka.protocol.sasl import (
    SaslAuthenticateRequest,
    SaslAuthenticateResponse,
    SaslHandshakeRequest,
    SaslHandshakeResponse,
)

from agents.kafka.access import Access, Operation
from agents.kafka.security import Security
from pipeline.phrase import Phrase, phrases

ANSWER_S = 1.5
"""How long an answer may take; a broker that is well needs milliseconds."""

_VERSION = 4
"""Of the request: the first that does not create topics; every broker since 0.11 knows it."""

_VERSION_WITH_ACLS = 8
"""The first that tells what we may do with a topic; every broker since 2.3 knows it."""

_MOST_BYTES = 10_000_000
_UNKNOWN_TOPIC = 3
_NO_TOPIC_ACL = 29
_NO_GROUP_ACL = 30
_UNKNOWN_MECHANISM = 33

_OPEN: Final = Security()

_TLS_RECORDS = (b"\x15\x03", b"\x16\x03")
"""How an answer begins that speaks TLS: an alert, or a handshake."""

_EXPIRED, _NOT_YET = 10, 9
_WRONG_NAME = (62, 64)
"""What OpenSSL calls its reasons to refuse a certificate. Others are about who signed it."""


class NoAnswerError(Exception):
    """Nobody answered as Kafka does; the message has a reason for each address."""


class KafkaRefusedError(NoAnswerError):
    """Kafka is there, and does not let us in or do our work, or we do not trust it.

    Trying again does not help until somebody changes a certificate, a password or an ACL.
    """


def addresses_of(bootstrap: str) -> list[tuple[str, int]]:
    """Return hosts and ports; raise ``ValueError`` that names what is no address.

    >>> addresses_of("kafka-1:9092, [::1]:9093")
    [('kafka-1', 9092), ('::1', 9093)]
    """
    found = []
    for address in (each.strip() for each in bootstrap.split(",")):
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
            raise ValueError(
                Phrase(
                    "TOCSIN_KAFKA_BOOTSTRAP: {address!r} is no address like host:9092",
                    address=address,
                )
            )
        found.append((host.strip("[]"), int(port)))
    return found


def ask(
    bootstrap: str,
    access: Access,
    *,
    security: Security = _OPEN,
    timeout_s: float = ANSWER_S,
) -> dict[str, int | None]:
    """Return how many partitions each topic of ``access`` has, None where there is no such topic.

    One broker's answer is enough. The addresses share ``timeout_s``. Where there is TLS or a login,
    it is also asked whether we may do what ``access`` says.

    Raises:
        RefusedError: TLS, the login or an ACL fails. All ACLs that are missing are named.
        NoAnswerError: none answers in time, or a partition has no leader: nobody could read or
            write it now.
        ValueError: an address is none.
    """
    faults: list[str] = []
    addresses, refused = addresses_of(bootstrap), False
    deadline_s = monotonic() + timeout_s
    for place, (host, port) in enumerate(addresses):
        address = f"{host}:{port}"
        left_s = max(deadline_s - monotonic(), 0.1) / (len(addresses) - place)
        try:
            with closing(_connected(host, port, security, left_s)) as line:
                return _ask(line, access, security)
        except NoAnswerError as error:
            faults.append(Phrase("{address}: {why}", address=address, why=error))
            refused = refused or isinstance(error, KafkaRefusedError)
        except TimeoutError:
            faults.append(
                Phrase("{address}: no answer within {left_s:.1f} s", address=address, left_s=left_s)
            )
        except ssl.SSLError as error:
            faults.append(Phrase("{address}: {why}", address=address, why=_tls_fault(error)))
            refused = True
        except OSError as error:
            faults.append(f"{address}: {error.strerror or error}")
    raise (KafkaRefusedError if refused else NoAnswerError)(phrases("; ", faults))


def faults_of(found: Mapping[str, int | None], partitions: int) -> list[str]:
    """Say what is wrong with topics as ``ask`` found them, and what to do; all of it.

    >>> faults_of({"tocsin.mentions": 4, "tocsin.buckets": 8, "tocsin.models": None}, 8)
    ... # doctest: +NORMALIZE_WHITESPACE
    ['topic tocsin.mentions has 4 partitions, the setting says 8: set TOCSIN_PARTITIONS=4 for every
      process', 'there is no topic tocsin.models: make it with tocsin topics --apply']
    """
    faults: list[str] = []
    for topic, there in found.items():
        if there is None:
            faults.append(
                Phrase("there is no topic {topic}: make it with tocsin topics --apply", topic=topic)
            )
        elif there != partitions:
            faults.append(
                Phrase(
                    "topic {topic} has {found} partitions, the setting says {partitions}: set "
                    "TOCSIN_PARTITIONS={found} for every process",
                    topic=topic,
                    found=there,
                    partitions=partitions,
                )
            )
    return faults


def _connected(host: str, port: int, security: Security, timeout_s: float) -> socket.socket:
    """Return a line to a broker on which requests can be sent."""
    line = socket.create_connection((host, port), timeout=timeout_s)
    try:
        if security.context is not None:
            try:
                line = security.context.wrap_socket(line, server_hostname=host)
            except (ssl.SSLEOFError, ConnectionResetError) as error:
                raise KafkaRefusedError(_NO_TLS) from error
        if security.mechanism:
            _log_in(line, host, security)
    except BaseException:
        line.close()
        raise
    return line


_NO_TLS = Phrase(
    "it hung up instead of speaking TLS: is this the port of a listener for TLS "
    "(TOCSIN_KAFKA_SECURITY_PROTOCOL)?"
)


def _tls_fault(error: ssl.SSLError) -> Phrase:
    """Say in words why TLS failed, and what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_fault(error)
    reason = error.reason or str(error)
    if reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNEXPECTED_EOF_WHILE_READING"):
        return _NO_TLS
    if "ALERT" in reason:
        return Phrase(
            "it refuses our certificate ({reason}): TOCSIN_KAFKA_CERTIFICATE_FILE must be there, "
            "valid, and signed by a CA that the broker trusts",
            reason=reason,
        )
    return Phrase("TLS failed ({reason})", reason=reason)


def _certificate_fault(error: ssl.SSLCertVerificationError) -> Phrase:
    why = error.verify_message
    if error.verify_code in _WRONG_NAME:
        return Phrase(
            "its certificate is for another name ({why}): write the broker's name as it stands "
            "in the certificate",
            why=why,
        )
    if error.verify_code == _EXPIRED:
        return Phrase("its certificate has expired: the broker needs a new one")
    if error.verify_code == _NOT_YET:
        return Phrase("its certificate is not valid yet: are the clocks right?")
    return Phrase(
        "its certificate is signed by nobody whom we trust ({why}): is TOCSIN_KAFKA_CA_FILE the "
        "CA that signed it?",
        why=why,
    )


def _log_in(line: socket.socket, host: str, security: Security) -> None:
    """Log in with SASL.

    Raises:
        RefusedError: the mechanism is not enabled, or the login fails.
    """
    offered = _exchange(
        line, SaslHandshakeRequest(mechanism=security.mechanism), SaslHandshakeResponse, 1
    )
    if offered.error_code == _UNKNOWN_MECHANISM:
        raise KafkaRefusedError(
            Phrase(
                "it does not take {mechanism}, only {names}: set TOCSIN_KAFKA_SASL_MECHANISM "
                "to what it takes",
                mechanism=security.mechanism,
                names=", ".join(offered.mechanisms),
            )
        )
    if offered.error_code:
        raise KafkaRefusedError(
            Phrase(
                "it takes no login here ({name}): is this the port of a listener for SASL?",
                name=for_code(offered.error_code).__name__,
            )
        )
    mechanism = get_sasl_mechanism(security.mechanism)(host=host, **security.options())
    while not mechanism.is_done():
        try:
            request = SaslAuthenticateRequest(auth_bytes=mechanism.auth_bytes())
        except Exception as error:
            raise KafkaRefusedError(
                Phrase("no login can be made: {name}: {why}", name=type(error).__name__, why=error)
            ) from error
        answer = _exchange(line, request, SaslAuthenticateResponse, 0)
        if answer.error_code:
            raise KafkaRefusedError(
                Phrase(
                    "it does not let {user} in by {mechanism} ({what}): are name and password "
                    "right?",
                    user=security.user,
                    mechanism=security.mechanism,
                    what=answer.error_message or for_code(answer.error_code).__name__,
                )
            )
        try:
            mechanism.receive(answer.auth_bytes)
        except Exception as error:
            raise KafkaRefusedError(
                Phrase(
                    "what it answers to {mechanism} is wrong ({why}): it does not know the "
                    "password either",
                    mechanism=security.mechanism,
                    why=error,
                )
            ) from error


def _ask(line: socket.socket, access: Access, security: Security) -> dict[str, int | None]:
    # An embedded broker and an open one are asked in the oldest way.
    version = _VERSION if security.protocol == "PLAINTEXT" else _VERSION_WITH_ACLS
    request = MetadataRequest(
        topics=[MetadataRequest.MetadataRequestTopic(name=topic) for topic in access.topics],
        allow_auto_topic_creation=False,
        include_topic_authorized_operations=True,
    )
    answer = _exchange(line, request, MetadataResponse, version)
    found: dict[str, int | None] = dict.fromkeys(access.topics)
    denied: list[str] = []
    for topic in answer.topics:
        if topic.error_code == _UNKNOWN_TOPIC:
            continue
        if topic.error_code == _NO_TOPIC_ACL:
            denied.append(_denied(access.topics[topic.name], "topic", topic.name))
            continue
        led = [part for part in topic.partitions if part.leader_id >= 0]
        if topic.error_code or len(led) < len(topic.partitions):
            raise NoAnswerError(Phrase("no broker leads all of topic {name}", name=topic.name))
        found[topic.name] = len(led)
        asked = version >= _VERSION_WITH_ACLS
        if asked and (missing := _missing(topic, access.topics[topic.name])):
            denied.append(_denied(missing, "topic", topic.name))
    for group, operation in access.groups.items():
        request = FindCoordinatorRequest(key=group, key_type=0)
        if _exchange(line, request, FindCoordinatorResponse, 1).error_code == _NO_GROUP_ACL:
            denied.append(_denied((operation,), "group", group))
    if denied:
        raise KafkaRefusedError(
            Phrase("{user} lacks ACLs: {names}", user=security.user, names=", ".join(denied))
        )
    return found


def _missing(topic: Any, wanted: tuple[Operation, ...]) -> list[Operation]:  # noqa: ANN401 - kafka-python is untyped
    """Return what we may not do with a topic that is there."""
    allowed = topic.authorized_operations
    # What is there need not be created any more.
    return [one for one in wanted if one is not Operation.CREATE and one not in allowed]


def _denied(operations: Iterable[Operation], kind: str, name: str) -> str:
    names = [one.name for one in operations] or [Operation.DESCRIBE.name]
    return f"{' and '.join(names)} on {kind} {name}"


def _exchange(line: socket.socket, request: Any, answer: Any, version: int) -> Any:  # noqa: ANN401 - kafka-python is untyped
    """Send a request and return the decoded answer of type ``answer``."""
    request.API_VERSION = version
    request.with_header(correlation_id=1, client_id="tocsin")
    line.sendall(request.encode(version=version, header=True, framed=True))
    begin = _receive(line, 4)
    if begin[:2] in _TLS_RECORDS:
        raise KafkaRefusedError(
            Phrase("it speaks TLS: set TOCSIN_KAFKA_SECURITY_PROTOCOL to SSL or SASL_SSL")
        )
    size = int.from_bytes(begin)
    if not 0 < size <= _MOST_BYTES:
        raise NoAnswerError(Phrase("what answers is no Kafka"))
    try:
        return answer.decode(_receive(line, size), version=version, header=True)
    except NoAnswerError:
        raise
    except Exception as error:
        raise NoAnswerError(
            Phrase("what answers is no Kafka ({name})", name=type(error).__name__)
        ) from error


def _receive(line: socket.socket, size: int) -> bytes:
    came = b""
    while len(came) < size:
        part = line.recv(size - len(came))
        if not part:
            raise NoAnswerError(
                Phrase(
                    "it hung up without an answer: does it want TLS or a login "
                    "(TOCSIN_KAFKA_SECURITY_PROTOCOL)?"
                )
            )
        came += part
    return came
