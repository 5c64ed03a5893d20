"""``tocsin page`` as an operator runs it: from the incidents topic to a browser and back."""

import json
import re
import socket
import urllib.request
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from agents.cli.page import command
from agents.kafka.embedded import EmbeddedBroker
from agents.labelling import post_key
from lab.demo.watch import free_port
from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.dead_letter import DeadLetter
from schemas.feedback import Feedback
from schemas.topics import BUCKETS, DEAD_LETTERS, FEEDBACK, INCIDENTS
from support.alert_examples import transition
from support.page_process import environment, get, publish, running
from support.topics import read_topic
from support.waiting import PATIENCE_S, until

INCIDENT = "nestle-20100317T091000Z"
WHO = {"X-User": "ana@acme.example"}


@pytest.fixture
def brands(tmp_path: Path) -> str:
    path = tmp_path / "brands.yaml"
    path.write_text("brands:\n  - id: nestle\n    names: [Nestlé]\n", encoding="utf-8")
    return str(path)


def test_an_incident_is_shown_and_its_posts_are_labelled(
    embedded_broker: EmbeddedBroker, brands: str
) -> None:
    told = transition(incident=INCIDENT)
    publish(embedded_broker, b"no record", encode(told))
    port, metrics = str(free_port()), str(free_port())
    environ = environment(embedded_broker, TOCSIN_PAGE_PORT=port, TOCSIN_METRICS_PORT=metrics)
    base = f"http://127.0.0.1:{port}"
    with running(environ, brands) as child:
        assert "One alarm rings." in get(base)
        shown = get(f"{base}/incidents/{INCIDENT}", **WHO)
        found = re.search(r'/labels"[^>]*>.*?name="token" value="(\w+)"', shown, re.DOTALL)
        assert found
        form = {"token": unescape(found[1]), post_key(told.examples[0]): "negative"}
        request = urllib.request.Request(  # noqa: S310 - of this machine
            f"{base}/incidents/{INCIDENT}/labels",
            data=urlencode(form).encode(),
            headers=WHO | {"Origin": base},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            assert answer.url.startswith(f"{base}/incidents/{INCIDENT}?said=labels&proof=")
        publish(embedded_broker, encode(transition(incident=INCIDENT, seq=1, severity=9)))
        until(lambda: "<b>9</b>/10" in get(base))
        health = json.loads(get(f"http://127.0.0.1:{metrics}/healthz"))
        assert health["ready"]
        assert (health["brands"], health["all_heard"]) == ({"unheard": 1}, False)
        counted = get(f"http://127.0.0.1:{metrics}/metrics")
        assert 'tocsin_records_emitted_total{stage="page"} 1.0' in counted
        assert 'reason="malformed_json",stage="page"} 1.0' in counted
        with pytest.raises(HTTPError, match="404"):
            get(f"{base}/metrics")
    assert child.returncode == 0
    [raw] = read_topic(embedded_broker.bootstrap, FEEDBACK.name)
    said = Decoder(Feedback).decode(raw)
    assert (said.kind, said.label, said.by) == ("label", "negative", "page:ana@acme.example")
    assert said.text == told.examples[0].text


def test_an_alert_that_did_not_go_out_is_named(
    embedded_broker: EmbeddedBroker, brands: str
) -> None:
    raw = encode(transition(incident=INCIDENT))
    letter = DeadLetter(
        at=datetime.now(UTC),
        origin=f"{INCIDENTS.name}[0]@0",
        reason="undeliverable",
        detail="Slack: is_archived",
        payload=raw,
        payload_bytes=len(raw),
    )
    publish(embedded_broker, encode(letter), topic=DEAD_LETTERS.name)
    port = str(free_port())
    with running(environment(embedded_broker, TOCSIN_PAGE_PORT=port), brands):
        until(lambda: "An alert of Nestlé did not go out" in get(f"http://127.0.0.1:{port}"))


def test_counts_and_notes_are_made_from_topics_and_outlive_a_restart(
    embedded_broker: EmbeddedBroker, brands: str, tmp_path: Path
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    told = transition(incident=INCIDENT, at=now, onset=now - timedelta(minutes=30))
    start = now - timedelta(minutes=20)
    heard = Bucket(
        brand="nestle",
        start=start,
        width_s=10,
        watermark=now,
        mentions=7,
        neutral=7,
        sources=("x",),
    )
    note = Feedback(
        id="n1", brand="nestle", at=now, by="ana", kind="note", incident=INCIDENT, note="Genuine."
    )
    publish(embedded_broker, encode(told))
    publish(embedded_broker, encode(heard), b"no record", topic=BUCKETS.name)
    publish(embedded_broker, encode(note), topic=FEEDBACK.name)
    port = str(free_port())
    base = f"http://127.0.0.1:{port}"
    environ = environment(
        embedded_broker, TOCSIN_PAGE_PORT=port, TOCSIN_PAGE_STORE=f"sqlite:///{tmp_path}/page.db"
    )

    def mentions() -> int:
        course = json.loads(get(f"{base}/api/v1/brands/nestle/course?window=24h"))
        return sum(point["mentions"] for point in course)

    for _ in range(2):
        with running(environ, brands):
            until(
                lambda: (
                    not (mentions() != 7 or "Genuine." not in get(f"{base}/incidents/{INCIDENT}"))
                )
            )


def test_a_store_or_playbooks_that_cannot_be_are_said(brands: str, tmp_path: Path) -> None:
    for name, value in (
        ("TOCSIN_PAGE_STORE", "ftp://x"),
        ("TOCSIN_PLAYBOOK_DIR", f"{tmp_path}/no"),
    ):
        done = CliRunner().invoke(command, ["--brands", brands], env={name: value})
        assert done.exit_code != 0
        assert name in done.output


def test_a_port_that_is_taken_is_said(embedded_broker: EmbeddedBroker, brands: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        environ = environment(embedded_broker, TOCSIN_PAGE_PORT=port)
        done = CliRunner().invoke(command, ["--brands", brands], env=environ)
    assert done.exit_code == 1
    assert f"the page cannot be served on 127.0.0.1:{port}" in done.output


def test_all_faults_of_its_settings_are_said_at_once(
    embedded_broker: EmbeddedBroker, brands: str
) -> None:
    environ = environment(
        embedded_broker,
        TOCSIN_PAGE_PORT="80808",
        TOCSIN_PAGE_URL="tocsin.acme.example/path",
        TOCSIN_PAGE_USER_HEADER="X User\n",
    )
    done = CliRunner().invoke(command, ["--brands", brands], env=environ)
    assert done.exit_code == 2
    for name in ("TOCSIN_PAGE_PORT", "TOCSIN_PAGE_URL", "TOCSIN_PAGE_USER_HEADER"):
        assert f"{name}=" in done.output


def test_a_missing_topic_is_said(brands: str) -> None:
    with EmbeddedBroker(partitions=1, topics=["unrelated"]) as bare:
        environ = environment(bare, TOCSIN_PAGE_PORT="0")
        done = CliRunner().invoke(command, ["--brands", brands, "--days", "1"], env=environ)
    assert done.exit_code == 1
    assert "there is no topic tocsin.incidents" in done.output
