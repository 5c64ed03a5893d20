"""``tocsin ingest x`` as a process: what it heard reaches Kafka, even if that was away."""

import gc
import logging
import os
import signal
import subprocess
import sys
from time import monotonic, sleep

import pytest
from kafka import KafkaConsumer, TopicPartition

from agents.kafka.clients import API_VERSION
from agents.kafka.embedded import EmbeddedBroker
from schemas.codec import Decoder
from schemas.mention import MentionBatch
from schemas.topics import MENTIONS

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
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, api_version=API_VERSION, auto_offset_reset="earliest"
    )
    part = TopicPartition(MENTIONS.name, 0)
    consumer.assign([part])
    end = consumer.end_offsets([part])[part]
    found = []
    while consumer.position(part) < end:
        for records in consumer.poll(timeout_ms=50).values():
            found += [Decoder(MentionBatch).decode(one.value) for one in records]
    consumer.close()
    return found


def until(reached):
    deadline = monotonic() + 20
    while not reached():
        assert monotonic() < deadline
        sleep(0.05)


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
    until(lambda: any(path.stat().st_size for path in tmp_path.glob("spool/x/*.spool")))
    first.send_signal(ending)
    assert first.wait(30) == (0 if ending == signal.SIGTERM else -signal.SIGKILL)
    broker.come_up()
    x_server.script = [x_stream(post(3), then="hold")]
    second = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        until(lambda: sum(len(one.mentions) for one in batches(broker.bootstrap)) >= 3)
    finally:
        second.terminate()
        assert second.wait(30) == 0
    ids = [int(m.id) % 10 for one in batches(broker.bootstrap) for m in one.mentions]
    assert list(dict.fromkeys(ids)) == [1, 2, 3]
