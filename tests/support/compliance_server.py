"""X's batch compliance jobs, and the place where ids and results lie, as one server.

What it keeps to: one job at a time; states created, in progress (once the ids are there), complete;
a token for the API and none for the signed addresses; results only of posts that are gone.
"""

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

JOBS = "/2/compliance/jobs"
TOKEN = "a-token-of-nobody"  # noqa: S105 - of nobody


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = self.path.partition("?")[0].removeprefix(JOBS).strip("/")
        if self.path.startswith("/storage/"):
            self.answer(200, self.server.compliance.results(self.path.rsplit("/", 1)[-1]))
        elif self.is_let_in():
            jobs = self.server.compliance
            told = jobs.job(parts) if parts else jobs.jobs
            self.answer(200, json.dumps({"data": told}).encode())

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.is_let_in():
            self.answer(*self.server.compliance.create(asked))

    def do_PUT(self) -> None:
        assert self.headers["Content-Type"] == "text/plain"
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.compliance.take(self.path.rsplit("/", 1)[-1], raw.decode())
        self.answer(200, b"")

    def is_let_in(self) -> bool:
        if self.server.compliance.refuses:
            self.answer(self.server.compliance.refuses, b'{"title": "Unavailable"}')
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.answer(401, b'{"title": "Unauthorized"}')
        else:
            return True
        return False

    def answer(self, status: int, raw: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


class ComplianceServer:
    """Looks up ids among ``gone``, by id why. ``asks``: so many questions until a job is complete.

    ``refuses`` answers everything of the API; ``ends`` is the state in which a job ends;
    ``storage`` is where ids and results lie, if not here.
    """

    def __init__(self, gone: Mapping[str, str]) -> None:
        self.gone = dict(gone)
        self.asks = 1
        self.refuses = 0
        self.ends = "complete"
        self.storage = ""
        self.jobs: list[dict[str, Any]] = []
        self.ids: dict[str, list[str]] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.compliance = self
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def create(self, asked: Mapping[str, str]) -> tuple[int, bytes]:
        if any(job["status"] in ("created", "in_progress") for job in self.jobs):
            return 400, b'{"title": "Invalid Request", "detail": "a job is running"}'
        number = str(1_372_966_999_991_541_762 + len(self.jobs))
        storage = self.storage or f"{self.url}/storage"
        job = {
            "id": number,
            "type": asked["type"],
            "name": asked.get("name", ""),
            "status": "created",
            "upload_url": f"{storage}/{number}",
            "download_url": f"{storage}/{number}",
        }
        self.jobs.append(job)
        return 200, json.dumps({"data": job}).encode()

    def take(self, number: str, ids: str) -> None:
        self.ids[number] = ids.split()
        self._job(number)["status"] = "in_progress"

    def job(self, number: str) -> dict[str, Any]:
        """A question whether it is done."""
        job = self._job(number)
        if job["status"] == "in_progress":
            self.asks -= 1
            if self.asks < 0:
                job["status"] = self.ends
        return job

    def results(self, number: str) -> bytes:
        found = [
            {"id": one, "action": "delete", "reason": self.gone[one], "created_at": "…"}
            for one in self.ids[number]
            if one in self.gone
        ]
        return "".join(f"{json.dumps(one)}\n" for one in found).encode()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _job(self, number: str) -> dict[str, Any]:
        return next(job for job in self.jobs if job["id"] == number)
