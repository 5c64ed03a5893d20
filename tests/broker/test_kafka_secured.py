"""A Kafka with TLS, logins and ACLs: every process works there, or says what it lacks."""

import gc
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kafka import KafkaProducer, TopicPartition

from agents.kafka.access import ACCESS, DESCRIBE, Access
from agents.kafka.apache import ApacheKafka
from agents.kafka.clients import KafkaClients
from agents.kafka.jars import KAFKA_VERSION, missing_tools
from agents.kafka.metadata import KafkaRefusedError, NoAnswerError
from agents.kafka.security import Security, read_security
from agents.settings import read_settings
from lab.demo.watch import free_port
from schemas.codec import encode
from schemas.mention import ALL_BRANDS, MentionBatch
from schemas.topics import BUCKETS, MENTIONS
from support.certificates import make_ca, make_certificate
from support.tokens import TOKEN_MARK
from support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.kafka

JARS = Path(__file__).parents[2] / ".cache" / "kafka"
PYTHONPATH = os.pathsep.join(map(str, (JARS.parents[1], JARS.parents[1] / "tests")))
PREFIX = "team."
PARTITIONS = 2
BRANDS = "brands: [{id: acme, names: [Acme]}]"
PASSWORD = "pLanted, with a space!"  # noqa: S105 - of users that live as long as the test
USERS = ("topics", "ingest", "worker", "alert", "page", "learn", "incidents", "nobody")


class Secured:
    """The broker, and what an operator does there."""

    def __init__(self, broker: ApacheKafka, directory: Path) -> None:
        self.broker = broker
        self.directory = directory
        self.admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        for user in USERS:
            self.set_password(user, PASSWORD)

    def set_password(self, user: str, password: str) -> None:
        info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
        one = UserScramCredentialUpsertion(user, info, password.encode())
        for made in self.admin.alter_user_scram_credentials([one]).values():
            made.result(PATIENCE_S)

    def grant(self, user: str, access: Access) -> None:
        bindings = [_binding(user, *one) for one in each(access)]
        for made in self.admin.create_acls(bindings).values():
            made.result(PATIENCE_S)

    def revoke(self, user: str, kind: str, name: str, operation: int) -> None:
        one = _binding(user, kind, name, operation)
        which = AclBindingFilter(
            one.restype, one.name, one.resource_pattern_type, one.principal, one.host,
            one.operation, one.permission_type,
        )  # fmt: skip
        for made in self.admin.delete_acls([which]).values():
            assert made.result(PATIENCE_S)

    def environment(self, user: str, **more: str) -> dict[str, str]:
        password = self.directory / "password"
        password.write_text(f"{PASSWORD}\n")
        if "TOCSIN_KAFKA_SASL_TOKEN_PROVIDER" in more:
            given = {}
        else:
            given = {
                "TOCSIN_KAFKA_SASL_USERNAME": user,
                "TOCSIN_KAFKA_SASL_PASSWORD_FILE": str(password),
            }
        return {
            "TOCSIN_KAFKA_BOOTSTRAP": self.broker.login_bootstrap,
            "TOCSIN_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "TOCSIN_KAFKA_CA_FILE": str(self.directory / "ca.pem"),
            "TOCSIN_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            **given,
            "TOCSIN_TOPIC_PREFIX": PREFIX,
            "TOCSIN_PARTITIONS": str(PARTITIONS),
            **more,
        }

    def clients(self, user: str, **more: str) -> KafkaClients:
        settings = read_settings(self.environment(user, **more))
        security = read_security(settings)
        return KafkaClients(settings.kafka_bootstrap, security=security, prefix=PREFIX)


def each(access: Access) -> list[tuple[str, str, int]]:
    """Every ACL by itself, with the names on the cluster."""
    wanted = access.prefixed(PREFIX)
    topics = [
        ("topic", topic, int(one)) for topic, several in wanted.topics.items() for one in several
    ]
    return topics + [("group", group, int(one)) for group, one in wanted.groups.items()]


