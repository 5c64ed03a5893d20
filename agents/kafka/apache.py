"""A real Apache Kafka of one node (KRaft), run from its jars: for broker tests and for trying out.

No container engine is needed, only Java 17 or newer and, the first time, Maven. All that a broker
is lies in one directory: ``server.properties``, ``data/``, ``broker.log`` and ``broker.pid``. So a
later process may stop, kill or restart on the same port what an earlier one started.
"""

import base64
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from agents.kafka.jars import KAFKA_VERSION, BrokerError, resolve_jars
from pipeline.phrase import Phrase, reason_of

DEFAULT_CACHE = Path(".cache/kafka")
START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 60.0

# A broker of one node has nobody to copy to and nobody to wait for; three keep what two have
# taken. Topics are created by ``tocsin topics`` and must not spring up with a default number of
# partitions. After a kill the broker must wait for the end of its own old session, 9 s by default.
_PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}{more}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}{advertised}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT,\\
LOGIN:SASL_SSL,MUTUAL:SSL
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor={copies}
offsets.topic.replication.factor={copies}
min.insync.replicas={least}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={least}
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr={least}
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=6000
"""

# Who comes by the open listener may do everything, so that ACLs and users can be made there.
_SECURED = """\
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
ssl.keystore.type=PEM
ssl.keystore.location={directory}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={directory}/ca.pem
listener.name.login.sasl.enabled.mechanisms=SCRAM-SHA-512,OAUTHBEARER
listener.name.login.scram-sha-512.sasl.jaas.config=\\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.login.oauthbearer.sasl.jaas.config=\\
org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;
listener.name.mutual.ssl.client.auth=required
"""

_JVM = (
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # a broker that lives for minutes never earns the second compiler
    "-Dorg.apache.logging.log4j.level=WARN",
)


class ClusterNode(NamedTuple):
    """Which node of which cluster a broker is. The nodes' controllers listen on ``ports``."""

    cluster: str
    node: int
    ports: tuple[int, ...]

    @property
    def voters(self) -> str:
        """All nodes, as Kafka writes them; the first is number 1."""
        return ",".join(f"{node}@127.0.0.1:{port}" for node, port in enumerate(self.ports, 1))


MOST_COPIES: Final = 3
"""Of a record, however many brokers there are."""


