"""What judges a run of faults has to see what it looks for: a loss, a copy, a death, a cut."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from textwrap import indent
from threading import Thread
from types import SimpleNamespace

import pytest
from chaos.host import Host
from chaos.proxy import Proxy
from chaos.stage import Process, until
from chaos.tally import Row, broken_steps, doubled, expected, lost, told, wait_for_all

from agents.alerting.policy import snapshot
from agents.alerting.sinks.slack.identity import INCIDENT_EVENT, STEP_EVENT, metadata
from schemas.incident import Transition
from support.alert_examples import transition
from support.slack_server import SlackServer

AT = datetime(2010, 3, 17, 9, 0, 7, tzinfo=UTC)
START = int(AT.timestamp()) - 7


def row(**changes) -> Row:
    values = {"sent": 1, "counted": 1, "lost": 0, "doubled": 0, "dead_letters": 0}
    return Row("x", **(values | changes), peak_bytes=0, took_s=0)


def test_a_mention_that_is_not_counted_is_lost_and_one_more_is_doubled() -> None:
    wanted = expected([("acme", AT), ("acme", AT), ("bolt", AT)])
    assert wanted == Counter({("acme", START): 2, ("bolt", START): 1})
    found = Counter({("acme", START): 1, ("bolt", START): 2, ("other", START): 9})
    assert (lost(wanted, found), doubled(wanted, found)) == (1, 1)
    assert (lost(wanted, wanted), doubled(wanted, wanted)) == (0, 0)


def test_a_mention_in_another_bucket_is_both() -> None:
    wanted = expected([("acme", AT)])
    moved = Counter({("acme", START + 10): 1})
    assert (lost(wanted, moved), doubled(wanted, moved)) == (1, 1)


@pytest.mark.parametrize("wrong", [{"lost": 1}, {"doubled": 1}, {"faults": ("died",)}])
def test_a_row_is_well_only_if_nothing_is_wrong(wrong) -> None:
    assert row().is_well
    assert not row(**wrong).is_well


def slack_with(*messages: tuple[str, int]) -> SlackServer:
    slack = SlackServer({"alerts": "C1"})
    slack.messages["C1"] = [
        {"metadata": metadata(kind, "i", snapshot(transition(seq=seq)))} for kind, seq in messages
    ]
    return slack


STEPS = [transition(incident="i", seq=seq) for seq in range(3)]
WELL = [(INCIDENT_EVENT, 2), (STEP_EVENT, 1), (STEP_EVENT, 2)]


def test_steps_that_slack_has_once_are_told() -> None:
    assert told(slack_with(*WELL), STEPS) == (3, (), ())


@pytest.mark.parametrize(
    "messages",
    [[], WELL[:1], WELL[1:], [(INCIDENT_EVENT, 1), *WELL[1:]], WELL[:2]],
)
def test_a_step_that_slack_has_not_is_lost(messages) -> None:
    assert told(slack_with(*messages), STEPS).lost != ()


@pytest.mark.parametrize("copy", [(INCIDENT_EVENT, 0), (STEP_EVENT, 1)])
def test_a_step_that_slack_has_twice_is_doubled(copy) -> None:
    assert told(slack_with(*WELL, copy), STEPS).doubled != ()


def heads_up(seq: int, **more) -> Transition:
    return transition(incident="i", seq=seq, state="noticed", level="heads_up", **more)


RANG = [heads_up(0), heads_up(1), transition(incident="i", seq=2, state="open")]


def test_a_heads_up_changes_in_silence_and_rings_with_a_message_of_its_own() -> None:
    first, alert = (INCIDENT_EVENT, 2), (INCIDENT_EVENT, 2)
    assert told(slack_with(first, alert), RANG) == (3, (), ())
    assert told(slack_with(alert), RANG).lost != ()
    assert told(slack_with(first, alert, alert), RANG).doubled != ()


def test_figures_that_are_stated_anew_may_be_overtaken_and_are_not_told_twice() -> None:
    anew = transition(incident="i", seq=3, refreshed=True)
    assert told(slack_with(*WELL), [*STEPS, anew]) == (3, (), ())
    graver = [(STEP_EVENT, 3)]
    assert told(slack_with(*WELL, *graver), [*STEPS, anew]).doubled == ()
    assert told(slack_with(*WELL, *graver, *graver), [*STEPS, anew]).doubled != ()


def test_a_message_that_was_deleted_may_be_posted_once_more() -> None:
    slack = slack_with(*WELL, (INCIDENT_EVENT, 2))
    assert told(slack, STEPS, gone={"i": 1}).doubled == ()
    assert told(slack_with(*WELL, *WELL[:1] * 2), STEPS, gone={"i": 1}).doubled != ()


def test_a_hole_among_the_steps_and_two_of_one_number_are_seen() -> None:
    assert broken_steps(STEPS) == broken_steps([*STEPS, STEPS[1]]) == []
    assert broken_steps([STEPS[0], STEPS[2]]) != []
    assert broken_steps([*STEPS, transition(incident="i", seq=1, reason="other")]) != []


@contextmanager
def living_on(host: Host, code: str) -> Iterator[Callable[[], list[float]]]:
    """A process on that host; return what runs the lines of ``code`` and tells what they print."""
    program = (
        f"import os, sqlite3, sys, threading, time\nfor line in sys.stdin:\n{indent(code, '    ')}"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=host.folder,
        env=os.environ | host.variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def turn() -> list[float]:
            child.stdin.write("\n")
            child.stdin.flush()
            return [float(one) for one in child.stdout.readline().split()]

        yield turn
        child.stdin.close()


def test_a_clock_that_is_set_moves_the_time_of_day_and_nothing_that_waits(tmp_path) -> None:
    code = """
