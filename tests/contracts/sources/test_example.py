"""The command on the page ``adding-a-source.md`` works as it stands there."""

import gc
import logging
from contextlib import nullcontext
from datetime import UTC, datetime
from threading import Event, Thread

import pytest
from click.testing import CliRunner

from agents.cli.ingest import live
from agents.ingest.formats.neutral import line
from agents.kafka.embedded import EmbeddedBroker
from contracts.sources.harness import post
from contracts.sources.harnesses import EXAMPLE

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

INGEST = EXAMPLE["agents.cli.ingest_folder"]


def test_the_command_publishes_until_it_is_stopped(
    embedded_broker: EmbeddedBroker, tmp_path, caplog, monkeypatch
):
    caplog.set_level(logging.CRITICAL, logger="kafka")
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "1.jsonl").write_bytes(line(post(1, datetime.now(UTC))) + b"{\n")
    (tmp_path / "brands.yaml").write_text("brands: [{id: acme, names: [Acme]}]")
    stop, kept = Event(), tmp_path / "spool" / "folder.position"
    monkeypatch.setattr(live, "stop_on_signals", lambda: nullcontext(stop))
    monkeypatch.setattr(live, "LIVE_HEARTBEAT_S", 0.1)

    def stop_once_it_is_kept():
        while not kept.exists() and not stop.wait(0.05):
            pass
        stop.set()

    watching = Thread(target=stop_once_it_is_kept)
    watching.start()
    done = CliRunner().invoke(
        INGEST.command,
        [str(tmp_path / "incoming"), "--brands", str(tmp_path / "brands.yaml")],
        env={
            "TOCSIN_KAFKA_BOOTSTRAP": embedded_broker.bootstrap,
            "TOCSIN_PARTITIONS": "4",
            "TOCSIN_SPOOL_DIR": str(tmp_path / "spool"),
        },
    )
    stop.set()
    watching.join()
    gc.collect()
    assert done.exit_code == 0, done.output
    assert "1 mentions published, " in done.output
    assert "1 that could not be read" in done.output
