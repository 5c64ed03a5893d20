"""``tocsin forget`` as it is run: what stands in Slack loses the post within a minute."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from agents.cli.main import main
from agents.kafka.embedded import EmbeddedBroker
from schemas.codec import Decoder
from schemas.deletion import Deletion
from schemas.topics import DELETIONS, INCIDENTS
from support.alert_examples import example, transition
from support.incident_topic import Kafka, publish
from support.topics import read_topic
from support.waiting import PATIENCE_S, until
from support.x_agent import Agent, ids, post
from support.x_server import XServer, stream

TOCSIN = Path(sys.executable).with_name("tocsin")
WITHIN_S = 60.0
"""What the documentation promises for a message that stands."""


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(partitions=2) as running:
        yield running


def test_a_post_that_is_forgotten_leaves_the_message_that_stands(broker, slack, tmp_path):
    gone, kept = example(1), example(2, "Another text that stays.")
    publish(Kafka(broker.bootstrap, INCIDENTS.name, ""), (0, transition(examples=(gone, kept))))
    brands = tmp_path / "brands.yaml"
    brands.write_text(
        "brands: [{id: nestle, names: [Nestlé], slack_channel: '#nestle-alerts'}]", "utf-8"
    )
    env = {
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_PARTITIONS": "2",
        "SLACK_BOT_TOKEN": "xoxb-test",
        "TOCSIN_SLACK_BASE_URL": slack.url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    def said():
        return json.dumps([*slack.roots(), *slack.evidence()], ensure_ascii=False)

    process = subprocess.Popen([TOCSIN, "alert", "--brands", brands], env=env)
    try:
        until(lambda: gone.text in said())
        began_s = time.monotonic()
        done = CliRunner().invoke(main, ["forget", gone.id, "--by", "ana"], env=env)
        assert done.exit_code == 0, done.output
        assert "1 to be forgotten, says ana." in done.output
        until(lambda: gone.text not in said())
        assert time.monotonic() - began_s < WITHIN_S
        assert kept.text in said()
        assert gone.handle in said(), "it carries the talk by other posts"
        done = CliRunner().invoke(main, ["forget", f"@{gone.handle}", "--by", "ana"], env=env)
        until(lambda: gone.handle not in said())
    finally:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    assert len(slack.roots()) == 1
    records = read_topic(broker.bootstrap, DELETIONS.name)
    audits = [Decoder(Deletion).decode(record) for record in records]
    assert {(one.subject, one.cause, one.by) for one in audits} == {
        (gone.id, "requested", "ana"), (gone.handle, "requested", "ana"),
    }  # fmt: skip
    assert not any(gone.text.encode() in record for record in records)


def test_events_of_x_are_read_from_a_file(broker, tmp_path):
    events = tmp_path / "events.jsonl"
    lines = [
        {"data": {"delete": {"tweet": {"id": "71"}}}},
        {"data": {"user_protect": {"user": {"id": "72"}}}},
        {"data": {"id": "1", "text": "delete"}},
    ]
    events.write_text("\n".join(map(json.dumps, lines)))
    env = {"TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap}
    done = CliRunner().invoke(main, ["forget", "--events", str(events)], env=env)
    assert done.exit_code == 0, done.output
    found = [Decoder(Deletion).decode(one) for one in read_topic(broker.bootstrap, DELETIONS.name)]
    assert {(one.kind, one.subject, one.cause) for one in found} >= {
        ("post", "71", "deleted"), ("author", "72", "protected"),
    }  # fmt: skip


def test_a_deletion_within_the_stream_is_handed_on_and_no_dead_letter():
    server = XServer()
    try:
        gone = {"data": {"delete": {"tweet": {"id": "6", "author_id": "3"}}}}
        server.script = [stream(post(1), gone, post(2), then="hold")]
        with Agent(server) as agent:
            agent.until(lambda: len(agent.publisher.posts) == 2)
    finally:
        server.close()
    assert agent.publisher.said == [*ids(1), ("gone", "6"), *ids(2)]


def test_what_is_neither_a_post_nor_an_account_is_refused():
    done = CliRunner().invoke(main, ["forget", "@"])
    assert done.exit_code == 2
    assert "neither the id of a post nor an @account" in done.output
    assert CliRunner().invoke(main, ["forget"]).exit_code == 2
