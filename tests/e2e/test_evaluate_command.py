"""``tocsin evaluate`` as a user calls it, over a small directory in the benchmark's form."""

import gzip
import json
import random
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agents.cli.main import main
from lab.evaluate.budget_part import AMOUNTS as BUDGET_AMOUNTS
from lab.evaluate.replays import shapes_of
from lab.evaluate.replays.plan import AMOUNTS, Amount
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
    notes = (
        "Calibration on quiet series: --quiet.",
        "Rings and heads-ups against what is stated: --budgets.",
        "Crisis replays: --replays.",
    )
    assert read(out).left_out == notes


def test_several_processes_give_the_same_figures(
    data: Path, run: tuple[Path, Result], tmp_path: Path
) -> None:
    result = evaluate(tmp_path, "--nab", data, "--jobs", 2)
    assert result.exit_code == 0, result.output
    assert read(tmp_path).nab == read(run[0]).nab


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind of quiet brand, one crisis, one harmless episode, two quiet days."""
    monkeypatch.setattr("lab.evaluate.quiet.calibration.SIZES", (2.0,))
    monkeypatch.setattr("lab.evaluate.quiet.calibration.NOISES", ("flat",))
    monkeypatch.setitem(AMOUNTS, "quick", Amount(1, 3, (2.0,), 1))
    module = import_module("lab.evaluate.replays.plan")  # its package has a plan of its own
    monkeypatch.setattr(module, "QUARTER_DAYS", 2)
    monkeypatch.setitem(BUDGET_AMOUNTS, "quick", (1, 1, 2))
    monkeypatch.setattr("lab.evaluate.budget_part.WARM_DAYS", 1)
    monkeypatch.setattr("lab.evaluate.real_brand.CHAPTER_DAYS", 1)
    monkeypatch.setattr("lab.evaluate.real_brand.RUN_IN_DAYS", 1)
    few = [one for one in shapes_of("held_out") if one.name in {"small_brand_storm", "giveaway"}]
    monkeypatch.setattr("lab.evaluate.replay_part.shapes_of", {"held_out": few}.__getitem__)


@pytest.fixture
def storms(data: Path) -> Path:
    folder = data.parent / "storms"
    folder.mkdir(exist_ok=True)
    (folder / "twitter_activity_Fire.csv").write_text(
        "date,count\n2019-03-01,20\n2019-03-02,600\n2019-03-03,200\n"
    )
    (folder / "twitter_daily_sentiment_Fire.csv").write_text(
        "date,avg_vader_compound\n2019-03-01,0\n2019-03-02,-0.2\n2019-03-03,-0.2\n"
    )
    return folder


@pytest.fixture
def real_brand(data: Path) -> None:
    """Two days of a brand in the form of a series of years."""
    folder = data.parent / "twitterdev"
    folder.mkdir(exist_ok=True)
    rows = "".join(f"{stamp(row)},{row % 3}\n" for row in range(2 * 288))
    with gzip.open(folder / "mentions-5min-2024.csv.gz", "wt") as file:
        file.write("timestamp,value\n" + rows)


@pytest.mark.usefixtures("small", "storms", "real_brand")
def test_all_looks_for_data_in_a_folder(data: Path, tmp_path: Path) -> None:
    result = evaluate(tmp_path, "--all", "--data", data.parent, "--size", "quick", "--seed", 3)
    assert result.exit_code == 0, result.output
    report = read(tmp_path)
    assert report.nab is not None
    assert report.quiet is not None
    assert report.replays is not None
    notes = ("Worlds by other hands: --world DIR with truth.json and brands.json.",)
    assert report.left_out == notes
    assert report.worlds is not None
    assert [one.name for one in report.worlds.worlds] == ["own replays"]
    assert report.budgets is not None
    assert [one.rings_per_quarter.stated for one in report.budgets.kept] == [0.25, 0.5, 1]
    assert report.budgets.real is not None
    assert report.budgets.real.weeks == pytest.approx(1 / 7)
    assert "which nobody tunes on" in result.output
    assert (report.size, report.seed) == ("quick", 3)
    assert report.quiet.brands == 1
    replays = report.replays
    assert (replays.shapes, replays.first_seed) == ("held_out", 1300)
    assert (replays.crises, replays.harmless) == (1, 1)
    names = [one.contender for one in replays.contenders]
    assert names[:2] == ["Tocsin", "rule of thumb"]
    assert len(names) == 8
    assert {one.storms[0].name for one in replays.contenders} == {"Fire"}
    assert "share of crises that rang" in {one.what for one in report.targets}
    assert "rule of thumb" in result.output


def test_storms_without_replays_are_a_clear_error(tmp_path: Path, storms: Path) -> None:
    result = evaluate(tmp_path, "--storms", storms)
    assert result.exit_code == 2
    assert "--storms is a part of --replays" in result.output


def test_worlds_without_replays_are_a_clear_error(tmp_path: Path, storms: Path) -> None:
    result = evaluate(tmp_path, "--world", storms)
    assert result.exit_code == 2
    assert "--world is a part of --replays" in result.output


@pytest.mark.usefixtures("small")
def test_a_folder_that_is_no_world_is_a_clear_error(tmp_path: Path) -> None:
    words = ("--replays", "--size", "quick", "--world", tmp_path)
    result = evaluate(tmp_path / "out", *words)
    assert result.exit_code == 1
    assert "truth.json: not to be read" in result.output
    assert "Traceback" not in result.output


def test_a_bad_directory_of_storms_is_a_clear_error(tmp_path: Path) -> None:
    result = evaluate(tmp_path / "out", "--replays", "--storms", tmp_path)
    assert result.exit_code == 1
    assert "no twitter_activity_*.csv" in result.output
    assert "Traceback" not in result.output


def test_nothing_asked_is_a_clear_error(tmp_path: Path) -> None:
    result = evaluate(tmp_path)
    assert result.exit_code == 2
    assert "--nab DIR, --quiet, --replays, --budgets or --all" in result.output
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
