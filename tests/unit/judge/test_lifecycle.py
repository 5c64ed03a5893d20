"""The life of an episode as a table of pulses: each rule by its name."""

from pipeline.detection.incident.lifecycle import Change, Life, Pulse, advance, begin, ring


def pulse(minute: int, rate: float, *, hour: float | None = None, **more: int) -> Pulse:
    return Pulse(
        now_s=60 * minute,
        rate=rate,
        rate_hour=rate if hour is None else hour,
        usual=60.0,
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


def minutes(first: int, last: int, rate: float, *, hour: float | None = None) -> list[Pulse]:
    return [pulse(minute, rate, hour=hour) for minute in range(first, last)]


def fading() -> Life:
    life = opened()
    for one in minutes(1, 32, 120.0, hour=300.0):
        life, _ = advance(life, one)
    assert life.state == "fading"
    return life


def test_growing_escalates() -> None:
    assert rule(opened(), pulse(15, 1200.0)) == Change("escalating", "growing")


def test_a_little_growth_is_no_step() -> None:
    assert rule(opened(), pulse(15, 700.0)) is None


def test_no_step_follows_another_at_once() -> None:
    assert rule(opened(), pulse(5, 6000.0)) is None


def test_a_plateau_is_the_peak() -> None:
    assert rule(opened(), pulse(31, 580.0)) == Change("peaking", "no_longer_growing")


def test_half_the_peak_is_fading_once_it_has_stayed_so() -> None:
    assert rule(opened(), *minutes(1, 31, 290.0, hour=400.0)) is None
    assert rule(opened(), *minutes(1, 32, 290.0, hour=400.0)) == Change("fading", "falling")


def test_a_pause_is_a_pause() -> None:
    low = minutes(1, 25, 290.0, hour=400.0)
    assert rule(opened(), *low, pulse(25, 500.0), *minutes(26, 30, 290.0, hour=400.0)) is None


def test_what_rose_for_hours_has_to_be_low_for_hours() -> None:
    life = opened()
    life, _ = advance(life, pulse(240, 900.0))
    later = minutes(241, 241 + 240, 200.0, hour=300.0)
    assert [advance(life, one)[1] for one in later[-1:]] == [None]
    said = []
    for one in later + minutes(481, 490, 200.0, hour=300.0):
        life, change = advance(life, one)
        said += [(one.now_s // 60, change.state)] if change and change.state == "fading" else []
    assert said == [(481, "fading")]


def test_a_second_wave_escalates_a_fading_incident() -> None:
    assert rule(fading(), pulse(60, 900.0)) == Change("escalating", "second_wave")


def test_a_wave_after_the_brand_spoke_is_called_so() -> None:
    wave = pulse(60, 900.0, replied=30 * 60)
    assert rule(fading(), wave) == Change("escalating", "wave_after_reply")


def test_after_a_week_it_is_given_up() -> None:
    assert rule(opened(), pulse(7 * 24 * 60 + 1, 600.0)) == Change("resolved", "too_long")


def test_what_is_only_noticed_has_no_phases() -> None:
    assert rule(begin(0, 0), pulse(0, 600.0), pulse(30, 70.0), pulse(60, 9000.0)) is None


def test_what_is_over_stays_over() -> None:
    life, _ = advance(opened(), pulse(7 * 24 * 60 + 1, 600.0))
    assert rule(life, pulse(7 * 24 * 60 + 200, 9000.0)) is None
