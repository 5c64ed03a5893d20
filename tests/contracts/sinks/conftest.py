"""Each sink with the channel that it delivers to, and with what can go wrong there."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from contracts.sinks.harnesses import HARNESSES, Harness


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=HARNESSES, ids=lambda one: one.__name__)
def channel(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Harness]:
    """Yield a channel that works, and check at the end that nothing broke its rules."""
    with ExitStack() as stack:
        harness: Harness = request.param(stack, tmp_path)
        yield harness
        assert harness.broken_rules() == []
