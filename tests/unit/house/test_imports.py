"""Imports run one way, libraries stay in their room, and nothing below the edge reads the world."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = ("schemas", "pipeline", "agents")
MODULES = [
    path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py")
]

MAY_IMPORT = {
    "schemas": {"schemas"},
    "pipeline": {"schemas", "pipeline"},
    "agents": {"schemas", "pipeline", "agents"},
}

ONLY_IN = {
    "faust": ("pipeline/topology*.py", "pipeline/delivery.py", "agents/commands/*.py"),
    "mode": ("pipeline/topology*.py", "pipeline/delivery.py", "agents/commands/*.py"),
    "aiokafka": ("pipeline/delivery.py",),
    "kafka": ("agents/*",),
    "confluent_kafka": ("agents/brokers/*.py",),
    "tweepy": ("agents/ingest/*.py",),
    "slack_sdk": ("agents/alerting/*.py",),
    "prometheus_client": ("pipeline/metrics.py", "agents/*"),
    "click": ("agents/*",),
    "rich": ("agents/*",),
    "requests": ("agents/*",),
    "aiohttp": ("agents/*",),
    "pickle": (),
    "socket": ("agents/*",),
    "subprocess": ("agents/*",),
}

CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "sleep"}
CLOCK_AT_THE_EDGE = {"pipeline/topology.py"}
"""``utc_now`` lives beside the wiring that it is handed to."""

ENVIRONMENT_AT_THE_EDGE = ("agents/settings.py", "agents/commands/*.py")


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imported(module: str) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            yield node.module or ""


def roots(module: str) -> set[str]:
    return {name.partition(".")[0] for name in imported(module)}


def test_there_is_something_to_look_at() -> None:
    assert {module.partition("/")[0] for module in MODULES} == set(ROOMS)


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_one_way(module: str) -> None:
    ours = roots(module) & {*ROOMS, "tests", "benchmarks"}
    assert ours <= MAY_IMPORT[module.partition("/")[0]]


@pytest.mark.parametrize("module", MODULES)
def test_libraries_stay_in_their_room(module: str) -> None:
    outside = {
        library
        for library in roots(module) & ONLY_IN.keys()
        if not any(fnmatch(module, pattern) for pattern in ONLY_IN[library])
    }
    assert outside == set()


@pytest.mark.parametrize("module", MODULES)
def test_only_commands_hand_out_the_environment(module: str) -> None:
    if any(fnmatch(module, pattern) for pattern in ENVIRONMENT_AT_THE_EDGE):
        return
    used = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}
    assert not used & {"environ", "environb", "getenv"}


def clock_calls(module: str) -> set[str]:
    calls = (node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call))
    return {
        f"{call.value.id}.{call.attr}"
        for call in calls
        if isinstance(call, ast.Attribute)
        and isinstance(call.value, ast.Name)
        and call.value.id in {"time", "datetime", "date"}
        and call.attr in CLOCKS
    }


@pytest.mark.parametrize("module", [each for each in MODULES if not each.startswith("agents/")])
def test_no_clock_below_the_edge(module: str) -> None:
    assert module in CLOCK_AT_THE_EDGE or clock_calls(module) == set()


def test_a_clock_would_be_found() -> None:
    assert clock_calls("pipeline/topology.py") == {"datetime.now"}


REPLAYS = [module for module in MODULES if module.startswith("pipeline/evaluate/replays/")]


@pytest.mark.parametrize("module", REPLAYS)
def test_the_replays_do_not_know_whom_they_judge(module: str) -> None:
    # The roll-up counts voices and the score is what it counts: a replay and life have one way.
    counting = ("pipeline.rollup", "pipeline.sentiment.contract")
    known = ("schemas", "pipeline.evaluate.jobs", "pipeline.evaluate.replays", *counting)
    ours = {name for name in imported(module) if name.partition(".")[0] in ROOMS}
    assert {name for name in ours if not name.startswith(known)} == set()


def test_one_module_brings_the_judge_to_the_replays() -> None:
    both = {
        module
        for module in MODULES
        if any(name.startswith("pipeline.judge") for name in imported(module))
        and any(name.startswith("pipeline.evaluate.replays") for name in imported(module))
    }
    assert both == {"pipeline/evaluate/contest.py"}
