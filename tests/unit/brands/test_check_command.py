"""``tocsin check`` as a user meets it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli.check import command

GOOD = "brands:\n  - id: nestle\n    names: [Nestlé]\n"
MAPPING = "{id: i, created_at: c, text: t, author: {id: a}}\n"


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner()


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def check(runner: CliRunner, *arguments: str, **environment: str) -> Result:
    return runner.invoke(command, arguments, env=environment)


def test_summary_of_a_good_file(runner: CliRunner, tmp_path: Path) -> None:
    result = check(runner, write(tmp_path / "b.yaml", GOOD), "--rules")
    assert result.exit_code == 0, result.output
    assert "nestle" in result.stdout
    assert "(Nestlé OR Nestle) -is:nullcast" in result.stdout


def test_all_faults_of_all_files_and_the_environment(runner: CliRunner, tmp_path: Path) -> None:
    brands = write(tmp_path / "b.yaml", "brands:\n  - id: X Y\n    names: [no]\n")
    mapping = write(tmp_path / "m.yaml", "id: i\ntexts: t\n")
    absent = str(tmp_path / "absent.yaml")
    result = check(runner, brands, absent, "--mapping", mapping, TOCSIN_PARTITIONS="many")
    assert result.exit_code == 1
    for expected in (
        f"{brands}:2: id 'X Y'",
        f"{brands}:3: an item of 'names'",
        f"{absent}:1: No such file",
        f"{mapping}:2: 'texts' is no setting",
        f"{mapping}:1: 'created_at' is missing",
        "environment: TOCSIN_PARTITIONS='many'",
    ):
        assert expected in result.stderr
    assert result.stdout == ""


def test_file_that_is_not_utf8(runner: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    path.write_bytes("brands: [Nestlé]".encode("latin-1"))
    result = check(runner, str(path))
    assert result.exit_code == 1
    assert "not UTF-8 at byte 14" in result.stderr


def test_warnings_do_not_fail_unless_strict(runner: CliRunner, tmp_path: Path) -> None:
    path = write(tmp_path / "b.yaml", GOOD.replace("Nestlé", "Orange"))
    assert check(runner, path).exit_code == 0
    assert check(runner, path, "--strict").exit_code == 1
    assert "everyday word" in check(runner, path).stderr


@pytest.mark.parametrize("name", ["demo", "airline", "stocknet"])
def test_examples_are_without_faults(runner: CliRunner, name: str) -> None:
    folder = Path(__file__).parents[3] / "examples" / name
    mapping = folder / "mapping.yaml"
    arguments = ["--mapping", str(mapping)] if mapping.exists() else []
    result = check(runner, str(folder / "brands.yaml"), "--strict", *arguments)
    assert result.exit_code == 0, result.output
