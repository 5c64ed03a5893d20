"""A harness for each source. To add a source, write its harness and put it into ``HARNESSES``."""

import csv
import gzip
import io
import math
import os
import re
import sys
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Thread
from time import monotonic, time
from types import ModuleType

from agents.ingest.formats import Portions, open_mentions
from agents.ingest.formats.neutral import line
from agents.ingest.sources.bluesky.source import BlueskySource
from agents.ingest.sources.follow.drop import DropFolder
from agents.ingest.sources.follow.growing import GrowingFile
from agents.ingest.sources.http.source import HttpSource
from agents.ingest.sources.mastodon.source import MastodonSource, Options
from agents.ingest.sources.mastodon.streams import streams
from agents.ingest.sources.replay.source import ReplaySource
from agents.ingest.sources.rss.entries import feed_name
from agents.ingest.sources.rss.feed import Timing
from agents.ingest.sources.rss.source import RssSource
from agents.ingest.sources.simulate.source import SimulateSource
from agents.ingest.sources.stdin.source import StdinSource
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.owned import OwnedSource
from agents.ingest.sources.x.source import XSource
from contracts.sources.harness import T0, Harness, post, posts
from lab.simulate import simulate
from pipeline.brands import Rule
from schemas.brand import Brand
from support.feed_server import FeedServer, item
from support.jetstream_server import HASTY as HASTY_BLUESKY
from support.jetstream_server import JetstreamServer, identity, now_us, uri
from support.jetstream_server import post as frame
from support.mastodon_server import HASTY as HASTY_MASTODON
from support.mastodon_server import TOKEN, MastodonServer, status
from support.mastodon_server import frame as mastodon_frame
from support.webhook_sender import send
from support.x_server import HASTY, XServer, answer, stream
from support.x_world import Answer, XPost

PAGE = Path(__file__).parents[3] / "docs" / "develop" / "adding-a-source.md"


class JsonLines(Harness):
    """Replay of a file in the neutral form."""

    bad_line = b'{"id": 1}\n'
    bad_reason = "invalid"
    suffix = "jsonl"

    @property
    def file(self) -> Path:
        return self.directory / f"recorded.{self.suffix}"

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):
        found = posts(first + then, apart_s=apart_s)
        lines = [line(one) for one in found]
        if bad:
            lines.insert(1, self.bad_line)
        self.write(b"".join(lines))
        return [one.id for one in found]

    def write(self, raw):
        self.file.write_bytes(raw)

    def source(self, *, speed=math.inf, clock_s=monotonic):
        return ReplaySource(self.name, [self.file], speed=speed, clock_s=clock_s)

    def origin_of_bad_line(self):
        return f"{self.file}:2"


class Gzip(JsonLines):
    """Replay of the same, compressed."""

    suffix = "jsonl.gz"

    def write(self, raw):
        self.file.write_bytes(gzip.compress(raw))


class Csv(JsonLines):
    """Replay of a table, by a mapping."""

    bad_line = b"7,yesterday,Acme,a\n"
    bad_reason = "invalid"
    suffix = "csv"
    mapping = "format: csv\nid: id\ncreated_at: at\ntext: text\nauthor: {id: who}\n"

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):
        found = posts(first + then, apart_s=apart_s)
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["id", "at", "text", "who"])
        rows.writerows(
            [one.id, one.created_at.isoformat(), one.text, one.author.id] for one in found
        )
        lines = text.getvalue().encode().splitlines(keepends=True)
        if bad:
            lines.insert(2, self.bad_line)
        self.write(b"".join(lines))
        return [one.id for one in found]

    def source(self, *, speed=math.inf, clock_s=monotonic):
        mapping = self.directory / "mapping.yaml"
        mapping.write_text(self.mapping)
        return ReplaySource(self.name, [self.file], mapping=mapping, speed=speed, clock_s=clock_s)

    def origin_of_bad_line(self):
        return f"{self.file}:3"


class Simulation(Harness):
    """A scenario of the laboratory, of which the first posts are said."""

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):
        assert not bad, "nothing that is made up is unreadable"
        self._count, self._per_hour = first + then, 3600 / apart_s
        return [one.id for one in self._mentions()]

    def _mentions(self):
        brand = Brand(id="acme", names=("Acme",))
        made_up = simulate(
            "quiet", seed=1, brand=brand, start=T0, mentions_per_hour=self._per_hour, days=30
        )
        return islice(made_up, self._count)

    def source(self, *, speed=math.inf, clock_s=monotonic):
        return SimulateSource(self.name, self._mentions(), speed=speed, clock_s=clock_s)


