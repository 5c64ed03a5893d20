"""A server of one RSS feed, which misbehaves on demand."""

from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from xml.sax.saxutils import escape


def item(
    number: int, text: str = "Acme again", *, at: datetime | str | None = "now", guid: str = ""
) -> str:
    """An entry; ``at`` is what it says of its time, an empty text says nothing."""
    at = datetime.now(UTC) if at == "now" else at
    written = format_datetime(at) if isinstance(at, datetime) else at
    date = f"<pubDate>{escape(written)}</pubDate>" if written else ""
    name = f'<guid isPermaLink="false">{escape(guid or str(number))}</guid>'
    link = f"<link>https://news.example/{number}</link>"
    return f"<item><title>{escape(text)}</title>{name}{link}{date}</item>"


class FeedServer:
    """Serves ``items``, newest first, or whatever ``body`` is set to.

    ``status`` and ``headers`` are those of each answer, of which one without an error bears an ETag
    and is 304 where that is known. ``slow_s`` is waited before it. ``asked`` holds the headers of
    each request.
    """

    def __init__(self) -> None:
        self.items: list[str] = []
        self.body: bytes | None = None
        self.status = 200
        self.headers: dict[str, str] = {}
        self.slow_s = 0.0
        self.asked: list[dict[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked.append(dict(self.headers))
                sleep(server.slow_s)
                body = server.document() if server.status == 200 else b""
                etag = f'"{sha256(body).hexdigest()}"'
                is_known = server.status == 200 and self.headers.get("If-None-Match") == etag
                self.send_response(304 if is_known else server.status)
                headers = {"ETag": etag, "Content-Type": "application/rss+xml", **server.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"" if is_known else body)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._http.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed"

    def document(self) -> bytes:
        if self.body is not None:
            return self.body
        items = "".join(reversed(self.items))
        head = '<?xml version="1.0"?><rss version="2.0"><channel><language>en</language>'
        return f"{head}{items}</channel></rss>".encode()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
