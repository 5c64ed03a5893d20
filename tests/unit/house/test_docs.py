"""Docs and code say the same: commands, settings, metrics, rules, links, examples."""

import re
import runpy
import shlex
import tomllib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple, get_args

import click
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from agents.alerting.routing.load import inspect_routes
from agents.cli.main import COMMANDS, main
from agents.ingest.formats import FORMATS
from agents.ingest.formats.mapped.mapping import AUTHOR_FIELDS, FIELDS, load_mapping
from agents.ingest.formats.neutral import parse
from agents.ingest.telemetry import Telemetry
from agents.kafka.access import ACCESS
from agents.secret import Password, Secret
from agents.settings import FILE, Settings, variable
from pipeline.brands import load_brands
from pipeline.detection.detector.kind import PASSED_ON, READ, SHARES
from pipeline.detection.detector.severity import SeverityBand
from pipeline.detection.patterns.features import FEATURES
from pipeline.detection.patterns.library import load_library, read_episode
from pipeline.detection.reasons import DismissRule, FeedbackRule, LifeRule, NoticeRule, RingRule
from pipeline.rollup.brand import Dropped
from schemas.brand import Brand
from schemas.dead_letter import DeadReason
from schemas.incident import State
from schemas.mention import Mention
from schemas.topics import TOPICS

ROOT = Path(__file__).parents[3]
HOOKS = ROOT / "docs" / "hooks.py"
PAGES = sorted(
    page
    for place in ("*.md", "docs/**/*.md", "pipeline/**/*.md", "deploy/**/*.md")
    for page in ROOT.glob(place)
)
ID = [page.relative_to(ROOT).as_posix() for page in PAGES]

PLAIN_COMMANDS = {
    "cd", "docker", "export", "git", "helm", "kafka-console-consumer.sh",
    "kafka-consumer-groups.sh", "kubectl", "ssh-keygen",
}  # fmt: skip
MADE_BY_THE_READER = {
    "brands.yaml", "routes.yaml", "mapping.yaml", "week.json", "BRANDS.yaml", "MAPPING.yaml"
}  # fmt: skip
"""Files that an example writes, or that the reader has."""


def text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def absent(words: Iterator[str] | tuple[str, ...], page: str) -> list[str]:
    """Words that do not stand on the page in code style, alone or at the head of an example."""
    return [word for word in words if not re.search(rf"`{re.escape(word)}[`: ]", page)]


def blocks(page: str, language: str) -> list[str]:
    """Code blocks of a page, also those within lists."""
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)
    return [dedent(block) for block in found]


