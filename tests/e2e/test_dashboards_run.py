"""Every query of every dashboard, asked of a real Prometheus that scraped a real run.

A worker, an ingest agent that hears posts, and alerting, each a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaProducer
from msgspec.structs import replace
from unit.judge.talk import CHATTER, HOUR_S, Kind, Part, buckets, day

from agents.kafka.apache import free_ports
from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from schemas.codec import encode
from schemas.topics import BUCKETS, INCIDENTS
from support.alert_examples import transition
from support.processes import PARTITIONS
from support.prometheus import ask, empty_panels, queries, scraping
from support.slack_server import SlackServer
from support.waiting import PATIENCE_S, until

pytestmark = [
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="needs prometheus"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

SERVICES = ("worker", "alert", "ingest-stdin")
NOTHING_TO_SHOW = {
    "tocsin: How good the model is on the latest labels A": "nobody labels, and no trainer runs"
}
"""Panels that are empty, and why."""

STORM_S = 50 * 60
STORM = Kind(negative=0.75, positive=0.05, outrage=0.4, boycott=0.1, new=0.85, first=0.1)


def storm() -> list[bytes]:
    """Buckets of a day of chatter about a brand, and of a storm in its last hour, up to now."""
    length_s = 31 * HOUR_S
    begins_s = length_s - STORM_S
    talk = [
        Part(CHATTER, day(20)),
        Part(STORM, lambda at_s: 3000.0 if at_s >= begins_s else 0.0, "storm"),
    ]
    start_s = int(time.time()) // 10 * 10 - length_s
    return [
        encode(replace(one, sources=("pipe",)))
        for one in buckets(talk, length_s=length_s, seed=1, brand="kitkat", start_s=start_s)
    ]


def test_each_panel_shows_what_a_real_run_does(
    embedded_broker: EmbeddedBroker, slack: SlackServer, tmp_path: Path
) -> None:
    brands = tmp_path / "brands.yaml"
    brands.write_text(
        "brands:\n"
        "  - {id: nestle, names: [Nestlé], slack_channel: '#nestle-alerts'}\n"
        "  - {id: kitkat, names: [KitKat], slack_channel: '#nestle-alerts'}\n",
        encoding="utf-8",
    )
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    environ = {
        **os.environ,
        "TOCSIN_KAFKA_BOOTSTRAP": embedded_broker.bootstrap,
        "TOCSIN_PARTITIONS": str(PARTITIONS),
        "TOCSIN_SPOOL_DIR": str(tmp_path / "spool"),
        "TOCSIN_LOG_LEVEL": "WARNING",
    }
    with ExitStack() as stack:

        def start(service: str, *words: str, **more: str) -> subprocess.Popen[str]:
            child = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "agents", *words, "--brands", str(brands)],
                    env={**environ, "TOCSIN_METRICS_PORT": str(ports[service]), **more},
                    stdin=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(child.terminate)
            return child

        start("worker", "worker")
        start("alert", "alert", SLACK_BOT_TOKEN="xoxb-test", TOCSIN_SLACK_BASE_URL=slack.url)  # noqa: S106
        ingest = start("ingest-stdin", "ingest", "stdin", "--source", "pipe")
        assert ingest.stdin is not None
        producer = KafkaProducer(
            bootstrap_servers=embedded_broker.bootstrap, api_version=KAFKA_PYTHON_API
        )
        stack.callback(producer.close)
        address = stack.enter_context(scraping(tmp_path, ports))
        # A rate is told by a counter that was seen before what it counts.
        until(lambda: ask(address, 'tocsin_latency_seconds_count{to="incident"}'))
        for value in storm():
            producer.send(BUCKETS.name, key=b"kitkat", value=value)
        empty, turn = queries(), 0
        deadline = time.monotonic() + PATIENCE_S
        while empty.keys() != NOTHING_TO_SHOW.keys() and time.monotonic() < deadline:
            turn += 1
            now = datetime.now(UTC)
            post = {
                "id": str(turn // 2),  # each comes twice
                "created_at": now.isoformat(),
                "text": "I hate this KitKat of Nestlé"
                if turn % 4 < 2
                else "lunch with KitKat, Nestlé",
                "author": {"id": str(turn % 7)},
                "lang": "en",
            }
            ingest.stdin.write(json.dumps(post) + "\n")
            ingest.stdin.flush()
            if turn % 10 == 1:
                ingest.stdin.write("no post\n")
                told = transition(incident=f"nestle-{turn}", at=now, onset=now)
                producer.send(INCIDENTS.name, key=b"nestle", value=encode(told))
            time.sleep(0.5)
            if turn % 10 == 0:
                empty = empty_panels(address, empty)
    assert empty.keys() == NOTHING_TO_SHOW.keys()
