"""What the soak run is made of: what brands live through, and an earlier version's code."""

import os
from pathlib import Path

import pytest
from chaos.versions import change_of_layout, checked_out, is_repository, layouts_at, refusals
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


def test_whose_state_a_worker_refuses_is_read_from_its_log(tmp_path) -> None:
    log = tmp_path / "log"
    log.write_text(
        "CRITICAL the worker ends itself: the state on\n"
        "    a-rollup-changelog[3] was written with state of format 1, this worker has 2\n"
        "the state on a-rollup-changelog[0] was\n  written with records of layout 5f\n"
        "the state on a-judge-changelog[1] bears no header\n"
        "well: the state on other[1] is read\n",
        encoding="utf-8",
    )
    assert refusals(log) == ["a-judge-changelog", "a-rollup-changelog"]
    assert refusals(Path(os.devnull)) == []


@pytest.mark.skipif(not is_repository(), reason="no repository of Git here")
def test_of_the_last_change_of_layout_both_sides_are_found() -> None:
    other, same = change_of_layout()
    assert layouts_at(other) != layouts_at(same) == layouts_at("HEAD")


@pytest.mark.skipif(not is_repository(), reason="no repository of Git here")
def test_an_earlier_version_lies_beside_this_one_and_is_taken_away(tmp_path) -> None:
    with checked_out("HEAD", tmp_path / "earlier") as earlier:
        assert (earlier.root / "agents" / "__main__.py").exists()
        assert earlier.same_state
        assert earlier.same_judge
    assert not (tmp_path / "earlier").exists()
