"""A Slack of our own for tests: real HTTP on a free port, strict about what it is sent.

It keeps channels and messages, checks every payload against Slack's documented rules, and does
what it is told to do wrong: limit rates, fail, hang up before or after it has done the work.
"""

import contextlib
import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl

PINGS = ("<!here", "<!channel", "<!everyone", "<!subteam", "<@", "@here", "@channel", "@everyone")
ROUTED_ELEMENTS = ('"usergroup"', '"user"', '"broadcast"')
BOT = "U0TOCSIN"
LATE_S = 12.0
"""Longer than alerting waits."""


class Fault(NamedTuple):
    """What goes wrong with the next call of ``method`` (any, if empty).

    ``kind``: ``status`` answers so, ``error`` is Slack's ``ok: false``, ``hang_up`` closes the
    connection before the work, ``lose_answer`` after it, ``late`` answers after ``LATE_S``,
    ``garbage`` answers with a web page.
    """

    kind: str
    method: str = ""
    status: int = 200
    error: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class SlackServer:
    """Alive within a ``with`` block. ``channels``: name → id, of which the bot is a member.

    ``clock_s``: from when on messages are dated, a second apart. Whoever runs alerting for real
    hands in the present, as messages are looked for from when alerting said them.
    """

    def __init__(
        self, channels: dict[str, str] | None = None, *, clock_s: float = 1_700_000_000
    ) -> None:
        self.channels = channels or {"nestle-alerts": "C0NESTLE1", "fallback": "C0FALLBK1"}
        self.messages: dict[str, list[dict[str, Any]]] = {i: [] for i in self.channels.values()}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.broken_rules: list[str] = []
        self.faults: deque[Fault] = deque()
        self.answer_s = 0.0
        """How long each answer takes; the work is done at once."""
        self.refusals: dict[str, str] = {}
        """Channel id → the error that every post and every read of it gets."""
        self.broken_updates = ""
        """The error that every change of a message gets, though the message is there."""
        self.unscoped: set[str] = set()
        """Methods that the token's scopes do not allow."""
        self.scopes = [
            "chat:write", "channels:history", "channels:read", "groups:history", "groups:read",
        ]  # fmt: skip
        self.views: list[dict[str, Any]] = []
        """Forms that were shown."""
        self.routed_pings: tuple[str, ...] = ()
        """Whom messages may call, as Slack's text has it."""
        self.expired = False
        """Whether three seconds have passed since a press."""
        self._spent: set[str] = set()
        self.uploads: dict[str, dict[str, Any]] = {}
        """Files by id: their name, what is said of them, their bytes, and where they are shared."""
        self.refuses_bytes = False
        """Whether the place that takes the bytes of files is broken."""
        self.socket_url = ""
        """What Socket Mode is told to connect to."""
        self._lock = threading.Lock()
        self._clock = int(clock_s)

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

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
        self.close()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/api/"

    def roots(self, channel: str = "C0NESTLE1") -> list[dict[str, Any]]:
        """Messages that stand in the channel itself."""
        return [m for m in self.messages[channel] if "thread_ts" not in m]

    def replies(self, channel: str = "C0NESTLE1") -> list[dict[str, Any]]:
        """Return what stands in threads, but for the evidence below each alert."""
        return [m for m in self.messages[channel] if "thread_ts" in m and not _is_evidence(m)]

    def evidence(self, channel: str = "C0NESTLE1") -> list[dict[str, Any]]:
        """Return the replies that hold what alerts rest on."""
        return [m for m in self.messages[channel] if _is_evidence(m)]

    def delete(self, incident: str) -> None:
        """Delete the message of an incident, as a person can."""
        with self._lock:
            for messages in self.messages.values():
                messages[:] = [
                    one
                    for one in messages
                    if "thread_ts" in one
                    or one["metadata"]["event_payload"].get("incident") != incident
                ]

    def methods(self) -> list[str]:
        return [method for method, _ in self.calls]

    def _serve(self, http: BaseHTTPRequestHandler) -> None:
        method = http.path.removeprefix("/api/")
        raw = http.rfile.read(int(http.headers.get("Content-Length", 0)))
        if method.startswith("upload/"):
            self._take_bytes(http, method.removeprefix("upload/"), raw)
            return
        if "json" in http.headers.get("Content-Type", ""):
            arguments = json.loads(raw or b"{}")
        else:
            arguments = dict(parse_qsl(raw.decode()))
        with self._lock:
            self.calls.append((method, arguments))
            fault = self._fault(method)
            if fault and fault.kind == "hang_up":
                http.close_connection = True
                return
            if fault and fault.kind == "status":
                self._answer(http, fault.status, b'{"ok":false}', fault.headers)
                return
            if fault and fault.kind == "garbage":
                self._answer(http, 200, b"<html>sign in to the proxy</html>", ())
                return
            answer = (
                {"ok": False, "error": fault.error} if fault and fault.kind == "error" else None
            )
            answer = answer or self._do(method, arguments)
        if fault and fault.kind == "late":
            time.sleep(LATE_S)
        time.sleep(self.answer_s)
        if fault and fault.kind == "lose_answer":
            http.close_connection = True
            return
        self._answer(http, 200, json.dumps(answer).encode(), ())

    def _fault(self, method: str) -> Fault | None:
        if self.faults and self.faults[0].method in {"", method}:
            return self.faults.popleft()
        return None

    def _answer(
        self,
        http: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        headers: tuple[tuple[str, str], ...],
    ) -> None:
        http.send_response(status)
        http.send_header("Content-Type", "application/json; charset=utf-8")
        http.send_header("X-OAuth-Scopes", ",".join(self.scopes))
        http.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            http.send_header(name, value)
        http.end_headers()
        with contextlib.suppress(ConnectionError):  # whoever asked has given up
            http.wfile.write(body)

    def _do(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if method in self.unscoped:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        channel = str(arguments.get("channel", ""))
        channel = self.channels.get(channel.removeprefix("#"), channel)
        if channel in self.refusals:
            return {"ok": False, "error": self.refusals[channel]}
        if "channel" in arguments and channel not in self.messages:
            return {"ok": False, "error": "channel_not_found"}
        known = {
            "apps.connections.open": self._socket,
            "auth.test": self._auth,
            "users.conversations": self._memberships,
            "views.open": self._open_view,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "files.getUploadURLExternal": self._upload_url,
            "files.completeUploadExternal": self._complete_upload,
        }
        if method not in known:
            return {"ok": False, "error": "unknown_method"}
        return known[method](channel, arguments)

    def _auth(self, _channel: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "user_id": BOT}

    def _socket(self, _channel: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "url": self.socket_url}

    def _open_view(self, _channel: str, arguments: dict[str, Any]) -> dict[str, Any]:
        trigger = arguments["trigger_id"]
        if self.expired:
            return {"ok": False, "error": "expired_trigger_id"}
        if trigger in self._spent:
            return {"ok": False, "error": "exchanged_trigger_id"}
        self._spent.add(trigger)
        self.broken_rules += broken_view(arguments["view"])
        self.views.append(arguments["view"])
        return {"ok": True, "view": arguments["view"]}

    def _upload_url(self, _channel: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if not arguments.get("alt_txt"):
            self.broken_rules.append("a picture that nothing describes")
        file = f"F{len(self.uploads):08}"
        self.uploads[file] = {
            "name": arguments["filename"],
            "length": int(arguments["length"]),
            "alt": arguments.get("alt_txt", ""),
        }
        return {"ok": True, "file_id": file, "upload_url": f"{self.url}upload/{file}"}

    def _take_bytes(self, http: BaseHTTPRequestHandler, file: str, raw: bytes) -> None:
        """Slack takes bytes at another host, by a name that is hard to guess; then so do we."""
        upload = self.uploads.get(file)
        fine = upload is not None and len(raw) == upload["length"] and not self.refuses_bytes
        if upload is not None and fine:
            upload["bytes"] = raw
        self._answer(http, 200 if fine else 500, b"OK" if fine else b"broken", ())

    def _complete_upload(self, _channel: str, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = arguments.get("channel_id", "")
        if channel not in self.messages:
            return {"ok": False, "error": "channel_not_found"}
        done = []
        for one in json.loads(arguments["files"]):
            upload = self.uploads.get(one["id"])
            if upload is None or "bytes" not in upload:
                return {"ok": False, "error": "file_not_found"}
            upload |= {"channel": channel, "thread": arguments.get("thread_ts"), **one}
            done.append({"id": one["id"]})
        return {"ok": True, "files": done}

    def _memberships(self, _channel: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        found = [{"id": i, "name": name} for name, i in self.channels.items()]
        return {"ok": True, "channels": found, "response_metadata": {"next_cursor": ""}}

    def _replies(self, channel: str, arguments: dict[str, Any]) -> dict[str, Any]:
        root = arguments["ts"]
        found = [m for m in self.messages[channel] if root in {m["ts"], m.get("thread_ts")}]
        return {"ok": True, "messages": found, "has_more": False}

    def _post(self, channel: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self._check(arguments)
        if arguments.get("unfurl_links") is not False or arguments.get("unfurl_media") is not False:
            self.broken_rules.append("links would be unfurled")
        self._clock += 1
        message = {
            "ts": f"{self._clock}.000100",
            "text": arguments["text"],
            "blocks": arguments.get("blocks"),
            "metadata": arguments["metadata"],
        }
        thread = arguments.get("thread_ts")
        if thread is not None:
            if not any(m["ts"] == thread for m in self.messages[channel]):
                return {"ok": False, "error": "thread_not_found"}
            message["thread_ts"] = thread
            message["broadcast"] = bool(arguments.get("reply_broadcast"))
        self.messages[channel].append(message)
        return {"ok": True, "channel": channel, "ts": message["ts"]}

    def _update(self, channel: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self._check(arguments)
        if self.broken_updates:
            return {"ok": False, "error": self.broken_updates}
        for message in self.messages[channel]:
            if message["ts"] == arguments["ts"]:
                message["text"] = arguments["text"]
                message["blocks"] = arguments.get("blocks")
                message["metadata"] = arguments["metadata"]
                return {"ok": True, "channel": channel, "ts": message["ts"]}
        return {"ok": False, "error": "message_not_found"}

    def _history(self, channel: str, arguments: dict[str, Any]) -> dict[str, Any]:
        newest_first = [
            m
            for m in reversed(self.messages[channel])
            if ("thread_ts" not in m or m["broadcast"])
            and float(m["ts"]) >= float(arguments.get("oldest", 0))
        ]
        start = int(arguments.get("cursor") or 0)
        end = start + int(arguments["limit"])
        cursor = str(end) if end < len(newest_first) else ""
        page = newest_first[start:end]
        if str(arguments.get("include_all_metadata")) not in {"1", "True", "true"}:
            page = [{**m, "metadata": {"event_type": m["metadata"]["event_type"]}} for m in page]
        return {"ok": True, "messages": page, "response_metadata": {"next_cursor": cursor}}

    def _check(self, arguments: dict[str, Any]) -> None:
        self.broken_rules += broken_rules(arguments, self.routed_pings)


def _is_evidence(message: dict[str, Any]) -> bool:
    event = message.get("metadata") or {}
    return bool(event.get("event_type") == "tocsin_evidence")


WEB_ADDRESS = re.compile(r"https?://[a-z0-9.-]+\.[a-z]{2,}(?:/[!-;=?-~]*)?(?:\?[!-;=?-~]*)?")
"""What may be a link: of the web, in plain ASCII."""


def broken_rules(arguments: dict[str, Any], routed_pings: Iterable[str] = ()) -> list[str]:
    """Return which of Slack's rules, and of ours, a message breaks.

    Block Kit: at most 50 blocks, 150 characters a header, 3,000 a text, 10 fields of 2,000, no
    empty text, 10 elements a context, 75 characters a button, short questions. Ours: nothing that
    pings but who is routed to be called, once and first; no stranger's text in mrkdwn.
    """
    broken = []
    body = json.dumps(arguments, ensure_ascii=False)
    if any(name in body for name in ROUTED_ELEMENTS) and not routed_pings:
        broken.append("calls whom nobody routed")
    for ping in routed_pings:
        if arguments.get("text", "").startswith(ping):
            body = body.replace(ping, "", 1)
    broken += [f"pings: {ping}" for ping in PINGS if ping in body]
    if not arguments.get("text"):
        broken.append("no fallback text")
    if len(arguments.get("text", "")) > 4000:
        broken.append("fallback text too long")
    event = arguments.get("metadata", {})
    if len(json.dumps(event.get("event_payload", {}))) > 8000:
        broken.append("metadata too large")
    if any(isinstance(value, dict | list) for value in event.get("event_payload", {}).values()):
        broken.append("nested metadata")
    blocks = arguments.get("blocks") or []
    if len(blocks) > 50:
        broken.append("more than 50 blocks")
    for block in blocks:
        broken += _broken_block(block)
    return broken


def broken_view(view: dict[str, Any]) -> list[str]:
    """Return which of Slack's rules, and of ours, a modal breaks.

    At most 100 blocks, 24 characters a title or button, 3,000 of private metadata; a button to
    submit it where something is asked; no two blocks with one name. Ours: nothing that pings.
    """
    shown = {name: value for name, value in view.items() if name != "private_metadata"}
    body = json.dumps(shown, ensure_ascii=False)
    broken = [f"pings: {ping}" for ping in PINGS if ping in body]
    for name in ("title", "submit", "close"):
        if name in view:
            broken += _broken_text(view[name], "plain_text", 24)
    if view["type"] != "modal" or "title" not in view or "close" not in view:
        broken.append("modal")
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("callback_id", "")) > 255:
        broken.append("too much to remember")
    if not 1 <= len(view["blocks"]) <= 100:
        broken.append("blocks of a modal")
    asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if asked and "submit" not in view:
        broken.append("nothing to submit it with")
    if len(set(asked)) < len(asked) or any(not 1 <= len(name) <= 255 for name in asked):
        broken.append("names of blocks")
    return broken + [rule for block in view["blocks"] for rule in _broken_in_view(block)]


def _broken_in_view(block: dict[str, Any]) -> list[str]:
    match block["type"]:
        case "divider":
            return []
        case "input":
            return _broken_input(block)
        case "section":
            return _broken_text(block["text"], "plain_text", 3000)
    return _broken_block(block)


def _broken_input(block: dict[str, Any]) -> list[str]:
    broken = _broken_text(block["label"], "plain_text", 2000)
    element = block["element"]
    if element["type"] != "radio_buttons" or not 1 <= len(element["action_id"]) <= 255:
        broken.append("radio buttons")
    if not 1 <= len(element["options"]) <= 10:
        broken.append("options")
    for option in element["options"]:
        broken += _broken_text(option["text"], "plain_text", 75)
        broken += _broken_text(option["description"], "plain_text", 75)
        if not 1 <= len(option["value"]) <= 150:
            broken.append("value of an option")
    return broken


def _broken_block(block: dict[str, Any]) -> list[str]:
    match block["type"]:
        case "header":
            return _broken_text(block["text"], "plain_text", 150)
        case "section":
            fields = block.get("fields", [])
            broken = ["fields"] if not 1 <= len(fields) <= 10 else []
            return broken + [rule for f in fields for rule in _broken_text(f, "mrkdwn", 2000)]
        case "context":
            elements = block["elements"]
            broken = ["context"] if not 1 <= len(elements) <= 10 else []
            return broken + [r for e in elements for r in _broken_text(e, "plain_text", 3000)]
        case "actions":
            elements = block["elements"]
            broken = ["actions"] if not 1 <= len(elements) <= 25 else []
            if sum(element["type"] == "button" for element in elements) > 3:
                broken.append("more than three buttons")
            return broken + [rule for element in elements for rule in _broken_button(element)]
        case "rich_text":
            return [rule for element in block["elements"] for rule in _broken_rich(element)]
    return [f"unknown block {block['type']}"]


def _broken_text(text: dict[str, Any], kind: str, limit: int) -> list[str]:
    broken = [] if text["type"] == kind else [f"{text['type']} where {kind} is due"]
    if not 1 <= len(text["text"]) <= limit:
        broken.append(f"{len(text['text'])} characters in a {kind} of at most {limit}")
    return broken


def _broken_menu(menu: dict[str, Any]) -> list[str]:
    broken = [] if 1 <= len(menu["options"]) <= 5 else ["options of a menu"]
    for option in menu["options"]:
        broken += _broken_text(option["text"], "plain_text", 75)
        if len(option["value"]) > 150:
            broken.append("value of a choice too long")
    return broken


def _broken_button(button: dict[str, Any]) -> list[str]:
    if button["type"] == "overflow":
        return _broken_menu(button)
    broken = _broken_text(button["text"], "plain_text", 75)
    if button["type"] != "button" or not 1 <= len(button["action_id"]) <= 255:
        broken.append("button")
    if len(button["value"]) > 2000:
        broken.append("value of a button too long")
    limits = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
    for name, text in button.get("confirm", {}).items():
        broken += _broken_text(text, "plain_text", limits[name])
    return broken


def _broken_rich(element: dict[str, Any]) -> list[str]:  # noqa: PLR0911 - one for each kind
    match element["type"]:
        case "rich_text_section" | "rich_text_quote" | "rich_text_list" | "rich_text_preformatted":
            if not element["elements"]:
                return [f"empty {element['type']}"]
            return [rule for inner in element["elements"] for rule in _broken_rich(inner)]
        case "text":
            return [] if 1 <= len(element["text"]) <= 3000 else ["rich text empty or too long"]
        case "link":
            fine = WEB_ADDRESS.fullmatch(element["url"]) and element["text"]
            return [] if fine else ["a link that is none of the web's"]
        case "date":
            fine = isinstance(element["timestamp"], int) and element["format"]
            return [] if fine and element["fallback"] else ["a date that says nothing"]
        case "usergroup" | "user" | "broadcast":
            return _broken_call(element)
    return [f"unknown element {element['type']}"]


def _broken_call(element: dict[str, Any]) -> list[str]:
    fine = {
        "usergroup": str(element.get("usergroup_id", "")).startswith("S"),
        "user": str(element.get("user_id", "")).startswith(("U", "W")),
        "broadcast": element.get("range") in {"here", "channel", "everyone"},
    }
    return [] if fine[element["type"]] else ["an element that calls nobody"]
