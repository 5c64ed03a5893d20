"""How long looks must agree before it rings."""

import pytest

from pipeline.judge.episode import Episode, Verdict
from pipeline.judge.lifecycle import begin
from pipeline.judge.look import Look
from pipeline.judge.ringing import rings
from pipeline.judge.rules import FAINT_SLACK, FAINT_STEADY_S, RING_STEADY_S
from schemas.brand import Brand

ACME = Brand(id="acme", names=("Acme",))
STEP_S = 20


def seen(evidence: float) -> Look:
    return Look(Verdict(evidence=evidence), excess=60.0, negative=True, repeats=0.0)


def rang_after(evidences: list[float], *, plain: bool) -> int | None:
    episode = Episode(0, "negativity", 1.0, begin(0, 0), plain=plain)
    for number, evidence in enumerate(evidences):
        if rings(episode, seen(evidence), ACME, needed=0.7, now_s=number * STEP_S):
            return number * STEP_S
    return None


def test_a_plain_one_needs_two_minutes() -> None:
    assert rang_after([1.0] * 100, plain=True) == RING_STEADY_S


def test_a_faint_one_has_to_last() -> None:
    assert rang_after([1.0] * 100, plain=False) == FAINT_STEADY_S


def test_evidence_that_falters_a_little_does_not_begin_a_faint_one_anew() -> None:
    wavering = [1.0, 0.7 - 0.9 * FAINT_SLACK] * 50
    assert rang_after(wavering, plain=False) == pytest.approx(FAINT_STEADY_S, abs=STEP_S)


@pytest.mark.parametrize("plain", [True, False])
def test_evidence_that_breaks_down_begins_anew(*, plain: bool) -> None:
    assert rang_after([1.0, 0.0] * 50, plain=plain) is None


def test_what_lies_just_below_never_rings() -> None:
    assert rang_after([0.65] * 200, plain=False) is None
