"""What is handed on: a brief and a report say days, and count a time that was missed once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from schemas.mention import Gap
from support.page_server import INCIDENT, NOW, ONSET, PageServer, bucket


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PageServer]:
    made = PageServer(tmp_path, count=2, days=0.1)
    with made.serving():
        yield made


def get(server: PageServer, path: str) -> str:
    with urlopen(server.address + path, timeout=20) as answer:  # noqa: S310 - of this machine
        text: str = answer.read().decode()
    return text


def test_a_brief_says_of_which_day_a_step_was(server: PageServer) -> None:
    began = NOW - timedelta(days=2)
    server.ring(seq=1, onset=began, at=began, rung_at=began, rings=(), by="ines", reason="rang")
    server.ring(seq=2, onset=began, rung_at=began)
    assert "27 Nov 2026, 01:52 UTC" in get(server, f"/incidents/{INCIDENT}/brief").split("Done")[1]


def test_a_report_counts_what_two_sources_missed_at_once_but_once(server: PageServer) -> None:
    server.ring(seq=1)
    for source, minutes in (("x", 30), ("rss", 30)):
        gap = Gap(start=ONSET + timedelta(minutes=10), end=ONSET + timedelta(minutes=10 + minutes),
                  cause="disconnect")  # fmt: skip
        told = bucket("corvanne", ONSET + timedelta(minutes=45), 1, gaps=(gap,), sources=(source,))
        server.store.take(told, int(NOW.timestamp()))
        server.store.flush()
    server.store.take(bucket("corvanne", ONSET + timedelta(minutes=50), 1), int(NOW.timestamp()))
    server.store.flush()
    # The crisis that is made up has a gap of its own, from minute 40 to 50.
    assert "Gaps of 40 min in all." in get(server, f"/incidents/{INCIDENT}/report")


def test_a_page_that_cannot_be_made_says_so(
    server: PageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr("agents.web.app.now_page", failing)
    with pytest.raises(HTTPError) as refused:
        get(server, "/")
    assert refused.value.code == 500
    assert "could not be made" in refused.value.read().decode()
    assert "default-src" in refused.value.headers["Content-Security-Policy"]
    refused.value.close()
