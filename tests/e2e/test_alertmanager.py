"""Alerts in Debian's real Alertmanager, where it is installed."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agents.alerting.address import Address
from agents.alerting.sinks.alertmanager import AlertmanagerSink
from schemas.incident import Transition
from support.alert_examples import BRAND, heads_up, rung, transition
from support.notifying import Told
from support.waiting import PATIENCE_S, until

PROGRAM = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Alertmanager is installed")
CONFIG = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place: Path = tmp_path_factory.mktemp("alertmanager")
    (place / "alertmanager.yml").write_text(CONFIG)
    port = free_port()
    process = subprocess.Popen(
        [
            str(PROGRAM),
            f"--config.file={place / 'alertmanager.yml'}",
            f"--storage.path={place}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        sink = AlertmanagerSink(Address(f"http://127.0.0.1:{port}"), now=lambda: datetime.now(UTC))
        until(lambda: answers(sink))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def answers(sink: AlertmanagerSink) -> bool:
    try:
        return sink.answers()
    except Exception:  # noqa: BLE001 - it is still starting
        return False


def firing(url: str, incident: str) -> list[dict[str, Any]]:
    """Return the alerts of an incident that have not ended."""
    with urllib.request.urlopen(f"{url}/api/v2/alerts", timeout=PATIENCE_S) as answer:  # noqa: S310
        found: list[dict[str, Any]] = json.load(answer)
    return [one for one in found if one["labels"]["incident"] == incident]


def told(url: str, *steps: Transition) -> None:
    alerts = Told(AlertmanagerSink(Address(url), now=lambda: datetime.now(UTC)))
    for one in steps:
        alerts.deliver(one, BRAND)


def test_an_incident_is_one_alert_from_heads_up_to_end(url: str) -> None:
    steps = [
        heads_up(incident="a", severity=3),
        rung(incident="a", severity=8),
        rung(incident="a", seq=2, state="escalating", reason="growing", severity=9),
        rung(incident="a", seq=3, state="resolved", reason="back_to_normal"),
    ]
    standing = []
    alerts = Told(AlertmanagerSink(Address(url), now=lambda: datetime.now(UTC)))
    for step in steps:
        alerts.deliver(step, BRAND)
        time.sleep(0.05)  # an alert that has just ended is shown for the rest of the instant
        standing.append([one["labels"] for one in firing(url, "a")])
    seen = [[(one["level"], one["severity"]) for one in labels] for labels in standing]
    assert seen == [[("heads_up", "moderate")], [("ring", "severe")], [("ring", "extreme")], []]


def test_a_second_copy_is_the_same_alert(url: str) -> None:
    told(url, transition(incident="b"))
    told(url, transition(incident="b"))
    [alert] = firing(url, "b")
    assert alert["status"]["state"] in {"active", "unprocessed"}
    assert alert["annotations"]["summary"].startswith("🔔 Nestlé: severe (8/10)")
