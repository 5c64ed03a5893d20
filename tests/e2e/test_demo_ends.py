"""``tocsin demo`` told to end in the middle: nothing of it stays behind."""

import os
import signal
import subprocess
import sys

from support.waiting import PATIENCE_S, until


def is_alone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_sigterm_ends_the_worker_and_alerting_too():
    demo = subprocess.Popen(
        [sys.executable, "-m", "agents", "demo", "--scenario", "quiet"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert demo.stdout is not None
        assert b"Kafka (embedded)" in demo.stdout.readline()
        while not demo.stdout.readline().strip().endswith(b"negative"):
            assert demo.poll() is None  # until the first count: the worker is at work
        demo.terminate()
        demo.communicate(timeout=PATIENCE_S)
        until(lambda: is_alone(demo.pid))
    finally:
        if not is_alone(demo.pid):
            os.killpg(demo.pid, signal.SIGKILL)
