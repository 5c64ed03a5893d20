"""A server that is posted to and keeps what it got: the far side of webhooks and their like."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self

from support.slack_server import Fault


class Received(NamedTuple):
    """One post that was taken."""

    path: str
    headers: dict[str, str]
    body: bytes


class HttpChannel:
    """Alive within a ``with`` block. ``refuses``: whether a post gets 404, by its body."""

    def __init__(self, late_s: float = 3.0) -> None:
        self.taken: list[Received] = []
        self.calls = 0
        self.faults: deque[Fault] = deque()
        self.always: Fault | None = None
        self.refuses: Callable[[bytes], bool] = lambda _: False
        self._late_s = late_s

    def __enter__(self) -> Self:
        channel = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                channel._serve(self)

            def do_GET(self) -> None:
                channel._answer(self, 405)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
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
        self._thread.join(timeout=5)

    @property
    def port(self) -> int:
        return int(self._http.server_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def _serve(self, http: BaseHTTPRequestHandler) -> None:
        body = http.rfile.read(int(http.headers.get("Content-Length", 0)))
        self.calls += 1
        fault = self.always or (self.faults.popleft() if self.faults else None)
        if fault and fault.kind == "status":
            self._answer(http, fault.status, fault.headers)
        elif self.refuses(body):
            self._answer(http, 404)
        else:
            headers = {name.lower(): value for name, value in http.headers.items()}
            self.taken.append(Received(http.path, headers, body))
            if fault and fault.kind == "late":
                time.sleep(self._late_s)
            if fault and fault.kind == "lose_answer":
                http.close_connection = True
                return
            self._answer(http, 200)

    def _answer(
        self, http: BaseHTTPRequestHandler, status: int, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        with contextlib.suppress(ConnectionError):  # whoever asked has given up
            http.send_response(status)
            for name, value in headers:
                http.send_header(name, value)
            http.send_header("Content-Length", "0")
            http.end_headers()
