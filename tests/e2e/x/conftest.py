"""X for whole-way tests."""

from collections.abc import Iterator

import pytest

from support.x_server import XServer, answer, stream


@pytest.fixture
def x_server() -> Iterator[XServer]:
    server = XServer()
    yield server
    server.close()


@pytest.fixture
def x_answer():
    return answer


@pytest.fixture
def x_stream():
    return stream