class X(Harness):
    """The filtered stream of X, from a server of our own."""

    live = True
    rereads = False
    bad_line = b'{"data": {\r\n'
    _RULE = Rule("Acme", "acme")

    def __init__(self, directory, name):
        super().__init__(directory, name)
        self.server = XServer()

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):  # noqa: ARG002 - it has its own time
        lines = [self._post(number) for number in range(first + then)]
        ids = [one["data"]["id"] for one in lines]
        if bad:
            lines.insert(1, self.bad_line)
            first += 1
        self.server.script = [
            stream(*lines[:first], then="keep-alive"),
            stream(*lines[first:], then="keep-alive"),
        ]
        return ids

    def _post(self, number):
        data = {
            "id": str(1_500_000_000_000_000_000 + number),
            "text": "Acme again",
            "author_id": "7",
            "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        return {"data": data, "matching_rules": [{"id": "1", "tag": "acme"}]}

    def source(self, *, speed=math.inf, clock_s=monotonic):  # noqa: ARG002 - it has its own speed
        return XSource(
            self.name, "secret", self.server.url, [self._RULE],
            policy=HASTY, clock_s=clock_s,
        )  # fmt: skip

    def origin_of_bad_line(self):
        return f"{self.name}:2"

    def fall_silent(self):
        self.server.script = [answer(503, {})] * 100_000
        return "http 503"

    def speak_again(self):
        self.server.script = [stream(then="keep-alive")]

    def close(self):
        self.server.close()


class Bluesky(Harness):
    """Jetstream, from a server of our own that keeps what it has said."""

    live = True
    bad_line = b'{"did": '

    def __init__(self, directory, name):
        super().__init__(directory, name)
        self.server = JetstreamServer()

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):  # noqa: ARG002 - it has its own time
        began_us = now_us() - 1_000_000
        frames = [frame(began_us + number, number) for number in range(first + then)]
        if bad:
            frames.insert(1, self.bad_line)
        self.server.add(*frames)
        return [uri(number) for number in range(first + then)]

    def source(self, *, speed=math.inf, clock_s=monotonic):  # noqa: ARG002 - it has its own speed
        return BlueskySource(
            self.name, [self.server.url], lambda mention: "Acme" in mention.text,
            policy=HASTY_BLUESKY, clock_s=clock_s,
        )  # fmt: skip

    def origin_of_bad_line(self):
        return f"{self.name}:2"

    def fall_silent(self):
        self.server.status = 503
        return "http 503"

    def speak_again(self):
        self.server.status = 0
        self.server.add(identity(now_us()))

    def close(self):
        self.server.close()


class Mastodon(Harness):
    """An instance of Mastodon of our own: what it says to a later run is in its timeline, too."""

    live = True
    bad_line = b'{"stream": '

    def __init__(self, directory, name):
        super().__init__(directory, name)
        self.server = MastodonServer()

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):  # noqa: ARG002 - it has its own time
        said = [status(number) for number in range(first + then)]
        self.server.timeline = list(said)
        frames = [mastodon_frame("update", one) for one in said]
        if bad:
            frames.insert(1, self.bad_line)
            first += 1
        self.server.waiting = [frames[:first], frames[first:]]
        return [self.server.id_of(one) for one in said]

    def source(self, *, speed=math.inf, clock_s=monotonic):  # noqa: ARG002 - it has its own speed
        return MastodonSource(
            self.name, self.server.url, lambda: TOKEN, streams(),
            lambda mention: "Acme" in mention.text,
            options=Options(ping_s=0.05), policy=HASTY_MASTODON, clock_s=clock_s,
        )  # fmt: skip

    def origin_of_bad_line(self):
        return f"{self.name}:2"

    def fall_silent(self):
        self.server.status = 503
        return "http 503"

    def speak_again(self):
        self.server.status = 0

    def close(self):
        self.server.close()


def _written(count, bad_line=None):
    """Posts of now in the neutral form, a line each; the bad line comes second."""
    said = [post(number, datetime.now(UTC)) for number in range(count)]
    lines = [line(one) for one in said]
    if bad_line is not None:
        lines.insert(1, bad_line)
    return lines, [one.id for one in said]


class Growing(Harness):
    """A file that grows."""

    live = True
    bad_line = b'{"id": 1}\n'
    bad_reason = "invalid"

    @property
    def file(self) -> Path:
        return self.directory / "growing.jsonl"

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):  # noqa: ARG002 - it has its own time
        lines, ids = _written(first + then, self.bad_line if bad else None)
        self.file.write_bytes(b"".join(lines))
        return ids

    def source(self, *, speed=math.inf, clock_s=monotonic):  # noqa: ARG002 - it has its own speed
        return GrowingFile(self.name, self.file, lambda: Portions(str(self.file)), clock_s=clock_s)

    def origin_of_bad_line(self):
        return f"{self.file}:2"

    def fall_silent(self):
        return "No such file or directory"

    def speak_again(self):
        self.file.touch()


class Drop(Growing):
    """A folder into which files are moved."""

    @property
    def file(self) -> Path:
        return self.directory / "incoming" / "0001.jsonl"

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):
        self.file.parent.mkdir()
        return super().fill(first, then, apart_s=apart_s, bad=bad)

    def source(self, *, speed=math.inf, clock_s=monotonic):  # noqa: ARG002 - it has its own speed
        return DropFolder(
            self.name, self.file.parent, lambda file: open_mentions([file]),
            settle_s=0, clock_s=clock_s,
        )  # fmt: skip

    def speak_again(self):
        self.file.parent.mkdir()