began = time.monotonic()
time.sleep(0.02)
threading.Event().wait(0.02)
print(time.time(), time.monotonic() - began, flush=True)
"""
    with Host(tmp_path) as host, living_on(host, code) as turn:
        for ahead_s in (0, 3600, 0, -3600, 0):
            host.set_clock(ahead_s)
            at_s, waited_s = turn()
            assert abs(at_s - time.time() - ahead_s) < 5
            assert 0.04 <= waited_s < 5


def test_a_slow_disk_has_each_fsync_wait_also_that_of_sqlite(tmp_path) -> None:
    code = """
began = time.monotonic()
with open("one", "wb") as file:
    os.fsync(file)
synced = time.monotonic()
with sqlite3.connect("store") as store:
    store.execute("create table if not exists t (a)")
    store.execute("insert into t values (1)")
print(synced - began, time.monotonic() - synced, flush=True)
"""
    with Host(tmp_path) as host, living_on(host, code) as turn:
        turn()
        host.slow_down(0.3)
        assert all(waited_s >= 0.3 for waited_s in turn())
        host.slow_down(0)
        assert sum(turn()) < 0.3


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that says back what it hears; its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            while True:
                try:
                    one, _ = server.accept()
                except OSError:
                    return
                Thread(target=answer, args=(one,), daemon=True).start()

        def answer(one: socket.socket) -> None:
            with one, suppress(ConnectionError):
                while said := one.recv(100):
                    one.sendall(said)

        serving = Thread(target=serve, daemon=True)
        serving.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        serving.join()


def test_the_proxy_passes_stalls_and_drops(echo: int) -> None:
    with Proxy() as proxy:
        proxy.target = echo
        with closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=5)) as one:
            one.sendall(b"a")
            assert one.recv(1) == b"a"
            for mode in ("stall", "half_open"):
                proxy.set(mode)
                one.settimeout(0.2)
                one.sendall(b"b")
                with pytest.raises(TimeoutError):
                    one.recv(1)
                proxy.set("pass")
                one.settimeout(5)
                assert one.recv(1) == b"b"
            proxy.set("drop")
            with pytest.raises(ConnectionError):
                one.recv(1)
        assert proxy.cuts > 0


def process(tmp_path, code: str, *, forever: bool = True) -> Process:
    command = [sys.executable, "-c", code]
    return Process("one", command, dict(os.environ), tmp_path / "log", forever=forever)


def test_a_death_of_its_own_is_remembered_and_a_kill_is_not(tmp_path) -> None:
    one = process(tmp_path, "import time; time.sleep(60)")
    try:
        one.kill()
        assert until(lambda: one.starts == 2, 10, 0.05)
        assert one.deaths == []
        assert until(lambda: one.peak_bytes > 0, 10, 0.05)
        os.kill(one._child.pid, signal.SIGKILL)
        assert until(lambda: one.deaths == [-signal.SIGKILL], 10, 0.05)
    finally:
        one.close()
    time.sleep(0.5)
    assert one.rss_bytes == 0


def test_what_ends_well_is_not_started_again(tmp_path) -> None:
    one = process(tmp_path, "pass", forever=False)
    assert one.done.wait(10)
    one.close()
    assert (one.starts, one.deaths) == (1, [])


def test_what_is_slow_is_waited_for_and_what_stands_still_is_not() -> None:
    wanted = Counter({("acme", START): 3})
    looks = iter([0, 1, 1, 2, 3])
    slow = SimpleNamespace(look=lambda: Counter({("acme", START): next(looks)}))
    wait_for_all(wanted, slow, quiet_s=5)
    assert next(looks, None) is None
    stuck = SimpleNamespace(look=lambda: Counter({("acme", START): 1}))
    began_s = time.monotonic()
    wait_for_all(wanted, stuck, quiet_s=1.5)
    assert 1.5 <= time.monotonic() - began_s < 10
