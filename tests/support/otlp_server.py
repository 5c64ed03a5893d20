"""A collector of traces: takes what OTLP over HTTP brings, as protobuf, and keeps the spans."""

import gzip
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Seen(NamedTuple):
    """One span, with ids as bytes. ``links``: trace and span."""

    service: str
    name: str
    trace: bytes
    span: bytes
    parent: bytes
    links: tuple[tuple[bytes, bytes], ...]
    attributes: Mapping[str, str]


class OtlpServer:
    """Alive within a ``with`` block."""

    def __init__(self) -> None:
        self.spans: list[Seen] = []

    def __enter__(self) -> Self:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    raw = gzip.decompress(raw)
                collector.take(ExportTraceServiceRequest.FromString(raw))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def take(self, request: ExportTraceServiceRequest) -> None:
        """Keep the spans of one request."""
        for of_service in request.resource_spans:
            about = {one.key: one.value.string_value for one in of_service.resource.attributes}
            for scope in of_service.scope_spans:
                self.spans += [
                    Seen(
                        about["service.name"],
                        one.name,
                        one.trace_id,
                        one.span_id,
                        one.parent_span_id,
                        tuple((link.trace_id, link.span_id) for link in one.links),
                        {each.key: _text(each.value) for each in one.attributes},
                    )
                    for one in scope.spans
                ]


def _text(value) -> str:
    return value.string_value or str(value.int_value)