def _binding(user: str, kind: str, name: str, operation: int) -> AclBinding:
    return AclBinding(
        ResourceType.TOPIC if kind == "topic" else ResourceType.GROUP, name,
        ResourcePatternType.LITERAL, f"User:{user}", "*",
        AclOperation(operation), AclPermissionType.ALLOW,
    )  # fmt: skip


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    if missing := missing_tools(JARS, KAFKA_VERSION):
        pytest.skip(f"needs a real Apache Kafka, and {' and '.join(missing)} not on the PATH")
    directory = tmp_path_factory.mktemp("certificates")
    make_ca(directory)
    make_ca(directory, "stranger")
    make_certificate(directory, "broker")
    make_certificate(directory, "client", extension="extendedKeyUsage=clientAuth")
    make_certificate(directory, "foreign", ca="stranger", extension="extendedKeyUsage=clientAuth")
    (directory / "brands.yaml").write_text(BRANDS, encoding="utf-8")
    broker_directory = tmp_path_factory.mktemp("secured-kafka")
    with ApacheKafka(broker_directory, cache=JARS, certificates=directory) as broker:
        made = Secured(broker, directory)
        for user in ("topics", "ingest", "worker", "alert", "page", "learn", "incidents"):
            access = ACCESS[user]
            if user == "alert":  # this one tells a terminal, in a group of its own
                groups = {
                    name.replace("slack", "console"): one for name, one in access.groups.items()
                }
                access = access._replace(groups=groups)
            made.grant(user, access)
        done = run(made, "topics", "topics", "--apply")
        assert done.returncode == 0, done.stdout
        yield made


