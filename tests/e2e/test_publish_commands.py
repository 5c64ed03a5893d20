"""``tocsin ingest`` as a process: what it publishes, how it stops, how it goes on."""

import gc
import logging
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from kafka import KafkaConsumer, TopicPartition

from agents.cli.ingest import command
from agents.kafka.clients import API_VERSION
from agents.kafka.embedded import EmbeddedBroker
from schemas.codec import Decoder, encode
from schemas.dead_letter import DeadLetter
from schemas.mention import ALL_BRANDS, Author, Mention, MentionBatch
from schemas.topics import DEAD_LETTERS, MENTIONS
from support.waiting import PATIENCE_S, until

# kafka-python leaves the socket of a refused connection to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

PARTITIONS = 2
_MAIN = "from agents.cli.main import main; main()"
T0 = datetime(2010, 3, 17, 9, tzinfo=UTC)
BRANDS = """\
brands:
  - id: acme
    names: [Acme]
  - id: bolt
    names: [Bolt]
"""


@pytest.fixture(scope="module")
def shared_broker():
    with EmbeddedBroker(partitions=PARTITIONS) as running:
        yield running


@pytest.fixture
def env(shared_broker, tmp_path, caplog):
    # A kept log record of kafka-python would keep the sockets it speaks of.
    caplog.set_level(logging.CRITICAL, logger="kafka")
    (tmp_path / "brands.yaml").write_text(BRANDS)
    yield {
        "TOCSIN_KAFKA_BOOTSTRAP": shared_broker.bootstrap,
        "TOCSIN_PARTITIONS": str(PARTITIONS),
        "TOCSIN_BUCKET_S": "10",
        "TOCSIN_LATENESS_S": "10",
        "TOCSIN_SPOOL_DIR": str(tmp_path / "spool"),
    }
    shared_broker.come_up()
    gc.collect()


@pytest.fixture
def source(request):
    return request.node.name[:60]


def mention(number, text="Acme again"):
    at = T0 + timedelta(seconds=number)
    return Mention(id=str(number), created_at=at, text=text, author=Author(id="a"))


def lines(*mentions):
    return b"".join(encode(one) + b"\n" for one in mentions)


def ingest(env, *arguments):
    return CliRunner().invoke(command, [str(one) for one in arguments], env=env)


def started(env, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", _MAIN, "ingest", *map(str, arguments)],
        env={**os.environ, **env},
        stderr=subprocess.PIPE,
        text=True,
    )


def read(env, topic, record):
    consumer = KafkaConsumer(
        bootstrap_servers=env["TOCSIN_KAFKA_BOOTSTRAP"],
        api_version=API_VERSION,
        auto_offset_reset="earliest",
    )
    try:
        parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(parts)
        ends = consumer.end_offsets(parts)
        found = []
        for _ in range(100):
            for records in consumer.poll(timeout_ms=50).values():
                found += [Decoder(record).decode(one.value) for one in records]
            if all(consumer.position(part) >= ends[part] for part in parts):
                break
        return found
    finally:
        consumer.close()


def published(env, source):
    return [one for one in read(env, MENTIONS.name, MentionBatch) if one.source == source]


def ids(env, source, brand="acme"):
    return [int(m.id) for one in published(env, source) if one.brand == brand for m in one.mentions]


def test_replay_publishes_every_mention_under_its_brands_and_closes_the_last_bucket(
    env, source, tmp_path
):
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(mention(1), mention(2, "Acme or Bolt"), mention(3, "neither")))
    done = ingest(env, "replay", path, "--brands", tmp_path / "brands.yaml", "--source", source)
    assert done.exit_code == 0, done.output
    assert "3 mentions" in done.output
    assert "1 about no brand" in done.output
    assert (ids(env, source), ids(env, source, "bolt")) == ([1, 2], [2])
    last = max(one.watermark for one in published(env, source) if one.brand == ALL_BRANDS)
    assert last == mention(3).created_at + timedelta(seconds=20)


