"""A backtest over several processes: the same report, and no process that outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from agents.ingest.formats.neutral import line
from lab.backtest import Backtest
from lab.backtest.processes import MOST_ASKED, Helper
from lab.backtest.station import StationPlan
from lab.backtest.sweep import settings_of
from pipeline.detection.past import PastCounts, history_buckets
from pipeline.detection.patterns.library import load_library
from pipeline.rollup import RollupRules
from schemas.brand import Brand
from schemas.codec import encode, encode_pretty
from schemas.mention import Author, Mention
from support.reading import FakeReader
from support.rolling import FakeModel
from support.waiting import PATIENCE_S, until

T0 = datetime(2024, 3, 4, tzinfo=UTC)
BRANDS = {
    name: Brand(id=name, names=(name,), own_accounts=(name,), false_rings_per_quarter=20)
    for name in ("acme", "brio", "none")
}
STORM_AT = T0 + timedelta(days=2, hours=10)
PLAN = StationPlan(RollupRules(), FakeModel.version)


def mentions() -> Iterator[tuple[Mention, list[str]]]:
    """Twenty an hour, then a storm about one of two brands; own posts, copies, two time zones."""
    at, number = T0, 0
    while at < STORM_AT + timedelta(hours=1):
        storm = at >= STORM_AT
        bad = number % 5 if storm else number % 4 == 0
        handle = "acme" if number % 50 == 0 else f"h{number % 999}"
        yield (
            Mention(
                id=str(number - (number % 40 == 39)),
                created_at=at.astimezone() if number % 3 else at,
                text=f"{'bad shameful boycott' if bad else 'so'} {number}",
                author=Author(id=f"a{number if storm else number % 300}", handle=handle),
                lang="en",
            ),
            ["acme", "brio"] if number % 7 == 0 else ["acme"] if storm or number % 2 else ["brio"],
        )
        at += timedelta(seconds=4 if storm else 180)
        number += 1


def played(jobs: int, **options: object) -> bytes:
    """The report and every transition."""
    backtest = Backtest(
        BRANDS, rules=RollupRules(), model=FakeModel(), library=load_library(), jobs=jobs, **options
    )
    with closing(backtest):
        for one, brands in mentions():
            backtest.feed(one, brands)
        backtest.finish()
        report = encode_pretty(backtest.report(tocsin="0", files=["f"]))
        said = [tally.transitions for tally in backtest.tallies]
    return report + encode(said)


def test_the_report_is_the_same_for_any_number_of_processes():
    rows = tuple((int(T0.timestamp()) - 3600 * (48 - hour), 20.0) for hour in range(50))
    history = {"brio": list(history_buckets("brio", PastCounts(3600, rows)))}
    options = {"settings": settings_of([1.0], [0.1, 2.0]), "history": history, "reader": FakeReader}
    one = played(1, **options)
    assert b'"rung_at": "2024' in one
    assert [played(jobs, **options) == one for jobs in (2, 3, 4)] == [True] * 3


class ReaderThatFailsError(Exception):
    """What the reader below raises."""


class FailingReader(FakeReader):
    """Reads nothing."""

    def read(self, wanted):  # noqa: ARG002 - as every reader
        raise ReaderThatFailsError("no more paper")


def test_an_error_in_a_helper_ends_the_run_with_that_error():
    with pytest.raises(ReaderThatFailsError, match="no more paper"):
        played(2, reader=FailingReader)


def end_the_process(_: int) -> bytes:
    os._exit(1)


def number_of(number: int) -> bytes:
    return b"%d" % number


def test_a_helper_that_ends_early_ends_the_run():
    with closing(Helper(PLAN)) as helper:
        helper.ask(lambda _: None, end_the_process, 0)
        with pytest.raises(BrokenProcessPool):
            helper.settle()


def test_answers_come_in_order_and_few_requests_wait():
    answers: list[int] = []
    waiting = []
    with closing(Helper(PLAN)) as helper:
        for number in range(4 * MOST_ASKED):
            helper.ask(lambda answer: answers.append(int(answer)), number_of, number)
            waiting.append(number + 1 - len(answers))
        helper.settle()
    assert answers == list(range(4 * MOST_ASKED))
    assert max(waiting) <= MOST_ASKED


def a_long_run(folder: Path) -> subprocess.Popen[bytes]:
    """``tocsin backtest`` as the leader of a process group, with a helper at work."""
    recording, brands = folder / "long.jsonl", folder / "brands.yaml"
    brands.write_text("brands: [{id: acme, names: [so, bad]}, {id: brio, names: [so, bad]}]")
    with recording.open("wb") as out:
        for day in range(12):
            for one, _ in mentions():
                at = one.created_at + timedelta(days=3 * day)
                out.write(
                    line(
                        Mention(
                            id=f"{day}-{one.id}",
                            created_at=at,
                            text=one.text,
                            author=one.author,
                            lang="en",
                        )
                    )
                )
    ran = subprocess.Popen(
        [sys.executable, "-m", "agents", "backtest", recording, "--brands", brands, "--jobs", "2"],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # A shell has what it runs in the background ignore Ctrl-C, and so would all below it.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - one call
    )
    deadline = time.monotonic() + PATIENCE_S
    # A helper that is being born when its parent dies says so in a traceback of Python's own.
    while time.monotonic() < deadline:
        helpers = [one for one in members(ran.pid) if one != ran.pid]
        if any(used_s(one) > 1.0 for one in helpers):
            break
        time.sleep(0.05)
    assert ran.poll() is None
    return ran


def used_s(process: int) -> float:
    """Processor time of a process."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def members(group: int) -> list[int]:
    """Processes of a group that run, but for the tracker of Python's own resources."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            words = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(its_group) == group and state != "Z" and b"resource_tracker" not in words:
            found.append(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_a_run_that_is_broken_off(tmp_path, how):
    ran = a_long_run(tmp_path)
    if how == signal.SIGINT:
        os.killpg(ran.pid, how)  # as a terminal does it
    else:
        ran.send_signal(how)
    _, complaint = ran.communicate(timeout=PATIENCE_S)
    assert ran.returncode != 0, complaint
    assert b"Traceback" not in complaint
    until(lambda: not members(ran.pid))
