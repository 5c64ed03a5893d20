"""X gives the only source nothing, from its first request on, and people are told.

Ingest and alerting run as processes; Kafka is the embedded broker, X and Slack are ours.
"""

import gc
import logging
import os
import subprocess
import sys

import pytest

from agents.kafka.embedded import EmbeddedBroker
from support.slack_server import SlackServer
from support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
def broker(caplog):
    # A kept log record of kafka-python would keep the sockets it speaks of.
    caplog.set_level(logging.CRITICAL, logger="kafka")
    with EmbeddedBroker(partitions=1) as running:
        yield running
    gc.collect()


def test_a_source_that_never_got_through_is_told_of(broker, x_server, x_answer, tmp_path):
    brands = tmp_path / "brands.yaml"
    brands.write_text("brands: [{id: acme, names: [Acme], slack_channel: '#nestle-alerts'}]")
    empty = {"title": "CreditsDepleted", "detail": "Your account has no credits", "status": 402}
    x_server.script = [x_answer(402, empty)] * 1_000
    with SlackServer() as slack:
        env = {
            **os.environ,
            "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
            "TOCSIN_PARTITIONS": "1",
            "TOCSIN_SPOOL_DIR": str(tmp_path / "spool"),
            "TOCSIN_X_BASE_URL": x_server.url,
            "X_BEARER_TOKEN": "a-secret-token",
            "TOCSIN_BLIND_ALERT_S": "1",
            "SLACK_BOT_TOKEN": "xoxb-test",
            "TOCSIN_SLACK_BASE_URL": slack.url,
        }

        def start(*command):
            return subprocess.Popen(
                [sys.executable, "-m", "agents", *command, "--brands", brands],
                env=env, cwd=tmp_path, stderr=subprocess.DEVNULL,
            )  # fmt: skip

        def texts():
            return [one["text"] for one in slack.messages["C0NESTLE1"]]

        running = [start("alert"), start("ingest", "x")]
        try:
            until(texts, texts)
            [told] = texts()
            assert "no source sends anything. x: the account is empty; not heard since" in told
            assert "“Your account has no credits”" in told
            assert "a-secret-token" not in told
        finally:
            for one in running:
                one.terminate()
            for one in running:
                one.wait(PATIENCE_S)
