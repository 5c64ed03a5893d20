"""``/metrics`` for Prometheus and ``/healthz`` for whoever restarts processes, over HTTP.

Health means progress. A process that lives but does nothing while there is something to do answers
503, and says why::

    GET /healthz → 503 {"healthy": false, "reason": "no progress for 93 s, at most 60 s are …", …}
"""

import json
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import NamedTuple, Self

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import choose_encoder

IDLE_CONNECTION_S = 10


def process_registry() -> CollectorRegistry:
    """Return a new registry that tells memory, CPU and garbage collection of this process."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class Health(NamedTuple):
    """What ``/healthz`` answers."""

    healthy: bool
    reason: str
    last_progress_s: float


class Progress:
    """Remembers when the process last got something done. Safe to use from several threads.

    ``idle``: whether there is nothing to do just now (for a worker: no lag). It is asked only when
    no progress was made for ``stale_after_s``; an idle process is healthy. Starting counts as
    progress.

    >>> clock = iter([0.0, 5.0, 200.0])
    >>> progress = Progress(stale_after_s=60, clock_s=lambda: next(clock))
    >>> progress.check().reason
    'progress 5 s ago'
    >>> progress.check().reason
    'no progress for 200 s, at most 60 s are usual'
    """

    def __init__(
        self,
        *,
        stale_after_s: float = 60.0,
        idle: Callable[[], bool] = lambda: False,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stale_after_s = stale_after_s
        self._idle = idle
        self._clock_s = clock_s
        self._last_s = clock_s()
        self._trouble = ""

    def made(self) -> None:
        """Something was done: a record processed, a message delivered, an empty queue looked at."""
        self._last_s = self._clock_s()
        self._trouble = ""

    def trouble(self, what: str) -> None:
        """Say what keeps the process from progress, in fixed words; the next progress clears it."""
        self._trouble = what

    def check(self) -> Health:
        """Judge now."""
        since_s = self._clock_s() - self._last_s
        if since_s <= self.stale_after_s:
            return Health(
                healthy=True, reason=f"progress {since_s:.0f} s ago", last_progress_s=since_s
            )
        try:
            if self._idle():
                return Health(healthy=True, reason="nothing to do", last_progress_s=since_s)
            cause = self._trouble
        except Exception as error:  # noqa: BLE001 - what cannot be told is unhealthy, and is said
            cause = f"whether there is something to do is not known ({type(error).__name__})"
        reason = f"no progress for {since_s:.0f} s, at most {self.stale_after_s:.0f} s are usual"
        if cause:
            reason += f": {cause}"
        return Health(healthy=False, reason=reason, last_progress_s=since_s)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self, host: str, port: int, registry: CollectorRegistry, progress: Progress
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.registry = registry
        self.progress = progress
        super().__init__((host, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = IDLE_CONNECTION_S
    server_version = "tocsin"
    sys_version = ""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            encoder, content_type = choose_encoder(self.headers.get("Accept", ""))
            self._answer(200, content_type, encoder(self.server.registry))
        elif path == "/healthz":
            health = self.server.progress.check()
            body = health._asdict() | {"stale_after_s": self.server.progress.stale_after_s}
            body["last_progress_s"] = round(health.last_progress_s, 1)
            raw = json.dumps(body).encode() + b"\n"
            self._answer(200 if health.healthy else 503, "application/json", raw)
        else:
            self._answer(404, "text/plain", b"There are /metrics and /healthz.\n")

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Scrapes every few seconds are not worth a line each."""


class HealthServer:
    """The running server; ``close`` it, or use it in a ``with`` block."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._thread = Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="tocsin-health",
            daemon=True,
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on: the one that was free if 0 was asked for."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop listening. Returns when the port is free again."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def serve(host: str, port: int, registry: CollectorRegistry, progress: Progress) -> HealthServer:
    """Serve ``/metrics`` and ``/healthz`` from a thread of its own. ``port`` 0 takes a free one.

    Raises ``OSError`` that names host and port where it cannot listen there.
    """
    try:
        server = _Server(host, port, registry, progress)
    except OSError as error:
        raise OSError(
            error.errno, f"metrics cannot be served on {host}:{port}: {error.strerror}"
        ) from error
    return HealthServer(server)
