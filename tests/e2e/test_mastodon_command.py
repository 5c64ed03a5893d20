"""``tocsin ingest mastodon`` as a process: from a stand-in for an instance to an alert."""

import re
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from agents.ingest.sources.mastodon.statuses import id_from
from schemas.bucket import Bucket
from schemas.codec import Decoder
from schemas.deletion import Deletion
from schemas.incident import Transition
from schemas.mention import MentionBatch
from schemas.topics import BUCKETS, DELETIONS, INCIDENTS, MENTIONS
from support.airlines import BRANDS_YAML, END, tweets
from support.mastodon_server import TOKEN, MastodonServer, account, frame, status
from support.processes import collect, tocsin
from support.topics import read_topic
from support.waiting import PATIENCE_S, until

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


@pytest.fixture
def server():
    running = MastodonServer()
    yield running
    running.close()


@pytest.fixture
def run(tmp_path, server, monkeypatch):
    """What every command gets: brands, the stand-in as its instance, and a spool of its own."""
    (tmp_path / "brands.yaml").write_text(BRANDS_YAML, encoding="utf-8")
    monkeypatch.setenv("TOCSIN_MASTODON_URL", server.url)
    monkeypatch.setenv("MASTODON_ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("TOCSIN_SPOOL_DIR", str(tmp_path / "spool"))
    return ("--brands", str(tmp_path / "brands.yaml"))


def storm():
    """The two airlines as an instance would tell of them, up to a minute ago."""
    late, latest = datetime.now(UTC) - timedelta(seconds=60) - END, {}
    for number, (at, airline, author, _, retweeted, text) in enumerate(sorted(tweets())):
        who = account(f"{author}@b.example")
        original = latest.get(airline) if retweeted else None
        one = status(number, at + late, text, account=who, reblog=original)
        yield frame("update", one)
        if original is None:
            latest[airline] = one


def test_a_storm_on_mastodon_rings_for_its_airline_and_not_for_the_other(
    embedded_broker, server, run
):
    server.waiting = [list(storm())]
    with (
        tocsin(embedded_broker, "worker", *run),
        tocsin(embedded_broker, "ingest", "mastodon", "--home", *run) as ingest,
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
    assert "0 that could not be read, 0 to be forgotten." in told
    assert TOKEN not in told


def test_what_an_instance_says_is_counted_and_each_once(embedded_broker, server, run):
    texts = [*["Albatros Air lost my suitcase"] * 30, *["Pelican Air, again"] * 12]
    server.waiting = [
        [frame("update", status(number, text=text)) for number, text in enumerate(texts)]
    ]

    def counted(found):
        return sum(one.mentions for one in found) >= len(texts)

    with (
        tocsin(embedded_broker, "worker", *run),
        tocsin(embedded_broker, "ingest", "mastodon", "--home", *run) as ingest,
    ):
        buckets = collect(embedded_broker, BUCKETS.name, Decoder(Bucket), counted)
        ingest.send_signal(signal.SIGTERM)
        told, _ = ingest.communicate(timeout=PATIENCE_S)
    mentions = Counter()
    for one in buckets:
        mentions[one.brand] += one.mentions
        assert (one.late, one.future, one.duplicates) == (0, 0, 0)
    assert (mentions["albatros"], mentions["pelican"]) == (30, 12)
    assert ingest.returncode == 0
    assert "0 that could not be read, 0 to be forgotten." in told
    assert TOKEN not in told


def test_a_killed_process_goes_on_where_it_was_and_knows_what_it_said(
    embedded_broker, server, run, tmp_path
):
    position = tmp_path / "spool" / "mastodon.position"

    def mentions(count):
        found = collect(
            embedded_broker,
            MENTIONS.name,
            Decoder(MentionBatch),
            lambda found: sum(len(one.mentions) for one in found) >= count,
        )
        return [one.id for batch in found for one in batch.mentions], found

    said_at = datetime.now(UTC)
    said = [status(number, text="Pelican Air, again") for number in range(5)]
    server.timeline = said[:3]
    server.waiting = [[frame("update", one) for one in said[:3]]]
    with tocsin(embedded_broker, "ingest", "mastodon", *run) as ingest:
        mentions(3)
        until(lambda: position.exists() and said[2]["id"] in position.read_text())
        ingest.kill()
    server.timeline = list(said)
    with tocsin(embedded_broker, "ingest", "mastodon", *run):
        ids, found = mentions(5)
        server.delete(said[0])
        until(lambda: read_topic(embedded_broker.bootstrap, DELETIONS.name))
    [told] = read_topic(embedded_broker.bootstrap, DELETIONS.name)
    gone = Decoder(Deletion).decode(told)
    # What had reached Kafka as the process was killed may come again, and is dropped by the worker.
    assert list(dict.fromkeys(ids)) == [server.id_of(one) for one in said]
    assert [one.gap for one in found if one.gap] == []
    assert (gone.subject, gone.cause, gone.by) == (server.id_of(said[0]), "deleted", "mastodon")
    assert server.asked[0][1]["min_id"] > id_from(said_at - timedelta(minutes=2))
