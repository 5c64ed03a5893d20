"""``tocsin ingest rss`` as a process: from a feed on this machine to Kafka."""

import signal

import pytest

from schemas.codec import Decoder
from schemas.mention import MentionBatch
from schemas.topics import MENTIONS
from support.feed_server import FeedServer, item
from support.processes import collect, tocsin
from support.waiting import PATIENCE_S

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


@pytest.fixture
def server():
    running = FeedServer()
    yield running
    running.close()


@pytest.fixture
def brands(tmp_path, monkeypatch):
    (tmp_path / "brands.yaml").write_text("brands: [{id: acme, names: [Acme]}]")
    monkeypatch.setenv("TOCSIN_SPOOL_DIR", str(tmp_path / "spool"))
    return ("--brands", str(tmp_path / "brands.yaml"))


def rss(*options):
    return ("ingest", "rss", "--interval-s", "10", *options)


def test_entries_about_a_brand_are_published_and_the_rest_is_counted(
    embedded_broker, server, brands, tmp_path
):
    server.items = [item(1, "Acme again"), item(2, "the weather")]
    opml = tmp_path / "feeds.opml"
    opml.write_text(f'<opml><body><outline xmlUrl="{server.url}"/></body></opml>')
    options = rss("--opml", str(opml), "--allow-private", *brands)
    with tocsin(embedded_broker, *options) as ingest:
        found = collect(
            embedded_broker,
            MENTIONS.name,
            Decoder(MentionBatch),
            lambda found: any(one.mentions for one in found),
        )
        ingest.send_signal(signal.SIGTERM)
        told, _ = ingest.communicate(timeout=PATIENCE_S)
    assert [one.text for batch in found for one in batch.mentions] == ["Acme again"]
    assert ingest.returncode == 0
    assert "2 entries, 1 mentions published, 0 entries too old" in told


def test_a_private_address_is_refused_and_named(embedded_broker, server, brands):
    server.items = [item(1)]
    with tocsin(embedded_broker, *rss("--feed", server.url, *brands)) as ingest:
        told = ""
        while "private address" not in told:
            told += ingest.stdout.readline()
        ingest.send_signal(signal.SIGTERM)
        rest, _ = ingest.communicate(timeout=PATIENCE_S)
    assert "/feed: private address" in rest
    assert server.asked == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "name a feed with --feed"),
        (("--feed", "file:///etc/passwd"), "is no address such as"),
        (("--opml", "{brands}"), "it is no OPML"),
    ],
)
def test_what_names_no_feed_is_refused_at_once(embedded_broker, brands, options, said):
    options = [one.format(brands=brands[1]) for one in options]
    with tocsin(embedded_broker, "ingest", "rss", *options, *brands) as ingest:
        told, _ = ingest.communicate(timeout=PATIENCE_S)
    assert ingest.returncode == 2
    assert said in " ".join(told.split())
