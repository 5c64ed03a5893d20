"""A stage for faults: a Kafka of its own, the real commands as processes, and who watches them.

Whatever dies is started again, as an operator's supervisor would. Deaths that the scenario did not
cause are remembered. Only processes that were started here are ever signalled, by their own handle.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from agents.kafka.apache import ApacheKafka
from agents.kafka.apache_cluster import ApacheCluster
from agents.kafka.clients import KafkaClients
from agents.kafka.topics import create_topics
from agents.settings import Settings

PARTITIONS = 4
ROOT = Path(__file__).parents[2]
LOOK_S = 0.2
RESTART_S = 0.3
WORKER_GIVES_UP = 70
"""What a worker ends with that could not deliver safely: by design it is started again."""

SLACK_TOKEN = "xoxb-chaos"  # noqa: S105 - of our own Slack
X_TOKEN = "chaos"  # noqa: S105 - of our own X
MAIN = [sys.executable, "-m", "agents"]


class Options(NamedTuple):
    """Of the whole run. ``pace`` stretches or shortens the time under load."""

    seed: int
    pace: float
    jars: Path
    folder: Path
    fuzz: int
    say: Callable[[str], None]


class Process:
    """A command that is started again until it has ended well or is no longer wanted."""

    def __init__(
        self,
        name: str,
        command: list[str],
        environ: dict[str, str],
        log: Path,
        *,
        forever: bool,
        root: Path = ROOT,
    ) -> None:
        self.name = name
        self.log = log
        self.deaths: list[int] = []
        """Exit codes of ends that nobody here caused."""
        self.starts = 0
        self.peak_bytes = 0
        self.done = threading.Event()
        self._command = command
        self._environ = environ
        self.root = root
        self._forever = forever
        self._wanted = True
        self._expected = False
        self._lock = threading.Lock()
        self._start()
        self._watch = threading.Thread(target=self._look, name=f"watch-{name}", daemon=True)
        self._watch.start()

    @property
    def rss_bytes(self) -> int:
        """Memory in use now; 0 while it does not run."""
        return self._memory("VmRSS")

    def kill(self) -> None:
        """SIGKILL; it is started again."""
        with self._lock:
            self._expected = True
            self._child.kill()
            self._child.wait()

    def deploy(self) -> None:
        """SIGTERM, as a deployment sends it, and wait until it has ended; it is started again."""
        with self._lock:
            self._expected = True
            self._end()

    def freeze(self) -> None:
        """SIGSTOP."""
        self._child.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._child.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it for good: politely first."""
        with self._lock:
            self._wanted = False
        self._watch.join()
        self._end()

    def _end(self) -> None:
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGCONT)
            self._child.terminate()
            try:
                self._child.wait(20)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def _start(self) -> None:
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command,
                cwd=self.root,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.starts += 1

    def _look(self) -> None:
        while self._wanted:
            self.peak_bytes = max(self.peak_bytes, self._memory("VmHWM"))
            with self._lock:
                code = self._child.poll()
                if code is not None and self._wanted:
                    if code == 0 and not self._forever and not self._expected:
                        self.done.set()
                        return
                    if not self._expected:
                        self.deaths.append(code)
                    self._expected = False
                    time.sleep(RESTART_S)
                    self._start()
            time.sleep(LOOK_S)

    def _memory(self, field: str) -> int:
        try:
            status = Path(f"/proc/{self._child.pid}/status").read_text(encoding="ascii")
        except (FileNotFoundError, ProcessLookupError):
            return 0
        found = [line for line in status.splitlines() if line.startswith(f"{field}:")]
        return int(found[0].split()[1]) * 1024 if found else 0


