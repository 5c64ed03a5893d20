"""``tocsin demo --live`` against a stand-in for Jetstream: it hears, shows, and ends on Ctrl-C."""

import os
import signal
import subprocess
import sys
from threading import Timer

from support.jetstream_server import JetstreamServer, identity, now_us, post
from support.waiting import PATIENCE_S

SECOND_US = 1_000_000


def test_what_bluesky_says_of_a_name_is_heard_and_shown_until_it_is_stopped(tmp_path):
    server = JetstreamServer()
    began_us = now_us() - 20 * SECOND_US
    server.add(post(began_us, 1, text="Zorblax is down again"), identity(now_us()))
    child = subprocess.Popen(
        [sys.executable, "-m", "agents", "demo", "--live", "Zorblax", "--live", "Zorblax Air"],
        env=os.environ | {"TOCSIN_BLUESKY_HOSTS": server.url, "COLUMNS": "120"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path,
    )  # fmt: skip
    too_late = Timer(90, child.kill)
    too_late.start()
    shown = []
    try:
        for line in child.stdout:
            shown.append(line)
            if "Zorblax is down again" in line:
                break
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=PATIENCE_S)
    finally:
        too_late.cancel()
        child.kill()
        child.wait()
        server.close()
    said = "".join(shown)
    assert "Bluesky is heard." in said
    assert "1 mention, " in said
    assert "Mentions heard: 1." in rest
    assert child.returncode == 0
