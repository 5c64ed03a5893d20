"""Load that is told exactly: a stream of X, and batches as an ingest agent of one's own."""

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Self

from kafka import KafkaProducer

from agents.kafka.clients import KafkaClients
from schemas.codec import encode
from schemas.mention import ALL_BRANDS, Author, Mention, MentionBatch
from schemas.topics import MENTIONS
from support.x_server import XServer

AGAIN_S = 20.0
"""A new connection gets the posts of so long before, as X's backfill gives them: an ingest agent
that is killed has not lost what it was just being sent."""

KEEP_ALIVE_S = 1.0
TEXTS = (
    "{} again, third time this week",
    "is {} down for anyone else?",
    "I like what {} did there",
    "never buying {} again",
    "{} 🎉",
)
Said = list[tuple[str, datetime]]
"""Brand and time of each post."""


class LiveX:
    """X's filtered stream, alive within a ``with`` block: ``per_s`` posts over the brands.

    Run ``ingest x`` with a ``--delay-s`` beyond ``AGAIN_S``.
    """

    def __init__(self, brands: Mapping[str, str], per_s: float, chance: random.Random) -> None:
        self.said: Said = []
        self._posts: list[tuple[float, bytes]] = []
        self._brands = sorted(brands.items())
        self._per_s = per_s
        self._chance = chance
        self._talking = threading.Event()
        self._talker = threading.Thread(target=self._talk, daemon=True)
        self._server = _Server(self._stream)

    @property
    def url(self) -> str:
        return self._server.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.fall_silent()
        self._server.close()

    @property
    def is_heard(self) -> bool:
        """Whether anybody has listened yet."""
        return self._server.connections > 0

    def begin(self) -> None:
        """Let people talk."""
        self._talking.set()
        self._talker.start()

    def fall_silent(self) -> None:
        """Nobody says anything any more; the stream stays open."""
        self._talking.clear()
        if self._talker.is_alive():
            self._talker.join()

    def _talk(self) -> None:
        number = 0
        while self._talking.is_set():
            number += 1
            brand, word = self._chance.choice(self._brands)
            now = datetime.now(UTC)
            ms = now.microsecond // 1000
            at = now.replace(microsecond=ms * 1000)
            post = {
                "data": {
                    "id": str(1_900_000_000_000_000_000 + number),
                    "text": self._chance.choice(TEXTS).format(word),
                    "author_id": str(self._chance.randrange(5_000)),
                    "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.{ms:03d}Z",
                    "lang": "en",
                },
                "matching_rules": [{"id": "1", "tag": brand}],
            }  # fmt: skip
            self.said.append((brand, at))
            self._posts.append((time.monotonic(), json.dumps(post).encode() + b"\r\n"))
            time.sleep(self._chance.expovariate(self._per_s))

    def _stream(self, handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        since_s = time.monotonic() - AGAIN_S
        place = sum(1 for at_s, _ in self._posts if at_s < since_s)
        alive_s = time.monotonic()
        while not handler.server.x_closing.is_set():
            raw = b"".join(one for _, one in self._posts[place : place + 500])
            place = min(place + 500, len(self._posts))
            if not raw and time.monotonic() - alive_s > KEEP_ALIVE_S:
                raw = b"\r\n"
            if raw:
                alive_s = time.monotonic()
                try:
                    handler.wfile.write(b"%x\r\n%s\r\n" % (len(raw), raw))
                    handler.wfile.flush()
                except ConnectionError:
                    break  # whoever listened was killed
            time.sleep(0.05)
        handler.close_connection = True


class _Server(XServer):
    """An ``XServer`` with one step for every connection."""

    def __init__(self, step: Callable) -> None:
        self._step = step
        super().__init__()

    @property
    def script(self) -> list[Callable]:
        return [self._step]

    @script.setter
    def script(self, _steps: list[Callable]) -> None:
        """Whatever was asked for, it is the one step."""


class Batches:
    """An ingest agent of one's own, to say what a real one would not: any times, any values."""

    def __init__(self, bootstrap: str, source: str, partitions: int) -> None:
        self.said: Said = []
        self.source = source
        self._partitions = partitions
        self._producer: KafkaProducer = KafkaClients(bootstrap).producer()
        self._seq = 0

    def say(
        self,
        brand: str,
        times: list[datetime],
        *,
        watermark: datetime,
        authors: list[str] | None = None,
    ) -> None:
        """Publish posts of one brand in one batch."""
        mentions = []
        for place, at in enumerate(times):
            self._seq += 1
            author = authors[place] if authors else f"{self.source}-{self._seq % 997}"
            mentions.append(
                Mention(
                    id=f"{self.source}-{self._seq}",
                    created_at=at,
                    text=TEXTS[self._seq % len(TEXTS)].format(brand),
                    author=Author(id=author, handle=author, followers=self._seq % 1000),
                    lang="en",
                )
            )
            self.said.append((brand, at))
        batch = MentionBatch(
            brand=brand,
            source=self.source,
            seq=self._seq,
            watermark=watermark,
            mentions=tuple(mentions),
        )
        self._producer.send(MENTIONS.name, key=brand.encode(), value=encode(batch))

    def beat(self, watermark: datetime) -> None:
        """Say to every partition: nothing older comes."""
        for partition in range(self._partitions):
            self._seq += 1
            batch = MentionBatch(
                brand=ALL_BRANDS, source=self.source, seq=self._seq, watermark=watermark
            )
            key = ALL_BRANDS.encode()
            self._producer.send(MENTIONS.name, key=key, value=encode(batch), partition=partition)

    def raw(self, topic: str, key: bytes, value: bytes) -> None:
        """Publish any record."""
        self._producer.send(topic, key=key, value=value)

    def flush(self) -> None:
        """Wait until Kafka has it all."""
        self._producer.flush(60)

    def close(self) -> None:
        self._producer.close(timeout=60)


class Talk:
    """Talks through ``Batches`` from a thread of its own, at real time, within a ``with`` block.

    ``ahead_s``: by how much its clock is wrong.
    """

    def __init__(
        self, batches: Batches, brands: list[str], *, per_s: float, ahead_s: float = 0.0
    ) -> None:
        self._batches = batches
        self._brands = brands
        self._per_s = per_s
        self._ahead = timedelta(seconds=ahead_s)
        self._talks = True
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def fall_silent(self) -> None:
        """Only heartbeats from now on."""
        self._talks = False

    def _run(self) -> None:
        step_s, owed, turn = 0.25, 0.0, 0
        before = datetime.now(UTC) + self._ahead
        while not self._stop.wait(step_s):
            now = datetime.now(UTC) + self._ahead
            owed += self._per_s * step_s
            turn += 1
            for brand in self._brands if self._talks else []:
                count = int(owed / len(self._brands)) + 1
                times = [before + (now - before) * place / count for place in range(count)]
                self._batches.say(brand, times, watermark=before)
            owed = 0.0
            if turn % 4 == 0:
                self._batches.beat(before)
            before = now
