"""A process that stood still ends itself before it writes, and no other does."""

import pytest

from pipeline.worker.pulse import ProcessPulse, StoodStillError


class Still:
    now_s = 0.0


def crash(error: BaseException):
    raise error


def test_a_gap_is_seen_by_whoever_looks_first_and_slowness_is_none() -> None:
    still = Still()
    pulse = ProcessPulse(20.0, crash, clock_s=lambda: still.now_s)
    still.now_s += 100.0
    pulse.check()  # it is starting
    pulse.beat()
    for _ in range(5):
        still.now_s += 19.0
        pulse.check()
        pulse.beat()
    still.now_s += 21.0
    for look in (pulse.check, pulse.beat):
        with pytest.raises(StoodStillError, match="stood still for 21 s"):
            look()


def test_the_thread_beats_by_itself_until_it_is_halted() -> None:
    pulse = ProcessPulse(0.4, crash)
    pulse.beat()
    began_s = pulse._beat_s
    pulse.start()
    pulse.join(0.2)
    pulse.halt()
    pulse.join(5)
    assert not pulse.is_alive()
    assert pulse._beat_s > began_s
