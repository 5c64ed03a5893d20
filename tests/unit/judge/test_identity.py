"""When two stretches of trouble are one incident, and when they are two."""

import pytest
from talk import CHATTER, HOUR_S, Kind, Part, buckets, burst, day

from pipeline.detection.judge import Judge
from schemas.brand import Brand

KNOWN_S = 36 * HOUR_S
AT_S = KNOWN_S + 1800
STORM = Kind(negative=0.75, positive=0.05, outrage=0.4, boycott=0.1, new=0.85, first=0.1)


@pytest.mark.parametrize(
    ("apart_h", "states", "incidents"),
    [(20, ["open", "reopened"], 1), (48, ["open", "open"], 2)],
)
def test_what_comes_back_within_a_day_of_its_end_is_the_same(
    known: bytes, brand: Brand, apart_h: int, states: list[str], incidents: int
) -> None:
    judge = Judge.load(known, brand, width_s=10)
    parts = [
        Part(STORM, burst(per_hour, at=at_s, rise_s=120, half_life_s=900, plateau_s=900), "storm")
        for at_s, per_hour in ((AT_S, 900), (AT_S + apart_h * HOUR_S, 6000))
    ]
    talk = [Part(CHATTER, day(60)), *parts]
    until_s = AT_S + (apart_h + 2) * HOUR_S
    told = [
        step
        for bucket in buckets(talk, length_s=until_s, from_s=KNOWN_S)
        for step in judge.update(bucket)
        if step.state != "dismissed" and not step.refreshed
    ]
    assert [step.state for step in told if step.state in {"open", "reopened"}] == states
    assert len({step.incident for step in told}) == incidents
    for incident in {step.incident for step in told}:
        steps = [step for step in told if step.incident == incident]
        assert sorted({step.seq for step in steps}) == [step.seq for step in steps]
        assert len({step.onset for step in steps}) == 1
    onsets = [step.onset for step in told if step.state == "open"]
    ends = [step.at for step in told if step.state == "resolved"]
    assert all(onset >= end for onset, end in zip(onsets[1:], ends, strict=False))
