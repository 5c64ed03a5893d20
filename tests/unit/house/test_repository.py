"""What is in the repository itself: the lock, the license, the pages that others are sent to."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    """Return each pinned package with its block of the lock."""
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)
    return {normal(block.partition("==")[0]): block for block in blocks if "==" in block}


def test_the_lock_names_no_registry() -> None:
    assert not re.search(r"https?://|--index-url|--find-links|--extra-index", LOCK)


def test_every_locked_package_is_hashed() -> None:
    assert [name for name, block in locked().items() if "--hash=sha256:" not in block] == []


def test_everything_we_ask_for_is_locked() -> None:
    asked = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    names = {normal(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in asked}
    assert names - locked().keys() == set()


def test_the_license_is_there() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_every_place_names_the_version_that_is_released_last() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    images = set(re.findall(r"image: tocsin:(\S+)", compose))
    assert {PROJECT["project"]["version"], *images} == {released[0]}