def calls(page: str) -> Iterator[list[str]]:
    """Each command line of the ``sh`` blocks of a page, in words, without comments."""
    for block in blocks(page, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            if words := shlex.split(line, comments=True):
                yield words


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """Follow ``tocsin ingest x …`` to its command; the rest of the words beside it."""
    found: click.Command = main
    while isinstance(found, click.Group) and words:
        inner = found.get_command(click.Context(found), words[0])
        if inner is None:
            break
        found, words = inner, words[1:]
    return found, words


# Commands


def test_the_page_of_commands_is_current() -> None:
    page: Callable[[], str] = runpy.run_path(str(ROOT / "docs" / "write_commands.py"))["page"]
    assert text("docs", "guide", "commands.md") == page(), "run make commands"


def test_the_readme_names_every_command() -> None:
    table = re.findall(r"^\| `tocsin ([a-z-]+)` \| \S", text("README.md"), re.MULTILINE)
    assert table == list(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=ID)
def test_commands_in_examples_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    for words in calls(page.read_text(encoding="utf-8")):
        program = words[0].removeprefix(".venv/bin/")
        if program == "make":
            assert set(words[1:]) <= targets, words
        elif program == "python":
            assert (ROOT / words[1]).is_file(), words
        elif program == "tocsin":
            command, rest = command_of(words[1:])
            assert not isinstance(command, click.Group), words
            known = {
                name for option in command.params for name in (*option.opts, *option.secondary_opts)
            }
            assert {word for word in rest if word.startswith("--")} <= known, words
        else:
            assert program in PLAIN_COMMANDS, words


@pytest.mark.parametrize("page", PAGES, ids=ID)
def test_commands_in_running_text_exist(page: Path) -> None:
    named = re.findall(r"`tocsin ([a-z][a-z -]*)", page.read_text(encoding="utf-8"))
    assert [name for name in named if command_of(name.split())[0] is main] == []


# Settings, metrics, dependencies

SECRETS = (Secret, Password)


def test_the_guide_names_every_setting_with_its_default() -> None:
    page = text("docs", "guide", "settings.md")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|", page, re.MULTILINE)
    defaults = msgspec.to_builtins(Settings(), enc_hook=str)
    assert dict(rows) == {variable(name): str(value) for name, value in defaults.items()}


@pytest.mark.parametrize("page", PAGES, ids=ID)
def test_settings_in_running_text_exist(page: Path) -> None:
    known = {variable(field) for field in Settings.__struct_fields__}
    secrets = (field for field in msgspec.structs.fields(Settings) if field.type in SECRETS)
    known |= {f"{variable(field.name)}{FILE}" for field in secrets}
    named = set(re.findall(r"\bTOCSIN_[A-Z_]+\b", page.read_text(encoding="utf-8")))
    assert named <= known


def test_the_guide_states_the_acls_of_every_command() -> None:
    page = text("docs", "guide", "operating.md")
    rows = re.findall(r"^\| `([a-z ]+)` \| (.* on .*) \| (.*) \|$", page, re.MULTILINE)
    found = {command: _granted(topics) | _granted(groups) for command, topics, groups in rows}
    assert found == {
        command: {
            **{topic: {one.name for one in wanted} for topic, wanted in access.topics.items()},
            **{group: {wanted.name} for group, wanted in access.groups.items()},
        }
        for command, access in ACCESS.items()
    }


def _granted(cell: str) -> dict[str, set[str]]:
    parts = (part.split(" on ") for part in cell.split("; ") if " on " in part)
    return {
        name: set(operations.split(", "))
        for operations, names in parts
        for name in re.findall(r"`([^`]+)`", names)
    }


def test_the_guide_names_every_metric() -> None:
    registry = CollectorRegistry()
    Telemetry("x", registry=registry)
    suffixes = {"counter": "_total", "info": "_info"}
    names = tuple(one.name + suffixes.get(one.type, "") for one in registry.collect())
    assert names
    page = text("docs", "guide", "monitoring.md") + text("docs", "guide", "operating.md")
    assert absent(names, page) == []


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    asked = {re.split(r"[<>=,]", line)[0] for line in lines}
    rows = re.findall(r"^\| `([^`]+)` \|", text("docs", "dependencies.md"), re.MULTILINE)
    assert set(rows) == asked


# What an alert, a topic, a file may say


class Alerts(NamedTuple):
    """The page on alerts in one language, with the headings that tests look for in it."""

    path: str
    language: str
    reasons: str
    term: str

    def read(self) -> str:
        return text(*self.path.split("/"))


ALERTS = (
    Alerts("docs/guide/alerts.md", "en", reasons="## Reasons", term="| term |"),
    Alerts("docs/fr/alerts.md", "fr", reasons="## Les raisons", term="| terme |"),
)
alerts_pages = pytest.mark.parametrize("page", ALERTS, ids=[page.path for page in ALERTS])


@alerts_pages
def test_the_guide_states_where_each_band_of_severity_begins_and_ends(page: Alerts) -> None:
    stated = [(int(low), int(high)) for low, high in re.findall(r"\((\d+)–(\d+)\)", page.read())]
    begins = sorted(SeverityBand)
    assert stated == [(low, high - 1) for low, high in pairwise([*begins, 11])]


@alerts_pages
def test_the_guide_explains_every_state(page: Alerts) -> None:
    assert absent(get_args(State), page.read()) == []


@alerts_pages
def test_the_guide_has_every_reason_in_one_table(page: Alerts) -> None:
    reasons = [name for rules in (NoticeRule, RingRule, LifeRule, FeedbackRule, DismissRule)
               for name in get_args(rules)]  # fmt: skip
    table = page.read().partition(page.reasons)[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `?\w+`? \| \S", table, re.MULTILINE)
    assert sorted(rows) == sorted(reasons)


@alerts_pages
def test_the_guide_explains_every_term(page: Alerts) -> None:
    table = page.read().partition(page.term)[2].partition("\n\n")[0]
    told = set(re.findall(r"`(\w+)`", table))
    assert told == {*(one.code for one in SHARES), PASSED_ON, "rivals", *READ.read}


@alerts_pages
def test_the_guide_explains_every_feature(page: Alerts) -> None:
    written = page.read()
    assert [
        code for code in (*FEATURES, "course", "false_alarms") if f"| `{code}` |" not in written
    ] == []


@alerts_pages
def test_the_guide_names_every_episode(page: Alerts) -> None:
    names = tuple(reference.name for reference in load_library().references)
    with_episodes: Callable[[str, str], str] = runpy.run_path(str(HOOKS))["with_episodes"]
    assert absent(names, with_episodes(page.read(), page.language)) == []


def test_the_guide_explains_every_topic_and_why_records_are_set_aside() -> None:
    page = text("docs", "guide", "operating.md") + text("docs", "guide", "monitoring.md")
    said = (*(topic.name for topic in TOPICS), *get_args(DeadReason), *get_args(Dropped))
    assert absent(said, page) == []


def test_the_guide_states_the_retention_of_every_topic() -> None:
    rows = re.findall(r"^\| `(tocsin[^`]*)` \| [^|]* \| (\d+ days|compacted) \|",
                      text("docs", "guide", "operating.md"), re.MULTILINE)  # fmt: skip
    day_ms = 86_400_000
    kept = {
        topic.name: f"{topic.retention_ms // day_ms} days" if topic.retention_ms else "compacted"
        for topic in TOPICS
    }
    assert dict(rows) == kept


def test_the_guide_explains_every_field_of_a_brand() -> None:
    fields = msgspec.structs.fields(Brand)
    page = text("docs", "guide", "brands-file.md")
    assert [one.name for one in fields if f"| `{one.name}` |" not in page] == []


def test_the_guide_explains_every_field_of_a_mention_and_of_a_mapping() -> None:
    fields = tuple(one.name for one in msgspec.structs.fields(Mention))
    page = text("docs", "guide", "input-formats.md")
    assert absent((*fields, *FIELDS, *AUTHOR_FIELDS, *FORMATS), page) == []


# Examples and links


def test_brands_in_the_guide_are_valid() -> None:
    [written] = blocks(text("docs", "guide", "brands-file.md"), "yaml")
    assert [brand.id for brand in load_brands(written, "guide").brands] == ["acme"]


def test_routes_in_the_guide_and_in_the_example_are_valid() -> None:
    [whole, _part] = blocks(text("docs", "guide", "routes.md"), "yaml")
    for written in (whole, text("examples", "demo", "routes.yaml")):
        assert inspect_routes(written).faults == ()


def test_the_episode_in_the_guide_is_valid() -> None:
    [written] = blocks(text("docs", "develop", "tasks.md"), "json")
    assert read_episode(written.encode(), "guide").words_in("fr").name == "un vol de données"


def test_the_mapping_in_the_guide_is_valid() -> None:
    [written] = blocks(text("docs", "guide", "input-formats.md"), "yaml")
    assert load_mapping(written, "guide").brand_values == {"Acme France": "acme"}


def test_mentions_in_the_guide_are_valid() -> None:
    [written] = blocks(text("docs", "guide", "input-formats.md"), "json")
    kinds = [mention.kind for line in written.splitlines() for mention in parse(line.encode())]
    assert kinds == ["original", "repost"]


@pytest.mark.parametrize("page", PAGES, ids=ID)
def test_links_lead_somewhere(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", written):
        if target.startswith("https://"):
            continue
        path, _, heading = target.partition("#")
        there = page.parent / path if path else page
        assert there.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w\- ]", "", one).lower().replace(" ", "-")
                               for one in headings}, target  # fmt: skip


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/**/*.md")), ids=lambda page: page.name)
def test_lists_are_lists_on_the_site_too(page: Path) -> None:
    """MkDocs asks for an empty line before a list, and for four spaces before what is within."""
    prose = re.sub(
        r"^( *)```.*?^ *```",
        r"\1x",
        page.read_text(encoding="utf-8"),
        flags=re.MULTILINE | re.DOTALL,
    )
    assert re.findall(r"^(?![-#|<]|\d+\. | ).+\n(?:- |\d+\. ).*", prose, re.MULTILINE) == []
    assert re.findall(r"^ {1,3}(?:- |\d+\. |x$).*", prose, re.MULTILINE) == []
    assert re.findall(r"\n\n {1,3}\S.*", prose) == []


@pytest.mark.parametrize("page", PAGES, ids=ID)
def test_files_that_are_named_exist(page: Path) -> None:
    written = re.sub(r"\]\([^)]*\)", "]", page.read_text(encoding="utf-8"))
    named = set(re.findall(r"(?<![\w./*{-])([\w-]+(?:/[\w.-]+)*\.(?:ya?ml|py|toml))\b", written))
    lost = {name for name in named - MADE_BY_THE_READER if not (ROOT / name).is_file()}
    assert lost == set()


def test_there_are_pages() -> None:
    assert {"README.md", "CHANGELOG.md", "docs/guide/commands.md"} <= set(ID)


def test_the_changelog_has_a_place_for_what_comes() -> None:
    assert "\n## [Unreleased]\n" in text("CHANGELOG.md")