def test_a_bad_line_goes_to_the_dead_letters_with_file_and_line(env, source, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(mention(1)) + b'{"id": 1}\n' + lines(mention(2)))
    done = ingest(env, "replay", path, "--brands", tmp_path / "brands.yaml", "--source", source)
    assert "1 bad line" in done.output
    assert ids(env, source) == [1, 2]
    assert f"{path}:2" in [one.origin for one in read(env, DEAD_LETTERS.name, DeadLetter)]


def test_a_replay_that_was_stopped_goes_on_where_it_was(env, source, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(*map(mention, range(200))))
    arguments = ("replay", path, "--brands", tmp_path / "brands.yaml", "--source", source)
    process = started(env, *arguments, "--speed", "20")
    until(lambda: len(ids(env, source)) > 5)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, told
    first = ids(env, source)
    assert "Stopped before the end" in told
    assert len(first) < 200
    done = ingest(env, *arguments, "--resume")
    assert done.exit_code == 0, done.output
    assert ids(env, source) == list(range(200))


def test_a_replay_killed_by_force_goes_on_without_a_hole(env, source, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(*map(mention, range(200))))
    arguments = ("replay", path, "--brands", tmp_path / "brands.yaml", "--source", source)
    process = started(env, *arguments, "--speed", "20")
    until(lambda: len(ids(env, source)) > 25)
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    done = ingest(env, *arguments, "--resume")
    assert done.exit_code == 0, done.output
    assert list(dict.fromkeys(ids(env, source))) == list(range(200))


def test_resuming_other_input_is_refused(env, source, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines(mention(1)))
    arguments = ("replay", path, "--brands", tmp_path / "brands.yaml", "--source", source)
    ingest(env, *arguments)
    path.write_bytes(lines(mention(1), mention(2)))
    done = ingest(env, *arguments, "--resume")
    assert done.exit_code == 1
    assert "start without --resume" in done.output


def test_simulate_publishes_a_day_of_chatter(env, source, tmp_path):
    done = ingest(
        env,
        *("simulate", "--scenario", "quiet", "--seed", 1, "--days", 0.2, "--brand", "acme"),
        *("--brands", tmp_path / "brands.yaml", "--source", source),
    )
    assert done.exit_code == 0, done.output
    assert len(ids(env, source)) > 10


def test_simulate_to_a_file_gives_what_replay_reads(env, source, tmp_path):
    out = tmp_path / "out.jsonl"
    brands = ("--brands", tmp_path / "brands.yaml")
    done = ingest(
        env,
        *("simulate", "--scenario", "quiet", "--days", 0.2, "--brand", "acme", "--out", out),
        *brands,
    )
    assert done.exit_code == 0, done.output
    done = ingest(env, "replay", out, *brands, "--source", source)
    assert done.exit_code == 0, done.output
    assert len(ids(env, source)) == len(out.read_bytes().splitlines())


def test_simulate_asks_which_brand(env, tmp_path):
    done = ingest(env, "simulate", "--brands", tmp_path / "brands.yaml")
    assert done.exit_code == 2
    assert "acme, bolt" in done.output


def test_simulate_refuses_a_start_in_the_future(env, tmp_path):
    done = ingest(
        env,
        *("simulate", "--start", "2099-01-01", "--brand", "acme"),
        *("--brands", tmp_path / "brands.yaml"),
    )
    assert done.exit_code == 2
    assert "in the future" in done.output


def test_simulate_from_now_goes_at_the_speed_of_life(env, source, tmp_path):
    began = datetime.now(UTC)
    arguments = ("--scenario", "quiet", "--mentions-per-hour", "7200", "--speed", "max")
    process = started(
        env,
        *("simulate", "--start", "now", "--brand", "acme", *arguments),
        *("--brands", tmp_path / "brands.yaml", "--source", source),
    )
    until(lambda: len(ids(env, source)) > 3)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=PATIENCE_S)
    assert "This is the present" in told
    latest = max(m.created_at for one in published(env, source) for m in one.mentions)
    assert began <= latest <= datetime.now(UTC)


def test_x_without_a_token_says_so(env, tmp_path):
    done = ingest(env, "x", "--brands", tmp_path / "brands.yaml")
    assert done.exit_code == 2
    assert "X_BEARER_TOKEN is not set" in done.output