def run(secured: Secured, user: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agents", *words],
        env=os.environ | secured.environment(user, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


class Running:
    """A command that stays."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, port: int) -> None:
        self.process = process
        self.log = log
        self.port = port

    def health(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as it:
                return int(it.status)
        except HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0

    def until(self, reached: Callable[[], object]) -> None:
        """Wait for it, while the process runs."""

        def ended() -> bool:
            return self.process.poll() is not None

        def said() -> str:
            return self.log.read_text()[-3000:]

        until(lambda: ended() or reached(), said, every_s=0.2)
        assert not ended(), said()


@contextmanager
def started(
    secured: Secured, tmp_path: Path, user: str, *words: str, **more: str
) -> Iterator[Running]:
    port, log = free_port(), tmp_path / f"{user}.log"
    environment = secured.environment(
        user,
        TOCSIN_METRICS_PORT=str(port),
        TOCSIN_PAGE_PORT="0",
        TOCSIN_SPOOL_DIR=str(tmp_path),
        TOCSIN_LOG_LEVEL="DEBUG",
        **more,
    )
    command = [sys.executable, "-m", "agents", *words]
    environment = os.environ | {"PYTHONPATH": PYTHONPATH} | environment
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command,
            env=os.environ | {"PYTHONPATH": PYTHONPATH} | environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield Running(process, log, port)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_S)
            process.kill()
    said = log.read_text()
    assert PASSWORD not in said
    assert TOKEN_MARK not in said


def brands(secured: Secured) -> tuple[str, str]:
    return ("--brands", str(secured.directory / "brands.yaml"))


def test_every_process_works_with_the_least_acls(secured: Secured, tmp_path: Path) -> None:
    with (
        started(secured, tmp_path, "worker", "worker", *brands(secured)) as worker,
        started(secured, tmp_path, "alert", "alert", "--console", *brands(secured)) as alert,
        started(secured, tmp_path, "page", "page", *brands(secured)) as page,
    ):
        for one in (worker, alert, page):
            one.until(lambda one=one: one.health() == 200)
        simulate = ("ingest", "simulate", "--scenario", "quiet", "--days", "0.02")
        said = run(secured, "ingest", *simulate, *brands(secured))
        assert said.returncode == 0, said.stdout
        open_way = KafkaClients(secured.broker.bootstrap, prefix=PREFIX)
        worker.until(lambda: any(open_way.read(BUCKETS.name)))
        worker.until(lambda: worker.health() == 200)
        for one in (alert, page):
            assert one.health() == 200
    learned = run(secured, "learn", "learn", "--once", *brands(secured))
    assert learned.returncode == 0, learned.stdout
    listed = run(secured, "incidents", "incidents")
    assert listed.returncode == 0, listed.stdout


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_connections_that_are_made_again_log_in_with_the_password_of_now(
    secured: Secured, tmp_path: Path
) -> None:
    changed = "pLanted, and another one"
    file = tmp_path / "worker-password"
    file.write_text(PASSWORD)
    more = {"TOCSIN_KAFKA_SASL_PASSWORD_FILE": str(file)}
    reading = secured.clients("worker", **more).consumer("rotation", group="tocsin-worker")
    parts = [TopicPartition(f"{PREFIX}{MENTIONS.name}", number) for number in range(PARTITIONS)]

    def beat() -> None:
        """Give each partition one record more, by a way that no password bars."""
        with closing(KafkaProducer(bootstrap_servers=secured.broker.bootstrap)) as producer:
            for part in parts:
                at = datetime.now(UTC)
                batch = MentionBatch(brand=ALL_BRANDS, source="beats", seq=0, watermark=at)
                producer.send(part.topic, key=b"*", value=encode(batch), partition=part.partition)

    def is_read() -> bool:
        """Asked with a client of kafka-python that logs in again as the worker does."""
        ends = reading.end_offsets(parts)
        return all((reading.committed(part) or 0) == ends[part] for part in parts)

    with (
        closing(reading),
        started(secured, tmp_path, "worker", "worker", *brands(secured), **more) as worker,
    ):
        beat()
        worker.until(is_read)
        secured.set_password("worker", changed)
        file.write_text(changed)
        try:
            secured.broker.kill()
            secured.broker.start()
            beat()
            worker.until(is_read)
        finally:
            secured.set_password("worker", PASSWORD)
    assert changed not in worker.log.read_text()
    gc.collect()  # kafka-python leaves sockets that the broker refused open until then


@pytest.mark.parametrize("user", ["ingest", "worker", "page", "learn"])
def test_each_acl_that_is_missing_is_named(secured: Secured, user: str) -> None:
    kafka = secured.clients(user)
    assert set(kafka.ask(ACCESS[user]).values()) == {PARTITIONS}
    for kind, name, operation in each(ACCESS[user]):
        secured.revoke(user, kind, name, operation)
        # An operation may be held with another one that includes it.
        wanted = f"{next(one for one in type(DESCRIBE) if one == operation).name} on {kind} {name}"
        try:
            told = _until_refused(kafka, user)
        finally:
            secured.grant(user, ACCESS[user])
        assert wanted in told or f" and {wanted}" in told, (wanted, told)
        _until_allowed(kafka, user)


def _until_refused(kafka: KafkaClients, user: str) -> str:
    """ACLs take a moment to be in force."""
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        try:
            kafka.ask(ACCESS[user])
        except KafkaRefusedError as error:
            return str(error)
        time.sleep(0.05)
    pytest.fail("it may do all of it without the ACL")


def _until_allowed(kafka: KafkaClients, user: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            kafka.ask(ACCESS[user])
        except KafkaRefusedError:
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        else:
            return


@pytest.mark.parametrize("command", ["worker", "alert", "page", "learn"])
def test_a_process_ends_at_the_start_with_all_that_it_may_not(
    secured: Secured, command: str
) -> None:
    done = run(secured, "nobody", command, *brands(secured))
    assert done.returncode == 1, done.stdout
    for topic in ACCESS[command].prefixed(PREFIX).topics:
        assert f"on topic {topic}" in done.stdout
    assert "User:nobody lacks ACLs" in done.stdout


def test_topics_are_not_called_missing_by_who_may_not_see_them(secured: Secured) -> None:
    done = run(secured, "nobody", "topics")
    assert done.returncode == 1, done.stdout
    assert f"on topic {PREFIX}{BUCKETS.name}" in done.stdout
    assert "missing" not in done.stdout


WRONG = {"TOCSIN_KAFKA_SASL_PASSWORD_FILE": "", "TOCSIN_KAFKA_SASL_PASSWORD": "wrong"}
FAULTS = [
    (WRONG, "are name and password right"),
    ({"TOCSIN_KAFKA_SASL_MECHANISM": "PLAIN"}, "does not take PLAIN, only .*SCRAM-SHA-512"),
    ({"TOCSIN_KAFKA_CA_FILE": "stranger.pem"}, "signed by nobody whom we trust"),
    ({"TOCSIN_KAFKA_CA_FILE": ""}, "signed by nobody whom we trust"),
    ({"TOCSIN_KAFKA_BOOTSTRAP": "PLAIN_PORT"}, "hung up instead of speaking TLS"),
]


@pytest.mark.parametrize(("changed", "told"), FAULTS)
def test_each_way_to_fail_has_its_word(
    secured: Secured, changed: dict[str, str], told: str
) -> None:
    environment = secured.environment("ingest") | changed
    if environment["TOCSIN_KAFKA_CA_FILE"] == "stranger.pem":
        environment["TOCSIN_KAFKA_CA_FILE"] = str(secured.directory / "stranger.pem")
    if environment["TOCSIN_KAFKA_BOOTSTRAP"] == "PLAIN_PORT":
        environment["TOCSIN_KAFKA_BOOTSTRAP"] = secured.broker.bootstrap
    settings = read_settings({name: value for name, value in environment.items() if value})
    kafka = KafkaClients(settings.kafka_bootstrap, security=read_security(settings))
    with pytest.raises(KafkaRefusedError, match=told) as refused:
        kafka.ask()
    assert PASSWORD not in str(refused.value)


def test_an_open_client_is_told_that_the_listener_speaks_tls(secured: Secured) -> None:
    with pytest.raises(NoAnswerError, match=r"speaks TLS|does it want TLS"):
        KafkaClients(secured.broker.login_bootstrap).ask()


TOKENS = {
    "TOCSIN_KAFKA_SASL_MECHANISM": "OAUTHBEARER",
    "TOCSIN_KAFKA_SASL_TOKEN_PROVIDER": "support.tokens:for_the_worker",
}


def test_tokens_let_a_worker_and_readers_in(secured: Secured, tmp_path: Path) -> None:
    with started(secured, tmp_path, "worker", "worker", *brands(secured), **TOKENS) as worker:
        worker.until(lambda: worker.health() == 200)
    environment = secured.environment("", **TOKENS)
    settings = read_settings({name: value for name, value in environment.items() if value})
    security = read_security(settings)
    kafka = KafkaClients(settings.kafka_bootstrap, security=security, prefix=PREFIX)
    assert list(kafka.read("tocsin.incidents")) == []


def mutual(secured: Secured, **more: str) -> Security:
    return read_security(
        read_settings(
            {
                "TOCSIN_KAFKA_SECURITY_PROTOCOL": "SSL",
                "TOCSIN_KAFKA_CA_FILE": str(secured.directory / "ca.pem"),
                **more,
            }
        )
    )


def own(secured: Secured, name: str) -> dict[str, str]:
    return {
        "TOCSIN_KAFKA_CERTIFICATE_FILE": str(secured.directory / f"{name}.pem"),
        "TOCSIN_KAFKA_KEY_FILE": str(secured.directory / f"{name}.key"),
    }


def test_a_client_certificate_lets_in(secured: Secured) -> None:
    secured.grant("CN=client", ACCESS["incidents"])
    security = mutual(secured, **own(secured, "client"))
    kafka = KafkaClients(secured.broker.mutual_bootstrap, security=security, prefix=PREFIX)
    _until_allowed(kafka, "incidents")
    assert list(kafka.read("tocsin.incidents")) == []


@pytest.mark.parametrize("name", ["", "foreign"])
def test_without_a_certificate_that_the_broker_trusts_it_says_so(
    secured: Secured, name: str
) -> None:
    security = mutual(secured, **(own(secured, name) if name else {}))
    kafka = KafkaClients(secured.broker.mutual_bootstrap, security=security)
    with pytest.raises(KafkaRefusedError, match="refuses our certificate"):
        kafka.ask()
