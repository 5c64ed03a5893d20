"""``tocsin routes test`` and ``tocsin check --routes``: what they say, and how they end."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli.main import main

BRANDS = """
brands:
  - {id: nestle, names: [Nestlé], slack_channel: "#nestle", false_rings_per_quarter: 3}
  - {id: acme, names: [Acme Corporation], false_rings_per_quarter: 6}
"""
ROUTES = """
receivers:
  - {name: comms, slack: {ping: {severe: S0COMMS}}}
  - {name: night, slack: {channel: "#night", ping: {minor: here}}}
  - {name: phone, apprise: {url_from: PHONE}}
hours:
  night: {from: "22:00", to: "07:00", zone: Europe/Paris}
route:
  receivers: [comms]
  routes:
    - name: by night
      match: {brand: nestle}
      hours: [night]
      receivers: [night]
      repeat: 30m
      escalate: [{after: 10m, receivers: [phone]}]
maintenance:
  - {name: Launch, from: "2026-12-03 02:00", to: "2026-12-03 04:00", zone: Europe/Paris}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "brands.yaml").write_text(BRANDS, encoding="utf-8")
    (tmp_path / "routes.yaml").write_text(ROUTES, encoding="utf-8")
    return tmp_path


def run(place: Path, *words: str) -> Result:
    files = ["--brands", str(place / "brands.yaml"), "--routes", str(place / "routes.yaml")]
    return CliRunner().invoke(main, ["routes", "test", *files, *words])


def test_it_says_which_route_who_and_why(place: Path) -> None:
    done = run(place, "--brand", "nestle", "--severity", "7", "--at", "2026-12-01T03:00")
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "nestle, ring, severity 7/10, Tuesday 1\u00a0Dec\u00a02026, 03:00 CET (02:00 UTC)",
        "  night (Slack, #night): at once; calls here; again every 30 min while nobody has it",
        "    route on line 9: whatever no other takes",
        "      route 'by night' on line 11: brand nestle, within night",
        "  phone (apprise): after 10 min, if nobody has it; again every 30 min while nobody has it",
        "    route on line 9: whatever no other takes",
        "      route 'by night' on line 11: brand nestle, within night",
    ]


def test_by_day_it_is_somebody_else_and_a_heads_up_calls_nobody(place: Path) -> None:
    day = run(place, "--brand", "nestle", "--at", "2026-12-01T10:00").output
    assert "comms (Slack, #nestle): at once; calls S0COMMS" in day
    quiet = run(place, "--brand", "acme", "--level", "heads_up", "--at", "03:00").output
    assert "comms (Slack, the default channel): at once; calls nobody" in quiet


def test_a_planned_time_calls_nobody(place: Path) -> None:
    done = run(place, "--brand", "nestle", "--severity", "6", "--at", "2026-12-03T03:00")
    assert "Nobody is called: planned 'Launch'." in done.output
    assert "night (Slack, #night): at once; calls nobody" in done.output


def test_programs_read_it_as_json(place: Path) -> None:
    done = run(place, "--brand", "nestle", "--at", "03:00", "--json")
    first, second = json.loads(done.output)
    assert (first["receiver"], first["pings"]) == ("night", ["here"])
    assert (second["receiver"], second["after_s"], second["at_first"]) == ("phone", 600, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--brand", "nestl"], "no brand nestl: known are nestle, acme"),
        (["--brand", "nestle", "--at", "noon"], "--at noon: write 03:00"),
        (["--brand", "nestle", "--zone", "Mars/Base"], "there is no time zone Mars/Base"),
    ],
)
def test_what_cannot_be_meant_is_said(place: Path, words: list[str], said: str) -> None:
    done = run(place, *words)
    assert done.exit_code == 2
    assert said in done.output


def check(place: Path) -> Result:
    words = [str(place / "brands.yaml"), "--routes", str(place / "routes.yaml")]
    return CliRunner().invoke(main, ["check", *words], env={"COLUMNS": "160"})


def test_the_check_says_what_false_rings_add_up_to(place: Path) -> None:
    done = check(place)
    assert done.exit_code == 0, done.output
    rows = {
        cells[0]: cells[1:]
        for line in done.output.splitlines()
        if len(cells := [cell.strip() for cell in line.strip("│ ").split("│")]) == 5
    }
    assert rows["comms"] == ["slack", "at first", "2", "3"]
    assert rows["night"] == ["slack", "at first", "1", "1"]
    assert rows["phone"] == ["apprise", "where nobody has it", "1", "1"]


def test_the_check_says_faults_of_brands_and_routes_at_once(place: Path) -> None:
    (place / "routes.yaml").write_text(ROUTES.replace("brand: nestle", "brand: nestl"), "utf-8")
    done = check(place)
    assert done.exit_code == 1
    assert "routes.yaml:12: no brand has the id 'nestl'; did you mean 'nestle'?" in done.output
    (place / "brands.yaml").write_text("brands: [{id: nestle}]", "utf-8")
    done = check(place)
    assert "brands.yaml:1: brand 'nestle' has no 'names'" in done.output


def test_a_routes_file_that_is_not_there_is_said(place: Path) -> None:
    (place / "routes.yaml").unlink()
    done = check(place)
    assert done.exit_code == 1
    assert "routes.yaml:1: No such file or directory" in done.output
