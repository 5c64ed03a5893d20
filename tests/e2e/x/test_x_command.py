"""``tocsin ingest x`` as a process: what it heard reaches Kafka, even if that was away."""

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
from time import time
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from kafka import KafkaConsumer, TopicPartition

from agents.kafka.clients import API_VERSION
from agents.kafka.embedded import EmbeddedBroker
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.mention import MentionBatch
from schemas.topics import BUCKETS, MENTIONS
from support.waiting import PATIENCE_S, until
from support.x_world import XPost

# kafka-python leaves the socket of a refused connection to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

_MAIN = "from agents.cli.main import main; main()"


def post(number):
    return {
        "data": {"id": str(1500000000000000000 + number), "text": "Acme", "author_id": "7"},
        "matching_rules": [{"id": "1", "tag": "acme"}],
    }


@pytest.fixture
def broker(caplog):
    # A kept log record of kafka-python would keep the sockets it speaks of.
    caplog.set_level(logging.CRITICAL, logger="kafka")
    with EmbeddedBroker(partitions=1) as running:
        yield running
    gc.collect()


def batches(bootstrap):
    return records(bootstrap, MENTIONS.name, MentionBatch)


def records(bootstrap, topic, of):
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, api_version=API_VERSION, auto_offset_reset="earliest"
    )
    part = TopicPartition(topic, 0)
    consumer.assign([part])
    end = consumer.end_offsets([part])[part]
    found = []
    while consumer.position(part) < end:
        for came in consumer.poll(timeout_ms=50).values():
            found += [Decoder(of).decode(one.value) for one in came]
    consumer.close()
    return found


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_heard_while_kafka_was_away_is_sent_by_the_next_run(
    broker, x_server, x_stream, tmp_path, ending
):
    (tmp_path / "brands.yaml").write_text("brands: [{id: acme, names: [Acme]}]")
    env = {
        **os.environ,
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_PARTITIONS": "1",
        "TOCSIN_SPOOL_DIR": str(tmp_path / "spool"),
        "TOCSIN_X_BASE_URL": x_server.url,
        "X_BEARER_TOKEN": "secret",
    }
    command = [sys.executable, "-c", _MAIN, "ingest", "x", "--grace-s", "0.5"]
    command += ["--brands", tmp_path / "brands.yaml"]
    broker.go_down()
    x_server.script = [x_stream(post(1), post(2), then="hold")]
    first = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    until(
        lambda: any(b'"mentions"' in one.read_bytes() for one in tmp_path.glob("spool/x/*.spool"))
    )
    first.send_signal(ending)
    assert first.wait(PATIENCE_S) == (0 if ending == signal.SIGTERM else -signal.SIGKILL)
    broker.come_up()
    x_server.script = [x_stream(post(3), then="hold")]
    second = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        until(lambda: sum(len(one.mentions) for one in batches(broker.bootstrap)) >= 3)
    finally:
        second.terminate()
        assert second.wait(PATIENCE_S) == 0
    ids = [int(m.id) % 10 for one in batches(broker.bootstrap) for m in one.mentions]
    assert list(dict.fromkeys(ids)) == [1, 2, 3]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def asked(port, path):
    """What the process answers, or None before it listens; whatever its status."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.read().decode()
    except HTTPError as error:
        return error.read().decode()
    except URLError:
        return None


def test_a_new_brand_begins_with_a_week_as_x_counts_and_the_process_says_what_it_costs(
    broker, x_server, x_stream, tmp_path
):
    begun_s = time()
    x_server.world.posts = [
        XPost(str(number), begun_s - 7 * 86_400 + number * 600) for number in range(1_000)
    ]
    (tmp_path / "brands.yaml").write_text("brands: [{id: acme, names: [Acme]}]")
    port = free_port()
    env = {
        **os.environ,
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_PARTITIONS": "1",
        "TOCSIN_SPOOL_DIR": str(tmp_path / "spool"),
        "TOCSIN_X_BASE_URL": x_server.url,
        "TOCSIN_X_USD_A_DAY": "50",
        "TOCSIN_X_COUNTS_TIMES": "2",
        "TOCSIN_METRICS_PORT": str(port),
        "X_BEARER_TOKEN": "secret",
    }
    command = [sys.executable, "-c", _MAIN, "ingest", "x", "--brands", tmp_path / "brands.yaml"]
    for _ in range(2):
        x_server.script = [x_stream(post(1), then="keep-alive")]
        process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
        try:
            until(lambda: "a day; nothing is left out" in (asked(port, "/healthz") or ""))
            until(lambda: 'tocsin_source_spent{period="day",source="x",unit="posts"}' in (
                asked(port, "/metrics") or ""
            ))  # fmt: skip
        finally:
            process.terminate()
            assert process.wait(PATIENCE_S) == 0
    assert x_server.world.read["requests"] == 1, "at the first start only"
    past = [
        one
        for one in records(broker.bootstrap, BUCKETS.name, Bucket)
        if one.is_history and one.brand == "acme"
    ]
    assert 160 <= len(past) <= 168
    assert [one.weighted for one in past].count(12.0) > 150  # six an hour, each twice
    assert all(one.width_s == 3600 for one in past)
