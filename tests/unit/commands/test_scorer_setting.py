"""``TOCSIN_SCORER``: a scorer of one's own in the worker's shard, in a backtest and in commands."""

import json
import logging
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from prometheus_client import CollectorRegistry

from agents.cli.common.scorer import adaptable_or_exit, scorer_or_exit
from agents.cli.main import main
from agents.cli.worker import _follower
from agents.kafka.clients import KafkaClients
from agents.monitoring.health import Progress
from agents.settings import Settings, SettingsError, read_settings
from pipeline.metrics import Metrics
from pipeline.rollup import RollupRules
from pipeline.rollup.partition.shard import Shard
from pipeline.sentiment.api import SHIPPED_SCORER, Adaptable
from support.rolling import BRANDS, mention, raw

OWN = {"TOCSIN_SCORER": "support.two_words:make"}
BRANDS_FILE = "brands:\n  - id: nestle\n    names: [Nestle]\n"
POSTS = [("awful chocolate of Nestle", 0), ("lovely Nestle", 1), ("Nestle, terrible, hated", 2)]
"""The shipped scorer calls the last one negative, too; two words do not."""


def own() -> Settings:
    return read_settings(OWN)


@pytest.fixture
def brands_file(tmp_path: Path) -> Path:
    path = tmp_path / "brands.yaml"
    path.write_text(BRANDS_FILE, encoding="utf-8")
    return path


def test_the_default_is_the_shipped_scorer() -> None:
    assert read_settings({}).scorer == SHIPPED_SCORER
    assert isinstance(adaptable_or_exit(read_settings({})), Adaptable)


@pytest.mark.parametrize("name", ["", "vader", "a:b:c", "1a:b", "os.system('x'):y"])
def test_a_name_that_is_none_is_a_fault_of_the_environment(name: str) -> None:
    with pytest.raises(SettingsError, match=r"TOCSIN_SCORER=.* is not ngram, or a factory"):
        read_settings({"TOCSIN_SCORER": name})


def test_the_workers_shard_counts_what_it_says() -> None:
    shard = Shard(0, table={}, brands=BRANDS, rules=RollupRules(), model=scorer_or_exit(own()))
    said = [mention(str(at), at, text) for text, at in POSTS]
    [bucket] = shard.apply(0, raw(*said, to=60)).buckets
    assert bucket.model == "two-words-1"
    assert (bucket.negative, bucket.neutral, bucket.positive) == (1, 1, 1)


def test_a_backtest_counts_what_it_says(tmp_path: Path, brands_file: Path) -> None:
    posts, report = tmp_path / "posts.jsonl", tmp_path / "report.json"
    lines = [
        {
            "id": str(at),
            "created_at": f"2026-03-02T09:00:{at:02}Z",
            "text": text,
            "author": {"id": f"a{at}", "handle": f"h{at}"},
        }
        for text, at in POSTS
    ]
    posts.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    words = ["backtest", str(posts), "--brands", str(brands_file), "--json", str(report)]
    result = CliRunner().invoke(main, words, env=OWN)
    assert result.exit_code == 0, result.output
    found = json.loads(report.read_bytes())
    assert found["model"] == "two-words-1"
    assert found["brands"][0]["negative"] == 1


def test_lines_are_scored_by_it() -> None:
    result = CliRunner().invoke(main, ["sentiment", "score"], input="awful\n", env=OWN)
    assert result.stdout == "negative\t0.666667\t0.333333\t0.000000\n"


def test_the_worker_runs_without_learning_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    scorer, metrics = scorer_or_exit(own()), Metrics(CollectorRegistry())
    with caplog.at_level(logging.WARNING):
        kafka = KafkaClients(own().kafka_bootstrap)
        found = _follower(own(), kafka, scorer, BRANDS, metrics=metrics, progress=Progress())
    assert found is None
    assert "labels change no score: the scorer two-words-1" in caplog.text
    assert "digest, languages, score, features, overlay" in caplog.text


def test_nothing_can_be_learned_on_top_of_it() -> None:
    with pytest.raises(click.ClickException, match=r"nothing can be learned: .* it lacks digest"):
        adaptable_or_exit(own())


def test_learn_stops_with_a_word(brands_file: Path) -> None:
    result = CliRunner().invoke(main, ["learn", "--brands", str(brands_file)], env=OWN)
    assert result.exit_code == 1
    assert "nothing can be learned: the scorer two-words-1" in result.output


def test_train_stops_with_a_word(tmp_path: Path) -> None:
    words = ["train", str(tmp_path), "--out", str(tmp_path / "weights.json")]
    result = CliRunner().invoke(main, words, env=OWN)
    assert result.exit_code == 1
    assert "weights of Tocsin's own scorer alone" in result.output


def test_explain_stops_with_a_word() -> None:
    result = CliRunner().invoke(main, ["sentiment", "explain"], input="awful\n", env=OWN)
    assert result.exit_code == 1
    assert "only Tocsin's own scorer can be explained" in result.output


@pytest.mark.parametrize(
    ("words", "code"),
    [(["check", "{brands}"], 1), (["backtest", "{brands}", "--brands", "{brands}"], 2)],
)
def test_a_scorer_that_is_none_is_named_at_the_start(
    brands_file: Path, words: list[str], code: int
) -> None:
    env = {"TOCSIN_SCORER": "support.two_words:Silent", "COLUMNS": "300"}
    words = [word.format(brands=brands_file) for word in words]
    result = CliRunner().invoke(main, words, env=env)
    assert result.exit_code == code
    assert "TOCSIN_SCORER='support.two_words:Silent'" in result.output
    assert "lacks the method score_many" in result.output
