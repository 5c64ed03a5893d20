"""A server that behaves like X's filtered stream, and misbehaves on demand."""

import json
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

RULES = "/2/tweets/search/stream/rules"
STREAM = "/2/tweets/search/stream"


class XServer:
    """Serves rules, and for each connection to the stream the next of ``script``.

    A step is a function of the handler. When the script is at its end, connections are held open
    in silence until ``close``.
    """

    def __init__(self) -> None:
        self.rules: list[dict[str, str]] = []
        self.rule_answers: list[tuple[int, dict]] = []
        self.script: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.requests: list[tuple[str, str, dict[str, list[str]], dict[str, str]]] = []
        self.connections = 0
        self.closing = Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = server.note(self)
                if path == RULES:
                    server.answer_rules(self, {"data": server.rules} if server.rules else {})
                    return
                step = server.script.pop(0) if server.script else hold
                server.connections += 1
                step(self)

            def do_POST(self):
                server.note(self)
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.answer_rules(self, server.change_rules(asked))

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._http.x_closing = self.closing
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def note(self, handler) -> str:
        parts = urlsplit(handler.path)
        self.requests.append(
            (handler.command, parts.path, parse_qs(parts.query), dict(handler.headers))
        )
        return parts.path

    def answer_rules(self, handler, body):
        status, body = self.rule_answers.pop(0) if self.rule_answers else (200, body)
        answer(status, body)(handler)

    def change_rules(self, asked):
        if "delete" in asked:
            gone = set(asked["delete"]["ids"])
            self.rules = [rule for rule in self.rules if rule["id"] not in gone]
            return {"meta": {"summary": {"deleted": len(gone)}}}
        added = [
            {"id": str(len(self.requests) * 1000 + number), **rule}
            for number, rule in enumerate(asked["add"])
        ]
        self.rules += added
        return {"data": added}

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
