"""A real Prometheus with our rules, and the queries of our dashboards."""

import json
import math
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import yaml

from agents.kafka.apache import free_ports
from support.waiting import PATIENCE_S

ROOT = Path(__file__).parents[2]


def queries() -> dict[str, str]:
    """By panel and letter, with the variables as they stand when a dashboard is opened."""
    boards = [
        json.loads(path.read_text("utf-8"))
        for path in (ROOT / "deploy" / "grafana" / "dashboards").iterdir()
    ]
    return {
        f"{board['uid']}: {panel['title']} {target['refId']}": target["expr"].replace(
            "$brand", ".*"
        )
        for board in boards
        for panel in board["panels"]
        for target in panel.get("targets", ())
    }


@contextmanager
def scraping(directory: Path, ports: Mapping[str, int]) -> Iterator[str]:
    """Run one that scrapes each service at its port every second; yield its address."""
    targets = [
        {"targets": [f"127.0.0.1:{port}"], "labels": {"service": service}}
        for service, port in ports.items()
    ]
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(ROOT / "deploy" / "prometheus" / "rules.yml")],
        "scrape_configs": [{"job_name": "tocsin", "static_configs": targets}],
    }
    (directory / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    [port] = free_ports(1)
    address = f"127.0.0.1:{port}"
    command = [
        "prometheus",
        f"--config.file={directory / 'prometheus.yml'}",
        f"--storage.tsdb.path={directory / 'data'}",
        f"--web.listen-address={address}",
    ]
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def ask(address: str, query: str) -> list[float]:
    """Values of all series, or none where there is no answer yet. Raises where it is refused."""
    asked = f"{address}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:  # noqa: S310 - our own
            found = json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.SERVICE_UNAVAILABLE:  # while it starts
            raise
        return []
    except OSError:
        return []
    assert found["status"] == "success"
    return [float(each["value"][1]) for each in found["data"]["result"]]


def empty_panels(address: str, asked: Mapping[str, str]) -> dict[str, str]:
    """Return those of ``queries`` that have no value, or one that is no number."""
    answers = {panel: ask(address, query) for panel, query in asked.items()}
    return {
        panel: query
        for panel, query in asked.items()
        if not answers[panel] or any(map(math.isnan, answers[panel]))
    }
