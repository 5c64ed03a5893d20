"""``tocsin ingest bluesky`` as a process: from a stand-in for Jetstream to an alert."""

import re
import signal

import pytest

from schemas.codec import Decoder
from schemas.incident import Transition
from schemas.mention import MentionBatch
from schemas.topics import INCIDENTS, MENTIONS
from support.airlines import BRANDS_YAML, END, tweets
from support.jetstream_server import REPOST, JetstreamServer, commit, now_us, post, uri
from support.processes import collect, tocsin
from support.waiting import PATIENCE_S

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

SECOND_US = 1_000_000


@pytest.fixture
def server():
    running = JetstreamServer()
    yield running
    running.close()


@pytest.fixture
def run(tmp_path, server, monkeypatch):
    """What every command gets: brands, the stand-in as its host, and a spool of its own."""
    (tmp_path / "brands.yaml").write_text(BRANDS_YAML, encoding="utf-8")
    monkeypatch.setenv("TOCSIN_BLUESKY_HOSTS", server.url)
    monkeypatch.setenv("TOCSIN_SPOOL_DIR", str(tmp_path / "spool"))
    return ("--brands", str(tmp_path / "brands.yaml"))


def storm():
    """The two airlines as Bluesky would tell of them, up to a minute ago."""
    ended_us, latest = now_us() - 60 * SECOND_US, {}
    for number, (at, airline, author, _, retweeted, text) in enumerate(sorted(tweets())):
        time_us = ended_us - int((END - at).total_seconds() * SECOND_US)
        did = f"did:plc:{author}"
        if retweeted and airline in latest:
            record = {"$type": REPOST, "subject": {"uri": latest[airline], "cid": "bafy"}}
            yield commit(time_us, str(number), record, collection=REPOST, did=did)
            continue
        yield commit(time_us, str(number), {"text": text, "langs": ["en"]}, did=did)
        latest[airline] = f"at://{did}/app.bsky.feed.post/{number}"


def test_a_storm_on_bluesky_rings_for_its_airline_and_not_for_the_other(
    embedded_broker, server, run
):
    server.add(*storm())
    with (
        tocsin(embedded_broker, "worker", *run),
        tocsin(embedded_broker, "ingest", "bluesky", *run) as ingest,
    ):
        transitions = collect(
            embedded_broker,
            INCIDENTS.name,
            Decoder(Transition),
            lambda found: any(one.state == "open" for one in found),
        )
        with tocsin(embedded_broker, "alert", *run, "--once") as alert:
            shown, _ = alert.communicate(timeout=PATIENCE_S)
        ingest.send_signal(signal.SIGTERM)
        told, _ = ingest.communicate(timeout=PATIENCE_S)
    assert {one.brand for one in transitions if one.state == "open"} == {"albatros"}
    assert re.search(r"🔔 Albatros", shown)
    assert ingest.returncode == 0
    assert "0 events that could not be read" in told


def test_a_killed_process_goes_on_where_it_was(embedded_broker, server, run):
    def mentions(count):
        found = collect(
            embedded_broker,
            MENTIONS.name,
            Decoder(MentionBatch),
            lambda found: sum(len(one.mentions) for one in found) >= count,
        )
        return {one.id for batch in found for one in batch.mentions}, found

    began_us = now_us() - 60 * SECOND_US
    server.add(*(post(began_us + number, number, "Pelican Air, again") for number in range(3)))
    with tocsin(embedded_broker, "ingest", "bluesky", *run) as ingest:
        mentions(3)
        ingest.kill()
    server.add(*(post(began_us + number, number, "Pelican Air, again") for number in range(3, 5)))
    with tocsin(embedded_broker, "ingest", "bluesky", *run):
        ids, found = mentions(5)
    assert ids == {uri(number) for number in range(5)}
    assert [one.gap for one in found if one.gap] == []
