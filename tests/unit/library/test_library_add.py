"""``tocsin library``: a past crisis of one's own, measured, kept, compared with."""

import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from agents.cli.main import main
from agents.ingest.formats import open_mentions
from agents.library import read_own
from lab.backtest import Backtest
from pipeline.detection.patterns.library import Library, load_episodes, read_episode
from pipeline.rollup import RollupRules
from pipeline.sentiment.load import load_ngram
from schemas.brand import Brand

FROM, TO = "2024-03-06T16:30", "2024-03-06T22:30"
NAME = "our-recall-2024"
BRAND = Brand(id="acme", names=("Acme",), handles=("acme",), languages=("en",))


@pytest.fixture(scope="session")
def added(recording, tmp_path_factory) -> tuple[Path, Result]:
    """A library with the failure of seed 1 in it."""
    directory = tmp_path_factory.mktemp("library")
    return directory, add(recording(1), directory)


def add(file: Path, directory: Path, *more: str, name: str = NAME, since: str = FROM) -> Result:
    words = [name, str(file), "--kind", "crisis", "--title", "our recall of 2024",
             "--brands", str(file.parent / "brands.yaml"), "--brand", "acme",
             "--from", since, "--to", TO, "--dir", str(directory), *more]  # fmt: skip
    return CliRunner().invoke(main, ["library", "add", *words])


def backtest(file: Path, report: Path, directory: Path) -> dict:
    words = [str(file), "--brands", str(file.parent / "brands.yaml"), "--json", str(report)]
    env = {"TOCSIN_LIBRARY_DIR": str(directory)}
    result = CliRunner().invoke(main, ["backtest", *words], env=env)
    assert result.exit_code == 0, result.output
    return json.loads(report.read_bytes())["brands"][0]


def test_what_was_measured_says_from_what(added) -> None:
    directory, result = added
    assert result.exit_code == 0, result.output
    episode = read_episode((directory / f"{NAME}.json").read_bytes(), NAME)
    assert episode.provenance == "measured"
    assert episode.sources == ("measured on failure-1.jsonl",)
    assert "acme, 2024-03-06 16:30 to 2024-03-06 22:30Z" in episode.note
    assert 1 <= len(episode.phases) <= 5
    assert {"surge", "negative_shift"} <= set(episode.or_more)
    for phase in episode.phases:
        assert phase.features["negative_shift"][0] > 0.5
        assert all(tolerance > 0 for _, tolerance in phase.features.values())


@pytest.mark.parametrize("seed", [2, 3])
def test_the_same_kind_of_crisis_is_nearest_to_it(added, recording, seed) -> None:
    """Minutes after the onset it may still look like several; an hour later it does not.

    What an alert calls it goes by the least deviation: a far larger surge may be called otherwise
    for a while.
    """
    library = Library.of(load_episodes(), read_own(added[0]))
    test = Backtest({"acme": BRAND}, rules=RollupRules(), model=load_ngram(), library=library)
    for one in open_mentions([recording(seed)]):
        test.feed(one, ["acme"])
    test.finish()
    told = [one for one in test.tallies[0].transitions if one.level == "ring"]
    assert NAME in [near.episode for near in told[0].nearest]
    later = [
        one
        for one in told
        if one.at - one.onset > timedelta(hours=1) and one.state in {"escalating", "peaking"}
    ]
    assert later
    assert told[-1].pattern == NAME
    for one in later:
        assert (one.nearest[0].episode, one.nearest[0].title) == (NAME, "our recall of 2024")


def test_a_backtest_compares_with_the_directory(added, recording, tmp_path) -> None:
    names = {
        near["episode"]
        for incident in backtest(recording(2), tmp_path / "report.json", added[0])["incidents"]
        for near in incident["nearest"]
    }
    assert NAME in names


def test_the_same_recording_gives_the_same_bytes(added, recording, tmp_path) -> None:
    add(recording(1), tmp_path)
    assert (tmp_path / f"{NAME}.json").read_bytes() == (added[0] / f"{NAME}.json").read_bytes()


def test_an_episode_is_not_overwritten_unasked(added, recording) -> None:
    result = add(recording(1), added[0])
    assert result.exit_code == 1
    assert "--replace" in result.output


@pytest.mark.parametrize(
    ("changes", "code", "fault"),
    [
        ({"since": "2024-03-04T06:00"}, 1, "hours of ordinary talk before the stretch: 20 are"),
        ({"since": "2024-03-06T22:25"}, 1, "looks hold enough mentions"),
        ({"since": "2024-03-07"}, 2, "--from must be before --to"),
        ({"name": "Recall!"}, 2, "is not made of lower-case letters"),
    ],
)
def test_what_cannot_be_measured_is_said(recording, tmp_path, changes, code, fault) -> None:
    result = add(recording(1), tmp_path, **changes)
    assert result.exit_code == code, result.output
    assert fault in result.output.replace("\n", " ")
    assert list(tmp_path.iterdir()) == []


def test_list_and_show_tell_whose_it_is(added) -> None:
    env = {"TOCSIN_LIBRARY_DIR": str(added[0]), "COLUMNS": "200"}
    listed = CliRunner().invoke(main, ["library", "list"], env=env)
    assert listed.exit_code == 0, listed.output
    [row] = [line for line in listed.output.splitlines() if line.strip().startswith(NAME)]
    assert "measured, own" in row
    assert f"{len(load_episodes()) + 1} episodes, digest" in listed.output
    shown = CliRunner().invoke(main, ["library", "show", NAME], env=env)
    assert "our recall of 2024" in shown.output
    assert "negative_shift" in shown.output
    assert CliRunner().invoke(main, ["library", "show", "nothing"]).exit_code == 1


def test_one_of_a_shipped_name_replaces_it_and_says_so(added, tmp_path) -> None:
    episode = msgspec.json.decode((added[0] / f"{NAME}.json").read_bytes())
    (tmp_path / "mine.json").write_bytes(msgspec.json.encode(episode | {"name": "boycott-call"}))
    env = {"TOCSIN_LIBRARY_DIR": str(tmp_path), "COLUMNS": "200"}
    listed = CliRunner().invoke(main, ["library", "list"], env=env)
    assert "boycott-call replaces the episode that Tocsin ships" in listed.stderr
    assert "own instead of Tocsin's" in listed.stdout
    assert f"{len(load_episodes())} episodes" in listed.stdout


def test_check_says_all_faults_of_a_library_at_once(recording, added, tmp_path) -> None:
    good = (added[0] / f"{NAME}.json").read_bytes()
    for name, raw in {
        "a.json": good,
        "b.json": good,
        "c.json": good.replace(b'"surge"', b'"surgery"'),
        "d.json": b"{",
    }.items():
        (tmp_path / name).write_bytes(raw)
    words = ["check", str(recording(1).parent / "brands.yaml")]
    result = CliRunner().invoke(main, words, env={"TOCSIN_LIBRARY_DIR": str(tmp_path)})
    assert result.exit_code == 1
    assert "b.json: the name 'our-recall-2024' is that of a.json, too" in result.stderr
    assert "c.json: no such feature: surgery" in result.stderr
    assert "d.json" in result.stderr
    lost = CliRunner().invoke(main, words, env={"TOCSIN_LIBRARY_DIR": str(tmp_path / "no")})
    assert "no such directory" in lost.stderr
    well = CliRunner().invoke(main, words, env={"TOCSIN_LIBRARY_DIR": str(added[0])})
    assert well.exit_code == 0, well.output
