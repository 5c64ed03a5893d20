"""``/livez`` and ``/healthz`` for whoever runs a process, ``/metrics`` for Prometheus."""

import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from agents.monitoring.health import Health, Verdict
from pipeline.phrase import Phrase, reason_of

IDLE_CONNECTION_S = 10


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host: str, port: int, registry: CollectorRegistry, health: Health) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.registry = registry
        self.health = health
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
            self._tell(self.server.health.ready())
        elif path == "/livez":
            self._tell(self.server.health.live())
        else:
            self._answer(404, "text/plain", b"There are /metrics, /healthz and /livez.\n")

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def _tell(self, verdict: Verdict) -> None:
        raw = json.dumps(verdict.facts).encode() + b"\n"
        self._answer(200 if verdict.well else 503, "application/json", raw)

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


def serve(host: str, port: int, registry: CollectorRegistry, health: Health) -> HealthServer:
    """Serve ``/metrics``, ``/healthz`` and ``/livez`` from a thread of its own.

    ``port`` 0 takes a free one. Raises ``OSError`` that names host and port where it cannot listen
    there.
    """
    try:
        server = _Server(host, port, registry, health)
    except OSError as error:
        raise OSError(
            error.errno,
            Phrase(
                "metrics cannot be served on {host}:{port}: {why}",
                host=host,
                port=port,
                why=reason_of(error),
            ),
        ) from error
    return HealthServer(server)
