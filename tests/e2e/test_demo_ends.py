"""``tocsin demo`` told to end in the middle: nothing of it stays behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.timeout(240)


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
        demo.communicate(timeout=60)
        deadline = time.monotonic() + 10
        while not is_alone(demo.pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert is_alone(demo.pid)
    finally:
        if not is_alone(demo.pid):
            os.killpg(demo.pid, signal.SIGKILL)
