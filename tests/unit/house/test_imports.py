"""Nothing below the edge reads the world, and replays know nothing of the judge.

What may import what is held by the contracts in ``pyproject.toml`` (``make lint``).
"""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("schemas", "pipeline", "agents", "lab")
MODULES = [
    path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py")
]

CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "sleep"}
CLOCK_AT_THE_EDGE = ("agents/*", "lab/demo/*")
"""The demo lasts as long as its processes do."""

ENVIRONMENT_AT_THE_EDGE = ("agents/settings.py", "agents/cli/*.py")


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imported(module: str) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_there_is_something_to_look_at() -> None:
    assert {module.partition("/")[0] for module in MODULES} == set(ROOMS)


def environment_uses(module: str) -> set[str]:
    used = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}
    return used & {"environ", "environb", "getenv"}


def test_only_commands_hand_out_the_environment() -> None:
    found = {
        module: uses
        for module in MODULES
        if (uses := environment_uses(module))
        and not any(fnmatch(module, pattern) for pattern in ENVIRONMENT_AT_THE_EDGE)
    }
    assert found == {}


def test_a_use_of_the_environment_would_be_found() -> None:
    assert environment_uses("agents/cli/common/start.py") == {"environ"}


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


def test_no_clock_below_the_edge() -> None:
    found = {
        module: calls
        for module in MODULES
        if (calls := clock_calls(module))
        and not any(fnmatch(module, pattern) for pattern in CLOCK_AT_THE_EDGE)
    }
    assert found == {}


def test_a_clock_would_be_found() -> None:
    assert clock_calls("agents/cli/worker.py") == {"datetime.now"}


FACTORY = "agents/kafka/clients.py"
CLIENTS = ("Kafka", "AIOKafka")
"""How the names of client classes begin. Those of errors do so as well, and end as errors do."""


def client_classes(module: str) -> set[str]:
    """The classes of kafka-python's clients that a module imports, or reaches through a module."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "kafka":
            found |= {one.name for one in node.names if one.name.startswith(CLIENTS)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names if one.name.partition(".")[0] == "kafka"}
    return {name for name in found if not name.endswith("Error")}


def test_one_factory_builds_the_clients_of_kafka() -> None:
    # Errors and values such as TopicPartition may be known all over the edge. A test, as a contract
    # sees no further than the package of another project.
    found = {module for module in MODULES if client_classes(module)}
    assert found == {FACTORY}
    assert client_classes(FACTORY) == {"KafkaAdminClient", "KafkaConsumer", "KafkaProducer"}


def test_the_replays_do_not_know_whom_they_judge() -> None:
    # The roll-up counts voices and the score is what it counts: a replay and life have one way.
    # A test, as a contract would have to list every other package, and miss the next one.
    counting = ("pipeline.rollup", "pipeline.sentiment.api")
    known = ("schemas", "pipeline.phrase", "lab.evaluate.jobs", "lab.evaluate.replays", *counting)
    replays = [module for module in MODULES if module.startswith("lab/evaluate/replays/")]
    assert replays
    strangers = {
        (module, name)
        for module in replays
        for name in imported(module)
        if name.partition(".")[0] in ROOMS and not name.startswith(known)
    }
    assert strangers == set()


def test_one_module_brings_the_judge_to_the_replays() -> None:
    both = {
        module
        for module in MODULES
        if any(name.startswith("pipeline.detection") for name in imported(module))
        and any(name.startswith("lab.evaluate.replays") for name in imported(module))
    }
    assert both == {"lab/evaluate/contest.py"}
