"""How far the worker is, from its own ``/metrics``."""

import socket
import urllib.error
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

TIMEOUT_S = 2.0


def free_port() -> int:
    """A port of this machine that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class WorkerWatch:
    """Reads the counters of a worker on this machine."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/metrics"

    def unjudged_buckets(self) -> int:
        """Buckets rolled up and not yet judged; 0 while the worker does not answer yet."""
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
