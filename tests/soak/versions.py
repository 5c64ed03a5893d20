"""An earlier version beside this one: its code, and what of it is as it is here."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from chaos.stage import ROOT

_LAYOUTS = """
from importlib import import_module

def header(name, *modules):  # a version may have it in another room
    for module in modules:
        try:
            return getattr(import_module(module), name)(10)
        except ImportError:
            continue
    raise SystemExit(f"no {name} in {modules}")

print(header("rollup_header", "pipeline.rollup.partition.shard", "pipeline.rollup.shard"))
print(header("judge_header", "pipeline.detection.brand_judge"))
"""
_JUDGING = ("pipeline", "schemas")
BACK = "HEAD~10"
"""What is taken for the earlier version where none was released."""


class Earlier(NamedTuple):
    """An earlier version. ``root``: where its code lies.

    ``same_state``: its workers can go on with the state of ours and ours with its. ``same_judge``:
    both say the same of the same buckets, as nothing that judges has changed.
    """

    revision: str
    root: Path
    same_state: bool
    same_judge: bool


@contextmanager
def checked_out(revision: str, folder: Path) -> Iterator[Earlier]:
    """Have the code of a version of this repository in ``folder`` within the block.

    ``revision``: as Git knows it; empty for the newest tag, or ``BACK`` where there is none.
    """
    name = revision or newest_release() or BACK
    commit = _git("rev-parse", "--short", f"{name}^{{commit}}")
    _git("worktree", "add", "--force", "--detach", str(folder), commit)
    try:
        unchanged = not _git("diff", "--name-only", commit, "HEAD", "--", *_JUDGING)
        yield Earlier(
            revision=f"{name} ({commit})" if name != commit else commit,
            root=folder,
            same_state=_layouts(folder) == _layouts(ROOT),
            same_judge=unchanged,
        )
    finally:
        _git("worktree", "remove", "--force", str(folder))


def is_repository() -> bool:
    """Whether Git knows this code: a copy of it has no earlier versions."""
    return (ROOT / ".git").exists() and shutil.which("git") is not None


def newest_release() -> str:
    """The newest tag, empty where nothing was released."""
    return next(iter(_git("tag", "--sort=-creatordate").splitlines()), "")


def _layouts(root: Path) -> str:
    """How a version writes its state; it raises where that version has no such state."""
    done = subprocess.run(
        [sys.executable, "-c", _LAYOUTS],
        cwd=root,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def _git(*arguments: str) -> str:
    done = subprocess.run(
        [shutil.which("git") or "git", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()
