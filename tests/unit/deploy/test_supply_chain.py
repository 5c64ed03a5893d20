"""What is inside, and that the image's steps could be gone through without an engine."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[3]
REPLAY = SimpleNamespace(**runpy.run_path(str(ROOT / "deploy" / "replay_image.py")))
PYTHONS = SimpleNamespace(**runpy.run_path(str(ROOT / "deploy" / "find_python.py")))
LICENCES = SimpleNamespace(**runpy.run_path(str(ROOT / "deploy" / "licences.py")))
STEPS = list(REPLAY.steps((ROOT / "deploy" / "Dockerfile").read_text("utf-8")))


@pytest.fixture
def replay(tmp_path: Path):
    return REPLAY.Replay(tmp_path)


def test_every_instruction_is_read_with_its_continuations() -> None:
    words = [step.word for step in STEPS]
    assert words[0] == "FROM"
    assert words.count("FROM") == 2
    assert all("\\" not in step.rest for step in STEPS)
    assert sum("--require-hashes" in step.rest for step in STEPS) == 1


def test_the_context_has_what_the_ignore_file_lets_in_and_nothing_else(replay) -> None:
    there = {path.name for path in replay.context.iterdir()}
    assert there == {"deploy", "pyproject.toml", "README.md", "LICENSE",
                     "schemas", "pipeline", "agents", "lab"}  # fmt: skip
    assert {path.name for path in (replay.context / "deploy").iterdir()} == {
        "requirements.lock", "build.lock",
    }  # fmt: skip


def test_paths_of_the_image_lie_below_the_replay_and_no_other_does(replay) -> None:
    said = "/build/bin/pip install -r deploy/build.lock && PATH=/opt/tocsin/bin:/usr/bin /buildings"
    root = replay.root
    assert replay.below(said) == (
        f"{root}/build/bin/pip install -r deploy/build.lock "
        f"&& PATH={root}/opt/tocsin/bin:/usr/bin /buildings"
    )


def test_copies_land_where_an_engine_would_put_them(replay) -> None:
    replay.env = {"PATH": "/usr/bin"}
    for step in STEPS:
        if step.word in ("WORKDIR", "COPY", "ENV"):
            replay.do(step)
        if step.rest.startswith("schemas"):
            break
    src = replay.root / "src"
    assert (src / "deploy" / "requirements.lock").is_file()
    assert (src / "pyproject.toml").is_file()
    assert (src / "schemas" / "base.py").is_file()


def test_an_instruction_that_is_not_known_ends_the_replay(replay) -> None:
    with pytest.raises(SystemExit, match="ADD is not known here"):
        replay.do(REPLAY.Step("ADD", "x y"))


@pytest.mark.parametrize(
    ("component", "named"),
    [
        ({"licenses": [{"license": {"id": "MIT"}}]}, "MIT"),
        ({"licenses": [{"license": {"name": "BSD\nCopyright …"}}]}, "BSD"),
        ({"licenses": [{"expression": "MIT OR Apache-2.0"}]}, "MIT OR Apache-2.0"),
        ({"licenses": [{"license": {"name": "  "}}]}, ""),
        ({}, ""),
    ],
)
def test_a_licence_is_named_once_and_in_a_line(component: dict, named: str) -> None:
    assert LICENCES.licences_of(component) == named


def test_a_component_without_a_licence_fails(tmp_path: Path, capsys) -> None:
    bill = tmp_path / "sbom.json"
    bill.write_text('{"components": [{"name": "b", "version": "1"}, {"name": "a"}]}')
    assert LICENCES.main(bill) == 1
    assert "no licence is stated by a, b" in capsys.readouterr().err


def test_a_shim_that_leads_nowhere_is_no_python(tmp_path: Path, monkeypatch) -> None:
    shim, real = tmp_path / "shims" / "python9.9", tmp_path / "versions/9.9.1/bin/python9.9"
    for path, script in ((shim, "exit 127"), (real, "echo /here/python9.9")):
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(shim.parent))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert PYTHONS.find("9.9") == "/here/python9.9"
    assert PYTHONS.find("9.8") == ""
