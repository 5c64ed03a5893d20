"""Live and an archive with a post of 2036, in processes: every live mention counts."""

import time
from pathlib import Path

import pytest
from kafka import KafkaProducer

from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.dead_letter import DeadLetter
from schemas.topics import BUCKETS, DEAD_LETTERS, MENTIONS
from support.processes import collect, tocsin
from support.rolling import T0, mention, raw
from support.waiting import PATIENCE_S

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

LIVE = 46
FUTURE_S = 800_000_000
"""Beyond ``T0``, in 2035."""


def say(broker: EmbeddedBroker, *records: bytes) -> None:
    producer = KafkaProducer(
        bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API, acks="all"
    )
    for record in records:
        producer.send(MENTIONS.name, key=b"nestle", value=record)
    producer.close()


def counted(buckets: list[Bucket]) -> int:
    """Mentions, each bucket once, whatever copies of it a restart made."""
    return sum({(one.brand, one.start): one.mentions for one in buckets}.values())


def test_an_archive_with_a_post_of_2036_takes_nothing_from_what_is_live(
    embedded_broker: EmbeddedBroker, tmp_path: Path
) -> None:
    brands = tmp_path / "brands.yaml"
    brands.write_text("brands:\n  - id: nestle\n    names: [Nestlé]\n", encoding="utf-8")
    archive = tmp_path / "archive.jsonl"
    told = [mention("a", 0, "Nestlé"), mention("b", FUTURE_S, "Nestlé"), mention("c", 9, "Nestlé")]
    archive.write_bytes(b"".join(encode(one) + b"\n" for one in told))
    began_s = time.time() - T0 - 300
    live = [
        raw(mention(f"live{number}", began_s + number * 5), to=began_s + number * 5, source="x")
        for number in range(LIVE)
    ]
    with tocsin(embedded_broker, "worker", "--brands", str(brands)):
        say(embedded_broker, *live[:23])
        collect(embedded_broker, BUCKETS.name, Decoder(Bucket), lambda seen: counted(seen) >= 18)
        with tocsin(
            embedded_broker, "ingest", "replay", str(archive), "--brands", str(brands)
        ) as one:
            printed, _ = one.communicate(timeout=PATIENCE_S)
        # Somebody without Tocsin's own door.
        say(embedded_broker, raw(mention("d", FUTURE_S), to=FUTURE_S, source="old"))
        letters = collect(
            embedded_broker, DEAD_LETTERS.name, Decoder(DeadLetter), lambda seen: len(seen) >= 3
        )
    assert one.returncode == 0, printed
    assert "1 dated in the future" in printed
    assert sorted({letter.reason for letter in letters}) == ["ahead_of_time", "replay_beside_live"]
    with tocsin(embedded_broker, "worker", "--brands", str(brands)):
        say(embedded_broker, *live[23:], raw(to=began_s + 290, source="x"))
        buckets = collect(
            embedded_broker, BUCKETS.name, Decoder(Bucket), lambda seen: counted(seen) >= LIVE
        )
    assert counted(buckets) == LIVE
    assert all(one.late == 0 for one in buckets)
    assert max(one.watermark.timestamp() for one in buckets) < time.time()
