"""What is installed with pip is whole: every file that the packages need lies in the wheel."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
GIT = shutil.which("git")
PACKAGES = ("agents", "lab", "pipeline", "schemas")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("tocsin-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack it where no other file of the repository is; what it depends on is here already."""
    folder = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def run(installed: Path, *words: str) -> str:
    """Run the command line of what is installed, away from the repository."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "agents", *words],
        cwd=installed.parent,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.skipif(not (GIT and (ROOT / ".git").exists()), reason="needs git and a checkout")
def test_every_file_of_the_packages_is_in_it_and_nothing_else(wheel: Path) -> None:
    listed = subprocess.run(
        [str(GIT), "ls-files", *PACKAGES], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    with ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert names == set(listed)


def test_it_scores_and_simulates_without_the_repository(installed: Path, tmp_path: Path) -> None:
    where = [sys.executable, "-c", "import agents, lab; print(agents.__file__, lab.__file__)"]
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    found = subprocess.run(
        where, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    ).stdout.split()
    assert all(path.startswith(str(installed)) for path in found)
    texts = tmp_path / "texts.txt"
    texts.write_text("They poisoned the river and lied about it.\n", encoding="utf-8")
    assert "negative" in run(installed, "sentiment", "score", str(texts))
    posts = tmp_path / "posts.jsonl"
    of = ("--brands", str(installed / "lab" / "demo" / "brands.yaml"))
    run(installed, "ingest", "simulate", *of, "--days", "1", "--out", str(posts))
    assert posts.stat().st_size > 0
    assert "nestle" in run(installed, "backtest", str(posts), *of).lower()
