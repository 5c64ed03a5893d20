"""Apache Kafka's jars, fetched by Maven once and kept in a cache directory."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from pipeline.phrase import Phrase

KAFKA_VERSION = "4.1.1"
OLDEST_KAFKA_VERSION = "3.9.1"
"""The oldest that Tocsin is tested with (``make test-brokers-oldest``)."""

SCALA_VERSION = "2.13"

_LOGGING = {
    KAFKA_VERSION: "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
    OLDEST_KAFKA_VERSION: "org.slf4j:slf4j-reload4j:1.7.36",
}
"""What binds slf4j to the log of each Kafka; it is not among Kafka's own dependencies."""

_FETCH_TIMEOUT_S = 900

_POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tocsin</groupId>
  <artifactId>broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_{scala}</artifactId>
      <version>{version}</version>
    </dependency>
    <dependency>
      <groupId>{group}</groupId>
      <artifactId>{artifact}</artifactId>
      <version>{binding}</version>
    </dependency>
  </dependencies>
</project>
"""


class BrokerError(RuntimeError):
    """The broker cannot do what was asked; the message says what to do."""


def jar_directory(cache: Path, version: str = KAFKA_VERSION) -> Path:
    """Return the directory within ``cache`` that holds, or will hold, the jars."""
    return cache / f"kafka_{SCALA_VERSION}-{version}"


def missing_tools(cache: Path, version: str = KAFKA_VERSION) -> list[str]:
    """Return what is not on the PATH and must be: ``java``; ``mvn`` while nothing is cached."""
    wanted = ["java"] if jar_directory(cache, version).is_dir() else ["java", "mvn"]
    return [tool for tool in wanted if shutil.which(tool) is None]


def resolve_jars(cache: Path, version: str = KAFKA_VERSION) -> Path:
    """Return the directory of Kafka's jars; fetch them (43 MB) into ``cache`` the first time.

    ``version``: ``KAFKA_VERSION`` or ``OLDEST_KAFKA_VERSION``. Where Maven fetches from is its own
    setting. Raises ``BrokerError`` with the end of Maven's
    output where that fails. An interrupted run leaves nothing that a later one takes for whole.
    """
    target = jar_directory(cache, version)
    if target.is_dir():
        return target
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerError(
            Phrase(
                "Maven (mvn) is needed once to fetch Apache Kafka {version} into {target}, "
                "and is not on the PATH: install it, or copy the jars of a Kafka "
                "distribution there",
                version=version,
                target=target,
            )
        )
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetching-") as name:
        work = Path(name)
        group, artifact, binding = _LOGGING[version].split(":")
        pom = _POM.format(
            scala=SCALA_VERSION, version=version, group=group, artifact=artifact, binding=binding
        )
        (work / "pom.xml").write_text(pom, encoding="utf-8")
        command = [
            maven,
            "-q",
            "-B",
            "dependency:copy-dependencies",
            "-DoutputDirectory=lib",
        ]
        done = subprocess.run(  # noqa: S603 - a fixed command
            command,
            cwd=work,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_FETCH_TIMEOUT_S,
            check=False,
        )
        if done.returncode:
            raise BrokerError(
                Phrase("Maven could not fetch Apache Kafka:\n{what}", what=done.stdout[-2000:])
            )
        try:
            (work / "lib").rename(target)
        except OSError:
            if not target.is_dir():
                raise  # anything but another run that was faster
    return target
