"""docker-compose.yml, checked as far as that goes without an engine."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from agents.settings import read_settings
from support.command_line import parse

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def with_defaults(text: str) -> str:
    """Put in what ``${NAME:-default}`` is where nobody has set NAME."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


COMPOSE: dict[str, Any] = yaml.safe_load(with_defaults(TEXT))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"].startswith("tocsin:")}


def on_this_machine(service: dict[str, Any]) -> list[str]:
    """Return the service's command with the paths of its mounts as they are here."""
    mounts = [each.split(":") for each in service.get("volumes", ())]
    paths = {inside: str(ROOT / here) for here, inside, *_ in mounts if here.startswith(".")}
    return [paths.get(word, word) for word in service["command"]]


def test_it_is_what_compose_understands() -> None:
    schema = json.loads((Path(__file__).parent / "compose.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(COMPOSE)


def test_docker_compose_accepts_it() -> None:
    docker = shutil.which("docker")
    probe = [str(docker), "compose", "version"]
    if docker is None or subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("needs a docker client with compose")
    config = [docker, "compose", "--profile", "*", "config", "-q"]
    done = subprocess.run(config, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_all_of_tocsin_is_in_it() -> None:
    assert set(OURS) == {
        "topics", "worker", "learn", "alert", "page", "ingest-simulate", "ingest-x",
    }  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_ours_is_understood(name: str) -> None:
    assert parse(on_this_machine(OURS[name])).callback is not None


def test_a_wrong_option_would_be_found() -> None:
    with pytest.raises(click.NoSuchOption):
        parse(["topics", "--aply"])


@pytest.mark.parametrize("name", OURS)
def test_every_setting_of_ours_exists(name: str) -> None:
    settings = read_settings(OURS[name]["environment"])
    assert settings.kafka_bootstrap == "kafka:19092"
    assert settings.metrics_port == 9100


@pytest.mark.parametrize("name", OURS)
def test_what_is_ours_writes_nowhere_but_to_its_volumes(name: str) -> None:
    assert OURS[name]["read_only"] is True
    assert OURS[name]["init"] is True


@pytest.mark.parametrize("name", SERVICES)
def test_all_that_runs_on_is_checked_for_health(name: str) -> None:
    assert name == "topics" or "healthcheck" in SERVICES[name]


def test_what_others_wait_for_exists_and_can_be_waited_for() -> None:
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            assert wait["condition"] != "service_healthy" or "healthcheck" in SERVICES[name]


def test_every_volume_is_declared_and_every_path_is_there() -> None:
    mounts = [each.split(":")[0] for one in SERVICES.values() for each in one.get("volumes", ())]
    paths = {each for each in mounts if each.startswith(".")}
    assert {each for each in mounts if each not in paths} == set(COMPOSE["volumes"])
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_no_secret_is_in_it() -> None:
    secrets = re.findall(r"^\s*\w*(?:TOKEN|PASSWORD|SECRET)\w*:\s*(.*)$", TEXT, re.MULTILINE)
    names = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "X_BEARER_TOKEN")
    assert secrets == [f'"${{{name}:-}}"' for name in names]


def test_kafka_is_the_one_that_the_tests_run_on() -> None:
    from agents.kafka.jars import KAFKA_VERSION  # noqa: PLC0415 - only here

    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"


def test_kafka_makes_no_topic_by_itself() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_the_image_is_built_from_hashed_packages_and_runs_without_rights() -> None:
    lines = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    installs = re.findall(r"pip install .*", lines)
    assert all("--require-hashes" in each or "--no-deps" in each for each in installs)
    assert re.findall(r"^USER (.*)$", lines, re.MULTILINE) == ["10001:10001"]
    assert 'ENTRYPOINT ["tocsin"]' in lines


@pytest.mark.parametrize("name", ["requirements.lock", "build.lock"])
def test_the_image_has_the_versions_that_were_tested(name: str) -> None:
    pins = re.compile(r"^([a-z0-9][^ ]*==[^ ;]+)", re.MULTILINE)
    image = set(pins.findall((ROOT / "deploy" / name).read_text(encoding="utf-8")))
    tested = set(pins.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    assert image
    assert image - tested == set()


def test_everything_that_the_image_copies_is_let_in() -> None:
    ignore = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    copied = re.findall(
        r"^COPY (?!--from)(.*) \S+$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE
    )
    names = {word.rstrip("/") for line in copied for word in line.split()}
    assert {f"!{name}" for name in names} <= set(ignore.splitlines())
    assert [name for name in names if not (ROOT / name).exists()] == []


LOGIN_TEXT = (ROOT / "deploy/oauth2-proxy/docker-compose.yml").read_text(encoding="utf-8")


class _Reset(yaml.SafeLoader):
    """Reads ``!reset``, with which Compose takes back what another file says."""


_Reset.add_constructor("!reset", lambda loader, node: loader.construct_sequence(node))  # type: ignore[no-untyped-call]


def test_behind_a_login_nobody_reaches_the_page_itself() -> None:
    login = yaml.load(LOGIN_TEXT, Loader=_Reset)["services"]  # noqa: S506 - a safe loader
    config = (ROOT / "deploy/oauth2-proxy/oauth2-proxy.cfg").read_text(encoding="utf-8")
    assert "ports: !reset []" in LOGIN_TEXT
    assert login["page"]["environment"]["TOCSIN_PAGE_USER_HEADER"] == "X-Forwarded-Email"
    assert 'upstreams = ["http://page:8080/"]' in config
    assert SERVICES["page"]["environment"]["TOCSIN_PAGE_PORT"] == "8080"
    proxy = login["oauth2-proxy"]
    assert proxy["ports"] == ["127.0.0.1:4180:4180"]
    assert proxy["read_only"] is True
    [mount] = proxy["volumes"]
    assert (ROOT / mount.split(":")[0]).is_file()