def new_cluster_id() -> str:
    """Return a name that no other cluster has."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()


class ApacheKafka:
    """One broker in ``directory``, on ``port`` of 127.0.0.1; a ``with`` block starts and stops it.

    ``port`` 0: the one the directory was used with before, else a free one. ``cache``: where the
    jars are kept, and ``version``: whose jars (see ``agents.kafka.jars``). ``proxy_port``: of a
    proxy that leads to ``proxied_port``; who comes through it is told to go on doing so.
    ``certificates``: a directory with ``broker.pem`` (key and certificate) and ``ca.pem``. With it
    there are two more listeners, one for TLS with SCRAM-SHA-512 or OAUTHBEARER (tokens need no
    signature: this is no broker for production) and one for TLS with client certificates, and who
    comes by them may do only what ACLs allow. ``member``: of a cluster (see
    ``agents.kafka.apache_cluster``); alone without it. Every method raises ``BrokerError`` with
    what to do where it cannot.
    """

    def __init__(
        self,
        directory: Path,
        port: int = 0,
        *,
        cache: Path = DEFAULT_CACHE,
        proxy_port: int | None = None,
        certificates: Path | None = None,
        version: str = KAFKA_VERSION,
        member: ClusterNode | None = None,
    ) -> None:
        self._member = member
        self.directory = directory.resolve()
        self._wanted_port = port
        self.cache = cache
        self._proxy_port = proxy_port
        self._certificates = certificates
        self._version = version
        self._process: subprocess.Popen[bytes] | None = None
        self._data = self.directory / "data"
        self._properties = self.directory / "server.properties"
        self._pid_file = self.directory / "broker.pid"
        self.log = self.directory / "broker.log"

    @property
    def port(self) -> int:
        """Port that clients connect to. Known once it has been started for the first time."""
        configured = self._configured_port()
        if configured is None:
            raise BrokerError(
                Phrase("no broker has been started in {directory} yet", directory=self.directory)
            )
        return configured

    @property
    def bootstrap(self) -> str:
        """Address as ``host:port``."""
        return f"127.0.0.1:{self.port}"

    @property
    def proxied_port(self) -> int:
        """Port that a proxy has to lead to, if there is a ``proxy_port``."""
        return int(self._listeners()["PROXIED"])

    @property
    def login_bootstrap(self) -> str:
        """Address of the listener for TLS with SCRAM-SHA-512, if there are ``certificates``."""
        return f"127.0.0.1:{self._listeners()['LOGIN']}"

    @property
    def mutual_bootstrap(self) -> str:
        """Address of the listener for client certificates, if there are ``certificates``."""
        return f"127.0.0.1:{self._listeners()['MUTUAL']}"

    @property
    def pid(self) -> int | None:
        """Process id of the running broker, or None."""
        if self._process is not None:
            return self._process.pid if self._process.poll() is None else None
        try:
            pid = int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if str(self._properties) in _command_line(pid) else None

    def start(self, *, timeout_s: float = START_TIMEOUT_S) -> None:
        """Start with the data that is there, and wait until the broker answers (about 4 s)."""
        self.launch()
        self.await_answer(timeout_s=timeout_s)

    def launch(self) -> None:
        """Start and do not wait: a cluster answers once most of its brokers are there."""
        if self.pid is not None:
            raise BrokerError(
                Phrase(
                    "a broker is already running in {directory}: {bootstrap}",
                    directory=self.directory,
                    bootstrap=self.bootstrap,
                )
            )
        java = shutil.which("java")
        if java is None:
            raise BrokerError(
                Phrase("Apache Kafka needs Java 17 or newer, and java is not on the PATH")
            )
        jars = resolve_jars(self.cache, self._version).resolve()
        java_on_kafka = [java, *_JVM, "-cp", f"{jars}/*"]
        self._configure()
        _check_free(self.port)
        self._format(java_on_kafka)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [*java_on_kafka, "kafka.Kafka", str(self._properties)],
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for who started it, not for the broker
            )
        self._pid_file.write_text(f"{self._process.pid}\n")

    def stop(self, *, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Shut down in order (SIGTERM). Harmless where nothing runs."""
        self._end(signal.SIGTERM, timeout_s)

    def kill(self, *, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """End it at once (SIGKILL), as a machine that lost power. Harmless where nothing runs."""
        self._end(signal.SIGKILL, timeout_s)

    def wipe(self) -> None:
        """Kill it and delete its topics and messages. Port and jars stay."""
        self.kill()
        if self._data.exists():
            shutil.rmtree(self._data)
        self.log.unlink(missing_ok=True)

    def _configured_port(self) -> int | None:
        try:
            return int(self._listeners()["PLAINTEXT"])
        except FileNotFoundError:
            return None

    def _listeners(self) -> dict[str, str]:
        """Port of each listener, by name."""
        lines = self._properties.read_text(encoding="utf-8").splitlines()
        listeners = dict(line.partition("=")[::2] for line in lines)["listeners"].split(",")
        return {one.partition(":")[0]: one.rpartition(":")[2] for one in listeners}

    def _configure(self) -> None:
        configured = self._configured_port()
        if configured is not None and self._wanted_port in (0, configured):
            return
        free = free_ports(5)
        member = self._member or ClusterNode(new_cluster_id(), 1, (free[1],))
        copies = min(len(member.ports), MOST_COPIES)
        self._data.mkdir(parents=True, exist_ok=True)
        through = self._proxy_port is not None
        more = f",PROXIED://127.0.0.1:{free[2]}" if through else ""
        advertised = f",PROXIED://127.0.0.1:{self._proxy_port}" if through else ""
        if self._certificates is not None:
            secured = f",LOGIN://127.0.0.1:{free[3]},MUTUAL://127.0.0.1:{free[4]}"
            more, advertised = more + secured, advertised + secured
        text = _PROPERTIES.format(
            port=self._wanted_port or free[0],
            controller_port=member.ports[member.node - 1],
            node=member.node,
            voters=member.voters,
            copies=copies,
            least=max(copies - 1, 1),
            data=self._data,
            more=more,
            advertised=advertised,
        )
        if self._certificates is not None:
            text += _SECURED.format(directory=self._certificates.resolve())
        self._properties.write_text(text, encoding="utf-8")

    def _format(self, java_on_kafka: list[str]) -> None:
        if (self._data / "meta.properties").exists():
            return
        cluster = self._member.cluster if self._member else new_cluster_id()
        # The id may begin with a hyphen, so it must not stand alone as an argument.
        tool = [
            "kafka.tools.StorageTool",
            "format",
            f"--cluster-id={cluster}",
            f"--config={self._properties}",
        ]
        done = subprocess.run(  # noqa: S603 - our own command
            [*java_on_kafka, *tool], capture_output=True, text=True, timeout=60, check=False
        )
        if done.returncode:
            raise BrokerError(
                Phrase(
                    "Kafka could not format {data}:\n{stdout}{stderr}",
                    data=self._data,
                    stdout=done.stdout,
                    stderr=done.stderr,
                )
            )

    def await_answer(self, *, timeout_s: float = START_TIMEOUT_S) -> None:
        """Wait until it answers; where it does not, end it."""
        deadline = time.monotonic() + timeout_s
        while self.pid is not None and time.monotonic() < deadline:
            if _answers(self.port):
                return
            time.sleep(0.1)
        why = "ended at once" if self.pid is None else f"did not answer within {timeout_s:.0f} s"
        self.kill()
        end = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise BrokerError(
            Phrase(
                "Kafka {why} on port {port}; the end of {log}:\n{end}",
                why=why,
                port=self.port,
                log=self.log,
                end=end,
            )
        )

    def _end(self, how: signal.Signals, timeout_s: float) -> None:
        pid = self.pid
        if pid is not None:
            os.kill(pid, how)
            deadline = time.monotonic() + timeout_s
            while self.pid is not None:
                if time.monotonic() > deadline:
                    raise BrokerError(
                        Phrase(
                            "broker {pid} did not end within {timeout_s:.0f} s",
                            pid=pid,
                            timeout_s=timeout_s,
                        )
                    )
                time.sleep(0.02)
        self._process = None
        self._pid_file.unlink(missing_ok=True)

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


def free_ports(count: int) -> list[int]:
    """Return free ports, all different. Another process may take one before the broker does."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _check_free(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise BrokerError(
            Phrase(
                "port {port} of 127.0.0.1 cannot be used ({why}): choose another one",
                port=port,
                why=reason_of(error),
            )
        ) from error


def _answers(port: int) -> bool:
    """Whether a broker that takes part in its cluster answers on ``port``."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    client = AdminClient({"bootstrap.servers": f"127.0.0.1:{port}", "log_level": 0})
    try:
        return bool(client.list_topics(timeout=5).brokers)
    except KafkaException:
        return False


def _command_line(pid: int) -> str:
    """Return the command line of a process, empty if there is none: a pid may be another's now."""
    proc = Path("/proc")
    if (proc / "self").exists():
        try:
            return (proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (FileNotFoundError, ProcessLookupError):
            return ""
    command = ["ps", "-p", str(pid), "-o", "command="]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
