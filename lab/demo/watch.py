"""How far the worker is, from its own ``/metrics``."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families

TIMEOUT_S = 2.0
EVERY_S = 0.5  # a scrape costs the worker more than the judgement of ten buckets


def free_port() -> int:
    """A port of this machine that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class WorkerWatch:
    """Reads the counters of a worker on this machine."""

    def __init__(self, port: int, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._url = f"http://127.0.0.1:{port}/metrics"
        self._clock_s = clock_s
        self._read_s = -EVERY_S
        self._unjudged = 0

    def unjudged_buckets(self) -> int:
        """Buckets rolled up and not yet judged, at most ``EVERY_S`` ago; 0 before it answers."""
        if self._clock_s() - self._read_s >= EVERY_S:
            self._unjudged = self._read()
            self._read_s = self._clock_s()
        return self._unjudged

    def _read(self) -> int:
        try:
            with urllib.request.urlopen(self._url, timeout=TIMEOUT_S) as answer:  # noqa: S310 - loopback
                text = answer.read().decode()
        except (urllib.error.URLError, TimeoutError):
            return 0
        counts = {
            (sample.name, sample.labels.get("stage")): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        emitted = counts.get(("tocsin_records_emitted_total", "rollup"), 0.0)
        judged = counts.get(("tocsin_records_received_total", "judge"), 0.0)
        return int(emitted - judged)
