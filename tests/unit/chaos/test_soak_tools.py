"""What the soak run is made of: what brands live through, and an earlier version's code."""

import subprocess

import pytest
from soak.month import LEARNED_DAYS, lives, words
from soak.versions import checked_out

from lab.simulate import SCENARIOS as KNOWN


def test_one_brand_in_ten_has_a_crisis_after_it_is_known_and_the_seed_decides() -> None:
    brands = words(200)
    found, crises = lives(brands, days=30, seed=1)
    assert len(set(brands.values())) == len(found) == 200
    assert len(crises) == 20
    assert {life.scenario for life in found.values()} <= KNOWN.keys()
    for brand in crises:
        lead = found[brand].lead_days
        assert lead is not None
        assert LEARNED_DAYS <= lead <= 29
    assert (found, crises) == lives(brands, days=30, seed=1)
    assert found != lives(brands, days=30, seed=2)[0]


def test_an_earlier_version_lies_beside_this_one_and_is_taken_away(tmp_path) -> None:
    try:
        with checked_out("HEAD", tmp_path / "earlier") as earlier:
            assert (earlier.root / "agents" / "__main__.py").exists()
            assert earlier.same_state
            assert earlier.same_judge
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no repository of Git here: {error}")
    assert not (tmp_path / "earlier").exists()
