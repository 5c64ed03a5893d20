"""A Slack of our own for whole-way tests, reached without a proxy."""

from collections.abc import Iterator

import pytest

from support.slack_server import SlackServer


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no worker load the encoder, but where a test takes this back."""
    monkeypatch.setenv("TOCSIN_READER_SHARE", "0")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """Yield a Slack that takes messages, and holds us to its rules."""
    with SlackServer() as server:
        yield server
        assert server.broken_rules == []
