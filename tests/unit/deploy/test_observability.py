"""Alerts and dashboard speak of metrics that exist, and send people to pages that exist."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from prometheus_client import CollectorRegistry

from agents.ingest.sources.x.money.account import Account
from agents.ingest.sources.x.money.telling import tell_prometheus
from agents.ingest.telemetry import Telemetry
from agents.monitoring.health import Health, process_registry
from schemas.dead_letter import DeadReason

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "deploy" / "prometheus"
GRAFANA = ROOT / "deploy" / "grafana"
RULES: list[dict[str, Any]] = yaml.safe_load((PROMETHEUS / "rules.yml").read_text("utf-8"))[
    "groups"
][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((GRAFANA / "dashboards" / "tocsin.json").read_text("utf-8"))
OF_PROMETHEUS = {"up", "ALERTS"}


def exposed() -> set[str]:
    """Return the names of all time series that our processes can have."""
    names = set()
    telemetry = Telemetry("x", registry=CollectorRegistry())
    Health(telemetry.progress, telemetry.registry)
    tell_prometheus(Account(), "x", telemetry.registry)
    for registry in (telemetry.registry, process_registry()):
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
    panels = [t["expr"] for panel in DASHBOARD["panels"] for t in panel["targets"]]
    notes = [note["expr"] for note in DASHBOARD["annotations"]["list"]]
    return [rule["expr"] for rule in RULES] + panels + notes


@pytest.mark.parametrize("expression", list(expressions()))
def test_every_expression_asks_for_what_there_is(expression: str) -> None:
    without_labels = re.sub(r"\{[^}]*\}|\bby \([^)]*\)|\[[^\]]*\]", "", expression)
    names = set(re.findall(r"\b(?:tocsin|process)_\w+|\bup\b|\bALERTS\b", without_labels))
    assert names
    assert names - exposed() - OF_PROMETHEUS == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_has_a_page_of_its_own_name(rule: dict[str, Any]) -> None:
    page = ROOT / rule["annotations"]["runbook_url"]
    assert page.read_text(encoding="utf-8").startswith(f"# {rule['alert']}: ")


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "runbooks").glob("*.md")), ids=lambda p: p.name
)
def test_every_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_pages_name_panels_that_exist() -> None:
    titles = {panel["title"] for panel in DASHBOARD["panels"]}
    pages = (page.read_text("utf-8") for page in (ROOT / "docs" / "runbooks").glob("*.md"))
    in_italics = re.compile(r"(?<!\*)\*(\w[^*]+)\*(?!\*)")
    named = {" ".join(name.split()) for page in pages for name in in_italics.findall(page)}
    assert named
    assert named - titles == set()


def test_rules_know_every_reason_of_a_dead_letter() -> None:
    listed = [set(re.findall(r"reason!?~\"([^\"]*)\"", rule["expr"])) for rule in RULES]
    assert {"|".join(get_args(DeadReason))} in listed


def test_panels_and_datasource_agree() -> None:
    path = GRAFANA / "provisioning" / "datasources" / "prometheus.yaml"
    (source,) = yaml.safe_load(path.read_text("utf-8"))["datasources"]
    assert {panel["datasource"]["uid"] for panel in DASHBOARD["panels"]} == {source["uid"]}


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
