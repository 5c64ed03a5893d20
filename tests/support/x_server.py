"""A server that behaves like X's filtered stream, and misbehaves on demand."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

from agents.ingest.sources.x.connection import Policy
from support.x_world import Answer, XWorld

HASTY = Policy(
    tcp_step_s=0.01, tcp_most_s=0.01, http_first_s=0.01, http_most_s=0.01, limited_first_s=0.01,
    limited_most_s=0.01, occupied_s=0.01, refused_s=0.01, hopeless_s=0.01, unpaid_s=0.01,
    rules_s=0.01,
    burst=100_000, refill_s=0.0,
)  # fmt: skip
"""Asks again at once, so that a test need not wait for it."""

RULES = "/2/tweets/search/stream/rules"
STREAM = "/2/tweets/search/stream"
SEARCH = "/2/tweets/search/recent"
USAGE = "/2/usage/tweets"
COUNTS = "/2/tweets/counts/recent"


class XServer:
    """Serves an ``XWorld``: its rules, its search, and for each connection to the stream the next
    of ``script``, if the world lets it in.

    A step is a function of the handler. When the script is at its end, connections are held open
    in silence until ``close``. ``streams`` holds the headers and parameters of each connection.
    """

    def __init__(self, world: XWorld | None = None) -> None:
        self.world = world or XWorld()
        self.rule_answers: list[tuple[int, dict]] = []
        self.script: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.requests: list[tuple[str, str, dict[str, list[str]], dict[str, str]]] = []
        self.connections = 0
        self.closing = Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path, query = server.note(self)
                if path == RULES:
                    rules = server.world.rules
                    server.answer_rules(self, Answer(200, {"data": rules} if rules else {}))
                elif path == SEARCH:
                    answer(*server.search(query))(self)
                elif path.startswith("/2/users/") and path.endswith("/mentions"):
                    answer(*server.mentions(query))(self)
                elif path == COUNTS:
                    answer(*server.counts(query))(self)
                elif path == USAGE:
                    answer(*server.world.usage())(self)
                else:
                    server.stream(self)

            def do_POST(self):
                _, query = server.note(self)
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                told = server.world.change_rules(asked, dry_run="dry_run" in query)
                server.answer_rules(self, told)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._http.x_closing = self.closing
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def rules(self) -> list[dict[str, str]]:
        return self.world.rules

    @rules.setter
    def rules(self, rules: list[dict[str, str]]) -> None:
        self.world.rules = rules

    @property
    def streams(self) -> list[tuple[dict[str, list[str]], dict[str, str]]]:
        return [(query, headers) for _, path, query, headers in self.requests if path == STREAM]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def note(self, handler) -> tuple[str, dict[str, list[str]]]:
        parts = urlsplit(handler.path)
        query = parse_qs(parts.query)
        self.requests.append((handler.command, parts.path, query, dict(handler.headers)))
        return parts.path, query

    def answer_rules(self, handler, told: Answer):
        if self.rule_answers:
            told = Answer(*self.rule_answers.pop(0))
        answer(*told)(handler)

    def search(self, query) -> Answer:
        start_s, end_s = (
            datetime.fromisoformat(query[name][0]).timestamp()
            for name in ("start_time", "end_time")
        )
        token = query.get("next_token", [""])[0]
        return self.world.search(start_s, end_s, token, time.time())

    def mentions(self, query) -> Answer:
        if self.world.broken is not None:
            return self.world.broken
        start = query.get("start_time")
        start_s = datetime.fromisoformat(start[0]).timestamp() if start else 0.0
        return self.world.mentions(
            start_s, query.get("since_id", [""])[0], query.get("pagination_token", [""])[0]
        )

    def counts(self, query) -> Answer:
        now_s = time.time()
        start_s, end_s = (
            datetime.fromisoformat(query[name][0]).timestamp() if name in query else other_s
            for name, other_s in (("start_time", now_s - 7 * 86_400), ("end_time", now_s))
        )
        return self.world.counts(start_s, end_s)

    def stream(self, handler) -> None:
        told = self.world.connect(time.time())
        if told.status != 200:
            answer(*told)(handler)
            return
        handler.x_headers = told.headers
        handler.x_expansions = self.streams[-1][0].get("expansions", [""])[0].split(",")
        handler.x_world = self.world
        step = self.script.pop(0) if self.script else hold
        self.connections += 1
        try:
            step(handler)
        finally:
            self.world.leave()

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def answer(status, body, headers=None):
    """A step: one plain answer."""

    def step(handler):
        raw = json.dumps(body).encode()
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(raw)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

    return step


def stream(*lines, then="close"):
    """A step: lines, and what comes then.

    A clean ``close``, a ``drop`` in the middle of a chunk, silence (``hold``), or a ``keep-alive``
    ten times a second for as long as somebody listens.
    """

    def step(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        for name, value in getattr(handler, "x_headers", {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        for line in lines:
            raw = line if isinstance(line, bytes) else json.dumps(line).encode() + b"\r\n"
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(raw), raw))
            handler.wfile.flush()
        if then == "hold":
            handler.server.x_closing.wait(30)
        if then == "keep-alive":
            with suppress(OSError):  # nobody listens any more
                while not handler.server.x_closing.wait(0.1):
                    handler.wfile.write(b"2\r\n\r\n\r\n")
            handler.close_connection = True
            return
        if then == "drop":
            handler.wfile.write(b"100\r\n{")
        else:
            handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    return step


hold = stream(then="hold")


def talk(posts, *, per_s):
    """A step: posts of the world, as its rules let them through, while somebody listens."""

    def step(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.close_connection = True
        with suppress(OSError):  # nobody listens any more
            for post in posts:
                if handler.server.x_closing.wait(1 / per_s):
                    return
                raw = handler.x_world.line(post, handler.x_expansions, time.time()) or b""
                handler.wfile.write(b"%x\r\n%s\r\n\r\n" % (len(raw) + 2, raw))

    return step
