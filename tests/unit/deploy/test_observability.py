"""Alerts and dashboard speak of metrics that exist, and send people to pages that exist."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from prometheus_client import CollectorRegistry

from agents.coverage.measured import BrandsCollector
from agents.coverage.verdict import Status
from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.telling import tell_prometheus
from agents.ingest.telemetry import Telemetry
from agents.monitoring.health import Health, process_registry
from schemas.dead_letter import DeadReason

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"
GRAFANA = ROOT / "deploy" / "grafana"
GROUPS = yaml.safe_load((PROMETHEUS / "rules.yml").read_text("utf-8"))["groups"]
RULES: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"]]
ALERTS = [rule for rule in RULES if "alert" in rule]
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
DASHBOARDS: list[dict[str, Any]] = [
    json.loads(path.read_text("utf-8")) for path in (GRAFANA / "dashboards").glob("*.json")
]
PANELS = [panel for board in DASHBOARDS for panel in board["panels"] if panel["type"] != "row"]
NOW = datetime(2026, 11, 30, tzinfo=UTC)
OF_PROMETHEUS = {"up", "ALERTS"}


def exposed() -> set[str]:
    """Return the names of all time series that our processes can have."""
    names = set()
    telemetry = Telemetry("x", registry=CollectorRegistry())
    Health(telemetry.progress, telemetry.registry)
    tell_prometheus(Account(), "x", telemetry.registry)
    brands = CollectorRegistry()
    brands.register(BrandsCollector(["acme"], lambda _: {"acme": Status("heard")}, now=lambda: NOW))
    for registry in (telemetry.registry, process_registry(), brands):
        for family in registry.collect():
            names |= {
                f"{family.name}{end}"
                for end in {
                    "counter": ("_total",),
                    "histogram": ("_bucket", "_sum", "_count"),
                    "info": ("_info",),
                }.get(family.type, ("",))
            }
    return names


def expressions() -> list[str]:
    panels = [t["expr"] for panel in PANELS for t in panel["targets"]]
    notes = [note["expr"] for board in DASHBOARDS for note in board["annotations"]["list"]]
    return [rule["expr"] for rule in RULES] + panels + notes


@pytest.mark.parametrize("expression", list(expressions()))
def test_every_expression_asks_for_what_there_is(expression: str) -> None:
    without_labels = re.sub(r"\{[^}]*\}|\bby \([^)]*\)|\[[^\]]*\]", "", expression)
    names = set(
        re.findall(r"\b(?:tocsin|process)_\w+|tocsin:[\w:]+|\bup\b|\bALERTS\b", without_labels)
    )
    assert names
    assert names - exposed() - RECORDED - OF_PROMETHEUS == set()


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_alert_has_a_page_of_its_own_name(rule: dict[str, Any]) -> None:
    page = ROOT / rule["annotations"]["runbook_url"]
    assert page.read_text(encoding="utf-8").startswith(f"# {rule['alert']}: ")


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "runbooks").glob("*.md")), ids=lambda p: p.name
)
def test_every_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    paths = [link.partition("#")[0] for link in links]
    assert [path for path in paths if not (page.parent / path).exists()] == []


def test_pages_name_panels_that_exist() -> None:
    titles = {panel["title"] for panel in PANELS}
    pages = (page.read_text("utf-8") for page in (ROOT / "docs" / "runbooks").glob("*.md"))
    in_italics = re.compile(r"(?<!\*)\*(\w[^*]+)\*(?!\*)")
    named = {" ".join(name.split()) for page in pages for name in in_italics.findall(page)}
    assert named
    assert named - titles == set()


def test_rules_know_every_reason_of_a_dead_letter() -> None:
    listed = [set(re.findall(r"reason!?~\"([^\"]*)\"", rule["expr"])) for rule in RULES]
    assert {"|".join(get_args(DeadReason))} in listed


def test_dashboards_ask_the_prometheus_that_there_is() -> None:
    """Of Compose, or of a Grafana of somebody else: the first one, until another is chosen."""
    for board in DASHBOARDS:
        sources = [each for each in board["templating"]["list"] if each["type"] == "datasource"]
        assert [(each["name"], each["query"]) for each in sources] == [("datasource", "prometheus")]
    assert {panel["datasource"]["uid"] for panel in PANELS} == {"${datasource}"}


def test_every_alert_is_made_to_ring_and_every_objective_to_be_missed() -> None:
    tests = yaml.safe_load((PROMETHEUS / "rules_test.yml").read_text("utf-8"))["tests"]
    rung = {
        (case["alertname"], alert["exp_labels"]["severity"])
        for test in tests
        for case in test["alert_rule_test"]
        for alert in case.get("exp_alerts", ())
    }
    assert rung == {(rule["alert"], rule["labels"]["severity"]) for rule in ALERTS}


def test_prometheus_looks_at_every_service_of_compose() -> None:
    jobs = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    names = set(jobs[0]["dns_sd_configs"][0]["names"])
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    ours = {name for name, one in services.items() if one["image"].startswith("tocsin:")}
    assert names == ours - {"topics"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "rules", "rules.yml"),
        ("check", "config", "prometheus.yml"),
        ("test", "rules", "rules_test.yml"),
    ],
    ids=" ".join,
)
def test_promtool_is_content(arguments: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("needs promtool, of Prometheus")
    command = [promtool, *arguments]
    done = subprocess.run(command, cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
