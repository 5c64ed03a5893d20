"""The Helm chart, rendered: by tests, and by ``make chart``, which writes the snapshots anew."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "tocsin"
SETS = {path.name.removesuffix("-values.yaml"): path for path in (CHART / "ci").glob("*.yaml")}
SNAPSHOTS = ROOT / "tests" / "unit" / "deploy" / "snapshots"


def helm() -> str | None:
    """Where helm is, or None: on the PATH, or where ``make helm`` puts it."""
    return shutil.which("helm") or shutil.which(str(ROOT / ".cache" / "bin" / "helm"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run helm, and let the caller see how it ended.

    A helm that was built from its module knows no Kubernetes of its own, so it is told which.
    """
    program = helm()
    assert program is not None, "needs helm: make helm"
    command = [program, *arguments, "--kube-version", "1.31.0"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@cache
def rendered(name: str) -> tuple[dict[str, Any], ...]:
    """All objects of one set of values."""
    done = run("template", "t", str(CHART), "--namespace", "tocsin", "--values", str(SETS[name]))
    assert done.returncode == 0, done.stderr
    return tuple(each for each in yaml.safe_load_all(done.stdout) if each)


def snapshot(name: str) -> str:
    """The objects as they are compared; of files with a test of their own, that they are there."""
    objects = json.loads(json.dumps(rendered(name)))
    objects.sort(key=lambda each: (each["kind"], each["metadata"]["name"]))
    for each in objects:
        if each["kind"] == "PrometheusRule":
            each["spec"] = "rules.yml"
        if "dashboard" in each["metadata"]["name"]:
            each["data"] = sorted(each["data"])
    return yaml.safe_dump_all(objects, sort_keys=False, width=100)


def main() -> None:
    """Write all snapshots."""
    SNAPSHOTS.mkdir(exist_ok=True)
    for name in SETS:
        (SNAPSHOTS / f"{name}.yaml").write_text(snapshot(name), encoding="utf-8")


if __name__ == "__main__":
    main()
