"""A trace leads from a batch of posts through worker and judge to who was told, over Kafka."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agents.kafka.embedded import EmbeddedBroker
from schemas.codec import Decoder
from schemas.incident import Transition
from schemas.topics import INCIDENTS
from support.airlines import BRANDS_YAML, MAPPING_YAML, write_csv
from support.otlp_server import OtlpServer, Seen
from support.processes import collect, tocsin
from support.waiting import PATIENCE_S

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]


def run(broker: EmbeddedBroker, folder: Path) -> str:
    """Let a storm ring in a terminal; return what that says."""
    write_csv(folder / "tweets.csv")
    (folder / "brands.yaml").write_text(BRANDS_YAML, encoding="utf-8")
    (folder / "mapping.yaml").write_text(MAPPING_YAML, encoding="utf-8")
    brands = ("--brands", str(folder / "brands.yaml"))
    replay = ("replay", str(folder / "tweets.csv"), "--mapping", str(folder / "mapping.yaml"))
    with tocsin(broker, "worker", *brands) as worker:
        with tocsin(broker, "ingest", *replay, *brands) as replaying:
            assert replaying.wait(PATIENCE_S) == 0
        collect(
            broker,
            INCIDENTS.name,
            Decoder(Transition),
            lambda found: any(one.state == "open" for one in found),
        )
        with tocsin(broker, "alert", *brands, "--once") as alert:
            said, _ = alert.communicate(timeout=PATIENCE_S)
            assert alert.returncode == 0, said
        worker.terminate()
        worker.wait(PATIENCE_S)
    return said


def test_a_ring_is_traced_back_to_its_posts(embedded_broker, tmp_path, monkeypatch):
    with OtlpServer() as collector:
        monkeypatch.setenv("TOCSIN_TRACES", "otlp")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "25")  # of seconds; busy cores are slow
        said = run(embedded_broker, tmp_path)
        spans = {(one.trace, one.span): one for one in collector.spans}

    def way(one: Seen) -> list[Seen]:
        """From a span to the first of its trace."""
        found = [one]
        while found[-1].parent:
            found.append(spans[found[-1].trace, found[-1].parent])
        return found

    told = [one for one in spans.values() if one.name == "deliver"]
    assert told, said
    ways = [way(one) for one in told]
    stages = ["judge", "rollup", "publish"]
    whole = [one for one in ways if [each.name for each in one][1:] == stages]
    assert whole, [[each.name for each in one] for one in ways]
    for deliver, judge, rollup, publish in whole:
        assert deliver.service == "tocsin-alert"
        assert judge.service == rollup.service == "tocsin-worker"
        assert publish.service == "tocsin-ingest"
        assert deliver.attributes["tocsin.incident"] == judge.attributes["tocsin.incident"]
        assert deliver.attributes["tocsin.brand"] == rollup.attributes["tocsin.brand"]
        assert publish.attributes["tocsin.topic"] == "tocsin.mentions"
        # Several batches fall into one bucket: one is its parent, the others are linked.
        assert all(spans[link].name == "publish" for link in rollup.links)
    rollups = [one for one in spans.values() if one.name == "rollup"]
    assert any(one.links for one in rollups)


def test_nothing_of_it_is_imported_by_default():
    code = "import sys, agents.cli.main, agents.cli.worker, agents.cli.alert; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=True
    )
    assert not re.search(r"\bopentelemetry", done.stdout)
