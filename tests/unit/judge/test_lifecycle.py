"""The life of an episode as a table of pulses: each rule by its name."""

from pipeline.judge.lifecycle import Change, Life, Pulse, advance, begin, ring

HOUR_S = 3600


def pulse(minute: int, rate: float, *, hour: float | None = None, **more: int) -> Pulse:
    return Pulse(
        now_s=60 * minute,
        rate=rate,
        rate_hour=rate if hour is None else hour,
        usual=60.0,
        last_said_s=more.get("said", 60 * minute),
        replied_s=more.get("replied", 0),
    )


def opened(rate: float = 600.0) -> Life:
    life, _ = advance(begin(0, 0), pulse(0, rate))
    return ring(life, pulse(0, rate))


def rule(life: Life, *pulses: Pulse) -> Change | None:
    change = None
    for one in pulses:
        life, change = advance(life, one)
    return change


def fading() -> Life:
    life, change = advance(opened(), pulse(20, 120.0, hour=300.0))
    assert change == Change("fading", "falling")
    return life


def test_growing_escalates() -> None:
    assert rule(opened(), pulse(15, 1200.0)) == Change("escalating", "growing")


def test_a_little_growth_is_no_step() -> None:
    assert rule(opened(), pulse(15, 700.0)) is None


def test_no_step_follows_another_at_once() -> None:
    assert rule(opened(), pulse(5, 6000.0)) is None


def test_a_plateau_is_the_peak() -> None:
    assert rule(opened(), pulse(31, 580.0)) == Change("peaking", "no_longer_growing")


def test_half_the_peak_is_fading() -> None:
    assert rule(opened(), pulse(15, 290.0, hour=400.0)) == Change("fading", "falling")


def test_back_at_the_usual_it_is_resolved() -> None:
    assert rule(fading(), pulse(90, 70.0)) == Change("resolved", "back_to_normal")


def test_silence_resolves() -> None:
    silent = pulse(220, 60.0, hour=500.0, said=HOUR_S // 2)
    assert rule(fading(), silent) == Change("resolved", "silence")


def test_a_second_wave_escalates_a_fading_incident() -> None:
    assert rule(fading(), pulse(40, 900.0)) == Change("escalating", "second_wave")


def test_a_wave_after_the_brand_spoke_is_called_so() -> None:
    wave = pulse(40, 900.0, replied=30 * 60)
    assert rule(fading(), wave) == Change("escalating", "wave_after_reply")


def test_after_a_week_it_is_given_up() -> None:
    assert rule(opened(), pulse(7 * 24 * 60 + 1, 600.0)) == Change("resolved", "too_long")


def test_what_is_only_noticed_has_no_phases() -> None:
    assert rule(begin(0, 0), pulse(0, 600.0), pulse(30, 70.0), pulse(60, 9000.0)) is None


def test_what_is_over_stays_over() -> None:
    life, _ = advance(fading(), pulse(90, 70.0))
    assert rule(life, pulse(200, 9000.0)) is None
