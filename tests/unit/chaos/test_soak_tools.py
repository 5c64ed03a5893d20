"""What the soak run is made of: what brands live through, and an earlier version's code."""

import pytest
from chaos.versions import checked_out, is_repository
from soak.month import LEARNED_DAYS, lives, words

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


@pytest.mark.skipif(not is_repository(), reason="no repository of Git here")
def test_an_earlier_version_lies_beside_this_one_and_is_taken_away(tmp_path) -> None:
    with checked_out("HEAD", tmp_path / "earlier") as earlier:
        assert (earlier.root / "agents" / "__main__.py").exists()
        assert earlier.same_state
        assert earlier.same_judge
    assert not (tmp_path / "earlier").exists()
