"""``tocsin evaluate`` as a user calls it, over a small directory in the benchmark's form."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli import main
from schemas.codec import Decoder
from schemas.evaluation import Evaluation

START = datetime(2024, 3, 4)  # noqa: DTZ001 - the benchmark's timestamps have no offset
ROWS = 1_600
EVENT = 1_200


def stamp(row: int) -> str:
    return f"{START + timedelta(minutes=5 * row):%Y-%m-%d %H:%M:%S}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two files, one of them in a folder of its own; one event each."""
    folder = tmp_path_factory.mktemp("data") / "nab"
    (folder / "more").mkdir(parents=True)
    labels = {}
    for seed, name in enumerate(("one.csv", "more/two.csv")):
        dice = random.Random(seed)
        counts = [dice.randint(5, 15) + 200 * (EVENT <= row < EVENT + 30) for row in range(ROWS)]
        rows = "".join(f"{stamp(row)},{count}\n" for row, count in enumerate(counts))
        (folder / name).write_text("timestamp,value\n" + rows)
        labels[name] = [[stamp(EVENT - 20), stamp(EVENT + 80)]]
    (folder / "windows.json").write_text(json.dumps(labels))
    return folder


def evaluate(out: Path, *arguments: object) -> Result:
    words = [str(one) for one in arguments]
    return CliRunner().invoke(main, ["evaluate", "--out", str(out), "--jobs", "1", *words])


def read(out: Path) -> Evaluation:
    return Decoder(Evaluation).decode((out / "report.json").read_bytes())


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("out") / "new"
    return out, evaluate(out, "--nab", data)


def test_it_writes_a_page_and_the_figures_behind_it(run: tuple[Path, Result]) -> None:
    out, result = run
    assert result.exit_code == 0, result.output
    report = read(out)
    assert report.nab is not None
    assert report.nab.source == "nab"
    assert [one.name for one in report.nab.series] == ["more/two.csv", "one.csv"]
    assert report.nab.windows == 2
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "more/two" in page
    assert "<script" not in page


def test_tocsin_finds_the_planted_events(run: tuple[Path, Result]) -> None:
    report = read(run[0])
    assert report.nab is not None
    tocsin = report.nab.detectors[0]
    assert tocsin.kind == "tocsin"
    assert tocsin.windows_found == 2
    assert tocsin.scores.standard > 80


def test_it_says_what_it_left_out(run: tuple[Path, Result]) -> None:
    out, result = run
    assert "Left out: Calibration on quiet series: --quiet." in result.output
    assert read(out).left_out == ("Calibration on quiet series: --quiet.",)


def test_several_processes_give_the_same_figures(
    data: Path, run: tuple[Path, Result], tmp_path: Path
) -> None:
    result = evaluate(tmp_path, "--nab", data, "--jobs", 2)
    assert result.exit_code == 0, result.output
    assert read(tmp_path).nab == read(run[0]).nab


def test_all_looks_for_data_in_a_folder(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.evaluate.calibration.SIZES", (2.0,))
    monkeypatch.setattr("pipeline.evaluate.calibration.NOISES", ("flat",))
    result = evaluate(tmp_path, "--all", "--data", data.parent, "--size", "quick", "--seed", 3)
    assert result.exit_code == 0, result.output
    report = read(tmp_path)
    assert report.nab is not None
    assert report.quiet is not None
    assert report.left_out == ()
    assert (report.size, report.seed) == ("quick", 3)
    assert report.quiet.brands == 1


def test_nothing_asked_is_a_clear_error(tmp_path: Path) -> None:
    result = evaluate(tmp_path)
    assert result.exit_code == 2
    assert "--nab DIR, --quiet or --all" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("windows.json", None, "no windows.json"),
        ("windows.json", '{"lost.csv": []}', "lost.csv"),
        ("windows.json", '{"one.csv": []}', "no window to find"),
        ("one.csv", "timestamp,value\nnow,1\n", "one.csv:2"),
    ],
)
def test_a_bad_directory_is_a_clear_error(
    data: Path, tmp_path: Path, name: str, content: str | None, complaint: str
) -> None:
    (tmp_path / "windows.json").write_bytes((data / "windows.json").read_bytes())
    (tmp_path / "one.csv").write_bytes((data / "one.csv").read_bytes())
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "two.csv").write_bytes((data / "one.csv").read_bytes())
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(content)
    result = evaluate(tmp_path / "out", "--nab", tmp_path)
    assert result.exit_code == 1
    assert complaint in result.output
    assert "Traceback" not in result.output
    assert list((tmp_path / "out").iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_before_the_work(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    result = evaluate(tmp_path / "file" / "out", "--nab", data)
    assert result.exit_code == 1
    assert "can't be written" in result.output
