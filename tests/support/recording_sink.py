"""A sink that posts to an HTTP server which records: a channel that nobody can search."""

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import msgspec

from agents.alerting.sinks.base import (
    Delivered,
    Notice,
    RejectedError,
    RetryableError,
    UnauthorizedError,
)
from support.slack_server import Fault

LATE_S = 3.0
"""Longer than the sink waits."""
TIMEOUT_S = 1.0


class RecordingSink:
    """Post each notice as JSON; the receiver may drop second copies by its id."""

    title = "The recorder"
    lasting = True

    def __init__(self, url: str, *, name: str = "recorder") -> None:
        self.name = name
        self._url = url

    def deliver(self, notice: Notice) -> Delivered:
        said = {"id": notice.id, "brand": notice.brand.id, "notice": notice}
        self._call("notices", msgspec.json.encode(said))
        return Delivered(ref=notice.incident)

    def answers(self) -> bool:
        self._call("alive", b"{}")
        return True

    def _call(self, path: str, body: bytes) -> None:
        request = urllib.request.Request(self._url + path, data=body)  # noqa: S310 - our own server
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                answer.read()
        except urllib.error.HTTPError as error:
            with error:
                raise _meaning(error) from error
        except (OSError, HTTPException) as error:
            raise RetryableError("connection", str(error)) from error


def _meaning(error: urllib.error.HTTPError) -> Exception:
    if error.code == 429:
        after_s = float(error.headers.get("Retry-After", 0))
        return RetryableError("http_429", after_s=after_s, everywhere=True)
    if error.code >= 500:
        return RetryableError(f"http_{error.code}")
    if error.code in {401, 403}:
        return UnauthorizedError(f"http_{error.code}")
    return RejectedError(f"http_{error.code}")


class Recorder:
    """The server, alive within a ``with`` block. ``refused``: brands for which it takes nothing."""

    def __init__(self) -> None:
        self.notices: list[dict[str, Any]] = []
        self.calls = 0
        self.faults: deque[Fault] = deque()
        self.always: Fault | None = None
        """What every call gets until it is taken back."""
        self.refused: set[str] = set()

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server._serve(self)

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
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/"

    def ids(self) -> list[str]:
        """The id of each notice that arrived, second copies included."""
        return [one["id"] for one in self.notices]

    def _serve(self, http: BaseHTTPRequestHandler) -> None:
        said = json.loads(http.rfile.read(int(http.headers.get("Content-Length", 0))))
        self.calls += 1
        fault = self.always or (self.faults.popleft() if self.faults else None)
        if fault and fault.kind == "status":
            self._answer(http, fault.status, fault.headers)
        elif fault and fault.kind == "hang_up":
            http.close_connection = True
        elif said.get("brand") in self.refused:
            self._answer(http, 404)
        else:
            if "id" in said:
                self.notices.append(said)
            if fault and fault.kind == "late":
                time.sleep(LATE_S)
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
