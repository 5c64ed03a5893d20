# ruff: noqa: INP001 - a script beside what it copies, no package
"""Copies rules and dashboards into the Helm chart, which can only read what lies within it.

python deploy/write_chart_files.py
"""

import shutil
from pathlib import Path

DEPLOY = Path(__file__).parent
FILES = DEPLOY / "helm" / "tocsin" / "files"


def copies() -> dict[Path, Path]:
    """What is copied: where to, and from where."""
    dashboards = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
    return {FILES / "rules.yml": DEPLOY / "prometheus" / "rules.yml"} | {
        FILES / "dashboards" / each.name: each for each in dashboards
    }


def main() -> None:
    """Write all of them, and take away what is left over."""
    wanted = copies()
    (FILES / "dashboards").mkdir(parents=True, exist_ok=True)
    for left in {path for path in FILES.rglob("*") if path.is_file()} - set(wanted):
        left.unlink()
    for to, source in wanted.items():
        shutil.copyfile(source, to)


if __name__ == "__main__":
    main()
