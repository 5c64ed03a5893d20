"""What TLS and SASL need of the settings, and the word for each certificate that is not trusted."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from agents.kafka.clients import KafkaClients
from agents.kafka.metadata import KafkaRefusedError
from agents.kafka.security import SecurityError, read_security
from agents.settings import read_settings
from pipeline.worker.credentials import credentials_of
from support.certificates import make_ca, make_certificate

TLS = {"TOCSIN_KAFKA_SECURITY_PROTOCOL": "SSL"}
LOGIN = {"TOCSIN_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"}
SCRAM = LOGIN | {
    "TOCSIN_KAFKA_SASL_MECHANISM": "SCRAM-SHA-256",
    "TOCSIN_KAFKA_SASL_USERNAME": "ana",
    "TOCSIN_KAFKA_SASL_PASSWORD": "pLanted 1",
}
OAUTH = LOGIN | {
    "TOCSIN_KAFKA_SASL_MECHANISM": "OAUTHBEARER",
    "TOCSIN_KAFKA_SASL_TOKEN_PROVIDER": "support.tokens:for_the_worker",
}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("certificates")
    make_ca(directory)
    make_certificate(directory, "broker")
    make_certificate(directory, "expired", days=-1)
    make_certificate(directory, "elsewhere", extension="subjectAltName=DNS:kafka.example")
    return directory


@pytest.mark.parametrize(
    ("environ", "faults"),
    [
        (
            {"TOCSIN_KAFKA_CA_FILE": "ca.pem", "TOCSIN_KAFKA_SASL_USERNAME": "ana"},
            [
                "TOCSIN_KAFKA_CA_FILE has no effect with TOCSIN_KAFKA_SECURITY_PROTOCOL=PLAINTEXT",
                "TOCSIN_KAFKA_SASL_USERNAME has no effect with",
            ],
        ),
        (
            LOGIN,
            ["TOCSIN_KAFKA_SECURITY_PROTOCOL=SASL_PLAINTEXT needs TOCSIN_KAFKA_SASL_MECHANISM"],
        ),
        (
            LOGIN | {"TOCSIN_KAFKA_SASL_MECHANISM": "PLAIN"},
            ["PLAIN needs TOCSIN_KAFKA_SASL_USERNAME", "PLAIN needs TOCSIN_KAFKA_SASL_PASSWORD"],
        ),
        (
            SCRAM | {"TOCSIN_KAFKA_SASL_MECHANISM": "OAUTHBEARER"},
            [
                "OAUTHBEARER needs TOCSIN_KAFKA_SASL_TOKEN_PROVIDER",
                "TOCSIN_KAFKA_SASL_USERNAME has no effect with",
                "TOCSIN_KAFKA_SASL_PASSWORD has no effect with",
            ],
        ),
        (
            OAUTH | {"TOCSIN_KAFKA_SASL_TOKEN_PROVIDER": "support.tokens:nobody"},
            ["'support.tokens:nobody': AttributeError"],
        ),
        (
            TLS | {"TOCSIN_KAFKA_CA_FILE": "/nowhere.pem", "TOCSIN_KAFKA_KEY_FILE": "key.pem"},
            [
                "TOCSIN_KAFKA_CA_FILE='/nowhere.pem': No such file or directory",
                "TOCSIN_KAFKA_KEY_FILE needs TOCSIN_KAFKA_CERTIFICATE_FILE beside it",
            ],
        ),
    ],
)
def test_all_faults_are_told_at_once(environ: dict[str, str], faults: list[str]) -> None:
    with pytest.raises(SecurityError) as caught:
        read_security(read_settings(environ))
    lines = str(caught.value).splitlines()
    assert len(lines) == len(faults)
    assert all(fault in line for fault, line in zip(faults, lines, strict=True)), lines


def test_a_key_of_another_certificate_is_named(certificates: Path) -> None:
    files = {
        "TOCSIN_KAFKA_CERTIFICATE_FILE": str(certificates / "broker.crt"),
        "TOCSIN_KAFKA_KEY_FILE": str(certificates / "expired.key"),
    }
    with pytest.raises(SecurityError, match="the key belongs to another certificate"):
        read_security(read_settings(TLS | files))


@contextmanager
def listening(certificates: Path, name: str) -> Iterator[str]:
    """A listener that speaks TLS with one certificate, and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.pem")
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            line, _ = server.accept()
            with line, suppress(OSError):
                context.wrap_socket(line, server_side=True).close()

        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("expired", "its certificate has expired"),
        ("elsewhere", "its certificate is for another name"),
    ],
)
def test_a_certificate_that_is_not_trusted_is_explained(
    certificates: Path, name: str, told: str
) -> None:
    settings = read_settings(TLS | {"TOCSIN_KAFKA_CA_FILE": str(certificates / "ca.pem")})
    with (
        listening(certificates, name) as address,
        pytest.raises(KafkaRefusedError, match=told),
    ):
        KafkaClients(address, security=read_security(settings)).ask()


def test_faust_is_told_the_same() -> None:
    assert credentials_of(read_security(read_settings({}))) is None
    scram = credentials_of(read_security(read_settings(SCRAM)))
    assert (scram.mechanism.value, scram.username, scram.password) == (
        "SCRAM-SHA-256", "ana", "pLanted 1",
    )  # fmt: skip
    assert scram.protocol.value == "SASL_PLAINTEXT"
    tls = credentials_of(read_security(read_settings(TLS)))
    assert (tls.protocol.value, tls.context.check_hostname) == ("SSL", True)
    assert credentials_of(read_security(read_settings(OAUTH))).mechanism.value == "OAUTHBEARER"


def test_a_password_is_in_no_repr() -> None:
    settings = read_settings(SCRAM)
    security = read_security(settings)
    assert "pLanted" not in f"{settings!r} {security!r} {security}"
