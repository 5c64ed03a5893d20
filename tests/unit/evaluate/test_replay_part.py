"""Replays as a part of an evaluation: who takes part, what is kept, which targets it is held to."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.evaluate.contest import CONTENDERS, TUNED
from lab.evaluate.replay_part import replay_part, seed_of
from lab.evaluate.replays import HELD_OUT_FROM, ContenderRing, Replayed, figures
from lab.evaluate.replays.plan import AMOUNTS
from lab.evaluate.replays.results import EpisodeOutcome, QuietOutcome, StretchHeard
from lab.evaluate.replays.world.brand import draw_brand
from lab.evaluate.replays.world.episodes.truth import EpisodeTruth
from lab.evaluate.targets import replay_targets
from schemas.codec import Decoder, encode_pretty
from schemas.replays import ReplayPart

H = 3600.0
ONSET = 100 * H


def outcome(ring_h, *, kind="crisis", paced=False, shape="storm"):
    truth = EpisodeTruth(
        shape=shape, kind=kind, split="held_out", paced=paced, first_post_s=ONSET - 60,
        onset_s=ONSET, visible_s=ONSET + 600, peak_s=ONSET + 5 * H, end_s=ONSET + 20 * H,
        peak_per_hour=500, mentions=3000,
    )  # fmt: skip
    rings = () if ring_h is None else (ContenderRing(ONSET + ring_h * H, "i", 5),)
    heard = (StretchHeard("Tocsin", rings), StretchHeard("silent", ()))
    return EpisodeOutcome("w", 0, 90.0, 90.0, 0.0, truth, heard)


def part(*episodes, storms=(), quiet_rings=0):
    rings = tuple(ContenderRing(100 * H * number) for number in range(quiet_rings))
    quiet = QuietOutcome(
        "w", 0, 2.0, 2.0, 0.0, 90, (StretchHeard("Tocsin", rings), StretchHeard("silent", ()))
    )
    replayed = Replayed(episodes, (quiet,), tuple(storms))
    return replay_part(replayed, shapes="held_out", first_seed=1100)


def met(made):
    return {one.what: (one.measured, one.met) for one in replay_targets(made)}


def test_the_record_says_what_the_figures_say() -> None:
    episodes = (outcome(0.2), outcome(None, kind="harmless"), outcome(0.1, paced=True))
    made = part(*episodes)
    assert (made.brands, made.crises, made.harmless, made.quiet_quarters) == (1, 2, 1, 1.0)
    found = figures(Replayed(episodes, ()), "Tocsin")
    tocsin, silent = made.contenders
    assert (tocsin.contender, silent.contender) == ("Tocsin", "silent")
    assert tocsin.recall.hits == found.recall.hits == 2
    assert tocsin.delay_median_s.value == found.delay_median_s.value == pytest.approx(0.15 * H)
    assert tocsin.after_visible_90_s.value == found.after_visible_90_s.value
    assert silent.recall.share == 0
    assert silent.delay_median_s.value is None
    assert {line.name: line.delays_s for line in made.by_shape if line.kind == "crisis"} == {
        "storm": pytest.approx((0.1 * H, 0.2 * H))
    }


def test_the_record_can_be_written_and_read() -> None:
    made = part(outcome(0.2), storms=(outcome(1, shape="real"),))
    assert Decoder(ReplayPart).decode(encode_pretty(made)) == made


def test_nothing_replayed_is_an_error() -> None:
    with pytest.raises(ValueError, match="no episode"):
        part()


def test_targets_are_met_by_rings_in_time() -> None:
    made = part(
        outcome(0.2, paced=True),
        outcome(None, kind="harmless"),
        storms=(outcome(1), outcome(None, kind="harmless")),
        quiet_rings=1,
    )
    found = met(made)
    assert len(found) == 7
    assert all(ok for _, ok in found.values())
    assert found["Nestlé's pace: median ring, min after onset"][0] == pytest.approx(12)
    assert found["Nestlé's pace: median lead, min before peak"][0] == pytest.approx(288)


def test_targets_are_missed_by_silence_and_by_noise() -> None:
    made = part(
        outcome(None, paced=True),
        outcome(1, kind="harmless"),
        storms=(outcome(None), outcome(1, kind="harmless")),
        quiet_rings=2,
    )
    found = met(made)
    assert len(found) == 7
    assert not any(ok for _, ok in found.values())
    assert found["Nestlé's pace: median ring, min after onset"][0] is None
    assert found["false alarms a brand-quarter"][0] == 2


def test_what_was_not_replayed_is_no_target() -> None:
    assert {
        what for what in met(part(outcome(0.2))) if "storm" in what or "Nestlé" in what
    } == set()


@given(st.integers(0, 10_000))
def test_held_out_seeds_are_never_those_for_tuning(seed: int) -> None:
    assert seed_of("held_out", seed) >= HELD_OUT_FROM
    most = max(amount.seeds for amount in AMOUNTS.values())
    assert 0 <= seed_of("development", seed) <= HELD_OUT_FROM - most
    assert seed_of("held_out", seed + 1) - seed_of("held_out", seed) >= most


def test_contenders_can_travel_and_tocsin_comes_first() -> None:
    brand = draw_brand(np.random.default_rng(0), "acme", 90.0).configuration
    makers = pickle.loads(pickle.dumps(CONTENDERS))  # noqa: S301 - as processes do
    names = [make(brand).name for make in makers]
    assert names[:2] == ["Tocsin", "rule of thumb"]
    assert len(set(names)) == len(names) == 8
    assert CONTENDERS[: len(TUNED)] == TUNED
