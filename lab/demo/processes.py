"""The commands of Tocsin as processes beside the demo, as an operator would run them."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

END_S = 20.0

_LEFT_OUT = ("TOCSIN_TOPIC_PREFIX", "TOCSIN_METRICS_PORT")


def environ_for(bootstrap: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that works on the embedded broker.

    What is set for a Kafka of the user's own is left out: the embedded broker has no login. So is
    the port of the metrics, which several processes cannot share.
    """
    own = {
        name: value
        for name, value in environ.items()
        if not name.startswith("TOCSIN_KAFKA_") and name not in _LEFT_OUT
    }
    return {
        **own,
        "TOCSIN_KAFKA_BOOTSTRAP": bootstrap,
        "TOCSIN_PARTITIONS": "1",
        "TOCSIN_LOG_LEVEL": "ERROR",
    }


@contextmanager
def process(
    *command: str, brands_file: Path, environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of our own commands within the block."""
    child = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "agents", *command, "--brands", str(brands_file)], env=environ
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(END_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
