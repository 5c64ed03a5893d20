"""From a label to a bucket: people say it, the trainer learns it, the worker scores with it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from kafka import KafkaProducer

from agents.cli.main import main
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from agents.kafka.topic_reader import TopicReader
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.feedback import Feedback
from schemas.mention import Mention
from schemas.model import ModelVersion
from schemas.topics import BUCKETS, FEEDBACK, MENTIONS, MODELS
from support.airlines import BRANDS_YAML
from support.rolling import mention, raw
from support.waiting import PATIENCE_S

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.usefixtures("worker"),
]

TURNS = ("boarding", "landing", "gate", "seat", "crew", "wing", "luggage", "ticket")
WORDS = ("today", "in Lyon", "again", "at noon", "with us", "up north")


def texts(thing: str, word: str) -> str:
    """Lines that the shipped weights have no strong opinion of."""
    return "".join(f"the {turn} was {thing} {word}\n" for turn in TURNS)


@pytest.fixture
def brands(tmp_path: Path) -> str:
    path = tmp_path / "brands.yaml"
    path.write_text(BRANDS_YAML, encoding="utf-8")
    return str(path)


@pytest.fixture
def environment(embedded_broker: EmbeddedBroker) -> dict[str, str]:
    return {
        "TOCSIN_KAFKA_BOOTSTRAP": embedded_broker.bootstrap,
        "TOCSIN_PARTITIONS": "4",
        "TOCSIN_WEAK_LABELS_PER_HOUR": "5",
        "TOCSIN_LOG_LEVEL": "INFO",
        "COLUMNS": "160",
    }


@pytest.fixture
def tocsin(environment: dict[str, str]) -> Callable[..., str]:
    def run(*words: str, given: str | None = None) -> str:
        result = CliRunner(env=environment).invoke(main, words, input=given)
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture
def worker(environment: dict[str, str], brands: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "agents", "worker", "--brands", brands]
    with subprocess.Popen(command, env={**os.environ, **environment}) as child:
        yield child
        child.terminate()
        child.wait(PATIENCE_S)


def versions_in_force(broker: EmbeddedBroker) -> dict[str, ModelVersion]:
    found: list[ModelVersion] = []
    with closing(KafkaClients(broker.bootstrap).consumer("test")) as consumer:
        reader = TopicReader(consumer, (MODELS.name,))
        ends = reader.ends()
        while not reader.reached(ends):
            found += [Decoder(ModelVersion).decode(each.value) for each in reader.poll(0.3)]
    return {each.scope: each for each in sorted(found, key=lambda each: each.seq)}


def test_a_label_becomes_a_version_and_the_next_bucket_carries_it(embedded_broker, tocsin, brands):
    meanings = {"glorbish": "negative", "snurfy": "positive", "mundo": "neutral"}
    for word in WORDS:
        for thing, label in meanings.items():
            words = ("feedback", "label", "pelican", "--label", label, "--lang", "en")
            said = tocsin(*words, "--by", f"ana-{label}", "--file", "-", given=texts(thing, word))
            assert said == "8 labels sent\n"
    tocsin("learn", "--brands", brands, "--enough", "100", "--once")
    by_scope = versions_in_force(embedded_broker)
    assert set(by_scope) == {"*", "pelican"}
    assert by_scope["pelican"].labels >= 100
    assert {name for name, _ in by_scope["pelican"].authors} == {
        f"ana-{label}" for label in meanings.values()
    }

    pelican = bucket_scored_by(embedded_broker, "pelican", by_scope["pelican"].digest)
    albatros = bucket_scored_by(embedded_broker, "albatros", by_scope["*"].digest)
    assert pelican.negative == albatros.negative == 1

    # Rolled back, and swapped while the worker runs.
    said = tocsin("models", "rollback", "shipped", "--scope", "pelican", "--brands", brands)
    assert "is in force" in said
    assert "rolled back" in tocsin("models", "list", "--brands", brands)
    shown = tocsin("models", "show", "--scope", "pelican", "--brands", brands)
    assert f"pelican #{by_scope['pelican'].seq + 1}" in shown
    digest = next(word for word in shown.split() if len(word) == 64)
    assert bucket_scored_by(embedded_broker, "pelican", digest, from_s=5_000).neutral == 1

    # What the worker was asked to make of emoji, beside what people said.
    with closing(KafkaClients(embedded_broker.bootstrap).consumer("test")) as consumer:
        reader = TopicReader(consumer, (FEEDBACK.name,))
        said_so: list[Feedback] = []
        send(embedded_broker, mention("m1", 9_000, "lovely crew today 😍", lang="en"), 9_000)
        deadline_s = time.monotonic() + PATIENCE_S
        while not any(each.weak for each in said_so) and time.monotonic() < deadline_s:
            said_so += [Decoder(Feedback).decode(each.value) for each in reader.poll(0.5)]
    [weak] = [each for each in said_so if each.weak]
    assert (weak.id, weak.text, weak.label) == ("weak:m1", "lovely crew today", "positive")
    assert len(said_so) == 145


def send(broker: EmbeddedBroker, said: Mention, second: float, brand: str = "pelican") -> None:
    """Let a source say one thing, and that its time has come further."""
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap, api_version=KAFKA_PYTHON_API)
    with closing(producer):
        for value in (raw(said, to=second, brand=brand), raw(to=second + 50, brand=brand)):
            producer.send(MENTIONS.name, key=brand.encode(), value=value)


def bucket_scored_by(
    broker: EmbeddedBroker, brand: str, digest: str, *, from_s: float = 0.0
) -> Bucket:
    """Say the same thing in ever later buckets until the version scores one."""
    with closing(KafkaClients(broker.bootstrap).consumer("test")) as consumer:
        reader = TopicReader(consumer, (BUCKETS.name,))
        deadline_s = time.monotonic() + PATIENCE_S
        second = from_s
        while time.monotonic() < deadline_s:
            second += 100
            said = mention(f"{brand}{second}", second, "the seat was glorbish today", lang="en")
            send(broker, said, second, brand)
            for each in reader.poll(0.5):
                bucket = Decoder(Bucket).decode(each.value)
                if bucket.brand == brand and bucket.model.endswith(f"+{digest[:8]}"):
                    return bucket
    raise AssertionError(f"no bucket of {brand} was scored by {digest[:8]}")
