"""Apache Kafka's jars, fetched by Maven once and kept in a cache directory."""

import shutil
import subprocess
import tempfile
from pathlib import Path

KAFKA_VERSION = "4.1.1"
SCALA_VERSION = "2.13"
LOG4J_VERSION = "2.24.3"
"""The log4j of that Kafka; its slf4j binding is not among Kafka's own dependencies."""

_FETCH_TIMEOUT_S = 900

_POM = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tocsin</groupId>
  <artifactId>broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_{SCALA_VERSION}</artifactId>
      <version>{KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>{LOG4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""


class BrokerError(RuntimeError):
    """The broker cannot do what was asked; the message says what to do."""


def jar_directory(cache: Path) -> Path:
    """Return the directory within ``cache`` that holds, or will hold, the jars."""
    return cache / f"kafka_{SCALA_VERSION}-{KAFKA_VERSION}"


def missing_tools(cache: Path) -> list[str]:
    """Return what is not on the PATH and must be: ``java``; ``mvn`` while nothing is cached."""
    wanted = ["java"] if jar_directory(cache).is_dir() else ["java", "mvn"]
    return [tool for tool in wanted if shutil.which(tool) is None]


def resolve_jars(cache: Path) -> Path:
    """Return the directory of Kafka's jars; fetch them (43 MB) into ``cache`` the first time.

    Where Maven fetches from is its own setting. Raises ``BrokerError`` with the end of Maven's
    output where that fails. An interrupted run leaves nothing that a later one takes for whole.
    """
    target = jar_directory(cache)
    if target.is_dir():
        return target
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerError(
            f"Maven (mvn) is needed once to fetch Apache Kafka {KAFKA_VERSION} into {target}, and "
            "is not on the PATH: install it, or copy the jars of a Kafka distribution there"
        )
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetching-") as name:
        work = Path(name)
        (work / "pom.xml").write_text(_POM, encoding="utf-8")
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
            raise BrokerError(f"Maven could not fetch Apache Kafka:\n{done.stdout[-2000:]}")
        try:
            (work / "lib").rename(target)
        except OSError:
            if not target.is_dir():
                raise  # anything but another run that was faster
    return target
