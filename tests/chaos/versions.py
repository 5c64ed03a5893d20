"""An earlier version beside this one: its code, and what of it is as it is here."""

import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
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
_REFUSED = re.compile(r"the state on (\S+)\[\d+\] (?:was written with|bears no header)")
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


def change_of_layout() -> tuple[str, str]:
    """Return the last version whose state has another layout than ours, and the one after it.

    Along the first parents: of what lies between, each was this code once. It raises where the
    layout was never another one.
    """
    ours = _layouts(ROOT)
    versions = _git("rev-list", "--first-parent", "HEAD").split()
    same, other = 0, 1
    while other < len(versions) and layouts_at(versions[other]) == ours:
        same, other = other, other * 2
    if other >= len(versions):
        raise LookupError("no version before this one has another layout of its state")
    while other - same > 1:
        middle = (same + other) // 2
        if layouts_at(versions[middle]) == ours:
            same = middle
        else:
            other = middle
    return versions[other], versions[same]


def refusals(log: Path) -> list[str]:
    """Return the topics whose state a worker has refused to go on from, as its log says."""
    said = " ".join(log.read_text(encoding="utf-8", errors="replace").split())
    return sorted(set(_REFUSED.findall(said)))


def is_repository() -> bool:
    """Whether Git knows this code: a copy of it has no earlier versions."""
    return (ROOT / ".git").exists() and shutil.which("git") is not None


def newest_release() -> str:
    """The newest tag, empty where nothing was released."""
    return next(iter(_git("tag", "--sort=-creatordate").splitlines()), "")


def layouts_at(commit: str) -> str:
    """Return how the version at a commit writes its state."""
    packed = subprocess.run(
        [shutil.which("git") or "git", "archive", commit, *_JUDGING],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout
    with TemporaryDirectory() as folder, tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
        return _layouts(Path(folder))


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