class Stage:
    """One scenario's Kafka, folder, chance and processes, within a ``with`` block.

    ``brands``: the word of each. ``brokers``: one, or as many as are one cluster; a ``proxy_port``
    leads to the only one. ``channel_of``: where a brand's alerts go. ``variables``: of the
    environment of each process.
    """

    def __init__(
        self,
        name: str,
        options: Options,
        *,
        brands: dict[str, str],
        proxy_port: int | None = None,
        brokers: int = 1,
        partitions: int = PARTITIONS,
        channel_of: Callable[[str], str] = lambda _brand: "alerts",
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.name = name
        self._variables = variables
        self.options = options
        self.chance = random.Random(f"{options.seed}-{name}")
        self.folder = options.folder / name
        self.folder.mkdir(parents=True)
        self.brands = brands
        self.brands_file = self.folder / "brands.yaml"
        self.brands_file.write_text(
            "brands:\n"
            + "".join(
                f"  - {{id: {brand}, names: [{word}], slack_channel: '#{channel_of(brand)}'}}\n"
                for brand, word in brands.items()
            ),
            encoding="utf-8",
        )
        self.partitions = partitions
        self.broker: Any = (  # what only a lone one can is asked of a lone one
            ApacheKafka(self.folder / "kafka", cache=options.jars, proxy_port=proxy_port)
            if brokers == 1
            else ApacheCluster(self.folder / "kafka", brokers=brokers, cache=options.jars)
        )
        self._replication = brokers
        self.processes: list[Process] = []
        self.began_s = time.monotonic()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(self.broker)
        settings = Settings(partitions=self.partitions, replication=self._replication)
        create_topics(KafkaClients(self.broker.bootstrap), settings)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for process in reversed(self.processes):
                process.close()
        finally:
            self._stack.close()

    def say(self, what: str) -> None:
        """Tell what is done, with the time since the scenario began."""
        self.options.say(f"{self.name} {time.monotonic() - self.began_s:5.0f} s: {what}")

    def run(
        self,
        name: str,
        *command: str,
        forever: bool = True,
        brands: bool = True,
        root: Path = ROOT,
        **variables: str,
    ) -> Process:
        """Start a command of ``tocsin`` under the name ``name``; ``root``: of its code."""
        environ = {
            **{key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ},
            "PYTHONPATH": str(root),
            "TOCSIN_KAFKA_BOOTSTRAP": self.broker.bootstrap,
            "TOCSIN_PARTITIONS": str(self.partitions),
            "TOCSIN_SPOOL_DIR": str(self.folder / "spool"),
            "TOCSIN_LOG_LEVEL": "WARNING",
            "COLUMNS": "200",
            "NO_COLOR": "1",
            **self._variables,
            **variables,
        }  # fmt: skip
        words = [*command, *(("--brands", str(self.brands_file)) if brands else ())]
        process = Process(
            name,
            [*MAIN, *words],
            environ,
            self.folder / f"{name}.log",
            forever=forever,
            root=root,
        )
        self.processes.append(process)
        return process

    def worker(self, name: str = "worker", **variables: str) -> Process:
        """Start a worker."""
        return self.run(name, "worker", **variables)

    def kill_broker(self) -> None:
        """SIGKILL of the broker, and its start after a moment."""
        self.broker.kill()
        time.sleep(self.chance.uniform(0.5, 2.0))
        self.broker.start()

    def freeze_broker(self, seconds: float) -> None:
        """SIGSTOP of the broker for so long."""
        pid = self.broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            os.kill(pid, signal.SIGCONT)

    def deaths(self, *, forgiven: tuple[int, ...] = ()) -> list[str]:
        """Ends that nobody here caused, but for exit codes that are by design."""
        return [
            f"{process.name} ended by itself with {code} (see {process.log})"
            for process in self.processes
            for code in process.deaths
            if code not in forgiven
        ]

    def starts(self) -> str:
        """How often each process was started, and with what it ended where nobody ended it."""
        return ", ".join(
            f"{one.name} {one.starts}" + (f" (ended with {one.deaths})" if one.deaths else "")
            for one in self.processes
        )

    @property
    def peak_bytes(self) -> int:
        """The most that a worker took."""
        return max(
            (one.peak_bytes for one in self.processes if one.name.startswith("worker")), default=0
        )

    @property
    def took_s(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began_s


class Plan:
    """Acts at times of their own, seeded, while a load runs."""

    def __init__(self, stage: Stage, acts: list[tuple[float, str, Callable[[], None]]]) -> None:
        self._stage = stage
        self._acts = sorted(acts, key=lambda act: act[0])

    def play(self) -> int:
        """Do every act in its turn; return how many there were."""
        began_s = time.monotonic()
        for at_s, what, act in self._acts:
            time.sleep(max(began_s + at_s - time.monotonic(), 0))
            self._stage.say(what)
            act()
        return len(self._acts)


def until(reached: Callable[[], bool], within_s: float, every_s: float = 0.5) -> bool:
    """Wait until it is so; return whether it came to be in time."""
    deadline_s = time.monotonic() + within_s
    while not reached():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(every_s)
    return True