class Stdin(Harness):
    """A pipe, into which each run of another program writes."""

    live = True
    rereads = False
    can_be_silent = False
    bad_line = b'{"id": 1}\n'
    bad_reason = "invalid"
    _ends = ()

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):  # noqa: ARG002 - it has its own time
        lines, ids = _written(first + then, self.bad_line if bad else None)
        first += bad
        self._runs = [lines[:first], lines[first:]]
        return ids

    def source(self, *, speed=math.inf, clock_s=monotonic):  # noqa: ARG002 - a pipe has no clock
        self._ends = reading, writing = os.pipe()
        os.write(writing, b"".join(self._runs.pop(0)))
        return StdinSource(self.name, reading, Portions("stdin"))

    def origin_of_bad_line(self):
        return "stdin:2"

    def close(self):
        for end in self._ends:
            os.close(end)


class Http(Stdin):
    """Signed requests that others send, one for each run of the source."""

    bad_reason = "invalid"
    _KEY = b"a-key"

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):
        self._senders = []
        return super().fill(first, then, apart_s=apart_s, bad=bad)

    def source(self, *, speed=math.inf, clock_s=monotonic):  # noqa: ARG002 - it has its own speed
        source = HttpSource(
            self.name,
            "127.0.0.1",
            0,
            lambda: self._KEY,
            lambda _: Portions("body"),
            clock_s=clock_s,
        )
        body = b"".join(self._runs.pop(0))
        opened = source.open

        def open_(resume):
            opened(resume)
            sender = Thread(target=send, args=(source.desk.port, self._KEY, body))
            sender.start()
            self._senders.append(sender)

        source.open = open_
        return source

    def origin_of_bad_line(self):
        return "body:2"

    def close(self):
        for sender in self._senders:
            sender.join()


class Rss(Harness):
    """A feed, from a server of our own."""

    live = True

    def __init__(self, directory, name):
        super().__init__(directory, name)
        self.server = FeedServer()

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):  # noqa: ARG002 - it has its own time
        assert not bad, "what is no feed is a feed that is not heard"
        self.server.items = [item(number) for number in range(first + then)]
        return [f"{feed_name(self.server.url)}#{number}" for number in range(first + then)]

    def source(self, *, speed=math.inf, clock_s=monotonic):  # noqa: ARG002 - it has its own speed
        return RssSource(
            self.name, [self.server.url],
            timing=Timing(interval_s=0.05), allow_private=True, clock_s=clock_s,
        )  # fmt: skip

    def fall_silent(self):
        self.server.status = 503
        return "http 503"

    def speak_again(self):
        self.server.status = 200

    def close(self):
        self.server.close()


class XMentions(Harness):
    """What mentions an account at X, from a server of our own."""

    live = True

    def __init__(self, directory, name):
        super().__init__(directory, name)
        self.server = XServer()

    def fill(self, first, then=0, *, apart_s=1.0, bad=False):  # noqa: ARG002 - all of it is there
        assert not bad, "X lists posts, and a page that is none is an X that is not heard"
        begun_s = time() + 30.0  # a first run begins with the present, however slow the machine is
        posts = [XPost(str(1 + n), begun_s + n / 1000) for n in range(first + then)]
        self.server.world.posts = posts
        return [post.id for post in posts]

    def source(self, *, speed=math.inf, clock_s=monotonic):  # noqa: ARG002 - it has its own speed
        return OwnedSource(
            self.name, "7", lambda: "secret", self.server.url,
            account=Account(), interval_s=0.05, clock_s=clock_s,
        )  # fmt: skip

    def fall_silent(self):
        self.server.world.broken = Answer(503, {"title": "Service Unavailable"})
        return "Service Unavailable"

    def speak_again(self):
        self.server.world.broken = None

    def close(self):
        self.server.close()


def _from_page() -> dict[str, ModuleType]:
    """The modules of the example in ``adding-a-source.md``, as if they were where it puts them."""
    written = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    names = ("agents.ingest.sources.folder.source", "agents.cli.ingest_folder", "folder")
    modules = {name: ModuleType(name) for name in names}
    for (name, module), code in zip(modules.items(), written, strict=True):
        exec(compile(code, f"{PAGE}: {name}", "exec"), module.__dict__)  # noqa: S102
        sys.modules[name] = module
    return modules


EXAMPLE = _from_page()

HARNESSES: list[type[Harness]] = [
    JsonLines,
    Gzip,
    Csv,
    Simulation,
    X,
    Bluesky,
    Mastodon,
    Rss,
    XMentions,
    Growing,
    Drop,
    Stdin,
    Http,
    EXAMPLE["folder"].Folder,
]
