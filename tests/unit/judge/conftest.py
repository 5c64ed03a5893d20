"""Puts the generator of talk on the path of this folder's tests, and a brand that is known."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from talk import CHATTER, HOUR_S, START_S, Part, buckets, day

from pipeline.detection.judge import Judge
from schemas.brand import Brand

KNOWN_S = 36 * HOUR_S


@pytest.fixture(scope="session")
def brand() -> Brand:
    return Brand(id="acme", names=("Acme",))


@pytest.fixture(scope="session")
def known(brand: Brand) -> bytes:
    """State after a day and a half of chatter, ``KNOWN_S`` after the start."""
    judge = Judge(brand, width_s=10)
    for bucket in buckets([Part(CHATTER, day(60))], length_s=KNOWN_S, seed=7):
        assert judge.update(bucket) == []
    return judge.dump()


@pytest.fixture(scope="session")
def known_until_s() -> int:
    return START_S + KNOWN_S
