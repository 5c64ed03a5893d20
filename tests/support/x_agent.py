"""The agent of X without Kafka: what it says is remembered in order."""

from datetime import UTC, datetime
from functools import partial
from threading import Event, Thread

from agents.ingest.router import Router
from agents.ingest.sources.x.source import XOptions, XSource
from agents.ingest.telemetry import Telemetry
from pipeline.brands import BrandMatcher, Rule
from schemas.brand import Brand, Brands
from support.waiting import until
from support.x_server import HASTY

NOW = partial(datetime.now, UTC)
BRANDS = Brands(brands=(Brand(id="acme", names=("Acme",)), Brand(id="bolt", names=("Bolt",))))
RULE = Rule("Acme -is:nullcast", "acme")


class Recorder:
    """A publisher that remembers, in order, what it was given."""

    def __init__(self):
        self.said = []
        self.gaps = []
        self.safe = True

    def is_safe(self):
        return self.safe

    def refuses(self, _mention):
        return False

    def close(self, _grace_s):
        return True

    acknowledged = 0

    def publish(self, brand_id, mention):
        self.said.append((brand_id, mention.id))

    def gap(self, gap):
        self.said.append(("gap", gap.cause))
        self.gaps.append(gap)

    def dead_letter(self, letter):
        self.said.append(("dead", letter.reason))

    def forget(self, deletion):
        self.said.append(("gone", deletion.subject))

    def heartbeat(self, watermark):
        self.said.append(("heartbeat", watermark))

    def reach(self, watermark):
        self.reached = watermark
        return True

    def tick(self):
        pass

    @property
    def posts(self):
        return [one for one in self.said if one[0] in {"acme", "bolt"}]


class Agent:
    """The x agent without Kafka."""

    def __init__(
        self,
        server,
        heartbeat_s=3600.0,
        kept=None,
        *,
        recoverer=None,
        connects=None,
        account=None,
        **options,
    ):
        self.publisher = Recorder()
        self.source = XSource(
            "x",
            "secret",
            server.url,
            [RULE],
            now=NOW,
            policy=HASTY,
            options=XOptions(**{"silence_s": 0.5, **options}),
            recoverer=recoverer,
            connects=connects,
            account=account,
        )
        self.router = Router(
            self.source,
            self.publisher,
            BrandMatcher(BRANDS).match,
            telemetry=Telemetry("x"),
            now=NOW,
            positions=kept,
            heartbeat_s=heartbeat_s,
        )
        self.stop = Event()
        self._thread = Thread(target=self.router.run, args=(self.stop,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self._thread.join()
        for reader in self.source._readers:
            reader.join(5)
            assert not reader.is_alive()

    def until(self, reached):
        until(reached, lambda: self.publisher.said, every_s=0.005)


def post(number, tag="tocsin:acme", text="Acme again"):
    rules = [{"id": "1", "tag": tag}] if tag else [{"id": "1"}]
    data = {
        "id": str(1500000000000000000 + number),
        "text": text,
        "author_id": "7",
        "created_at": "2026-01-01T00:00:00.000Z",
    }
    return {"data": data, "matching_rules": rules}


def ids(*numbers, brand="acme"):
    return [(brand, str(1500000000000000000 + number)) for number in numbers]
