"""One meaning per name: who reads of a class knows which one is meant."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("schemas", "pipeline", "agents", "lab")

SAME_IN_EACH_PLACE = {
    "Ended",  # a connection to a source
    "Job",  # what a process of the laboratory is handed
    "Policy", "State",  # of a connection, as each source makes it again
    "Rhythm",  # of the hours of a made-up day
    "User",  # as a foreign network writes it
}  # fmt: skip


def test_no_two_public_classes_share_a_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(path.relative_to(ROOT).as_posix())
    shared = {name: found for name, found in places.items() if len(found) > 1}
    assert set(shared) == SAME_IN_EACH_PLACE, shared
