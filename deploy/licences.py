# ruff: noqa: INP001, T201 - a script of make sbom
"""Lists the licences that an SBOM (CycloneDX, JSON) states, a line a component.

python deploy/licences.py out/sbom.cdx.json

Exit code 1 where a component states none: somebody has to look.
"""

import json
import sys
from pathlib import Path
from typing import Any

KNOWN = {"vaderSentiment": "MIT (its LICENSE.txt)"}
"""Looked up by a person, where a package's own data does not say it."""

LONGEST = 60
"""Some packages give the whole text of a licence where its name belongs."""


def licences_of(component: dict[str, Any]) -> str:
    """Names of the licences of a component; empty where it states none.

    >>> licences_of({"licenses": [{"license": {"id": "MIT"}}, {"expression": "BSD-2-Clause"}]})
    'MIT; BSD-2-Clause'
    """
    names = []
    for each in component.get("licenses", ()):
        stated = each.get("license", {})
        name = each.get("expression") or stated.get("id") or stated.get("name", "")
        names.append(name.strip().partition("\n")[0][:LONGEST])
    return "; ".join(dict.fromkeys(name for name in names if name))


def main(path: Path) -> int:
    """Print the list; return how the process is to end."""
    components = json.loads(path.read_text("utf-8"))["components"]
    silent = []
    for each in sorted(components, key=lambda one: str(one["name"]).lower()):
        found = licences_of(each) or KNOWN.get(each["name"], "")
        print(f"{each['name']} {each.get('version', '')}: {found or 'NONE STATED'}")
        if not found:
            silent.append(each["name"])
    if silent:
        print(f"no licence is stated by {', '.join(silent)}", file=sys.stderr)
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
