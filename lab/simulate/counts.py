"""A real storm's daily counts as a scenario: its sizes and its mood, told in our texts."""

from collections.abc import Sequence

from lab.simulate.cascade import mean_cluster_size
from lab.simulate.grammar import Stance
from lab.simulate.scenario import Scenario, Wave

_BRANCHING = 0.5
_RAMP_H = 1.0
_NEUTRAL = 0.3
_LANGUAGES = {"en": 6.0, "fr": 4.0}
# Sections by stance, and their shares within it.
_TOLD: dict[str, dict[Stance, dict[str, float]]] = {
    "boycott-call": {
        "negative": {"anger": 0.6, "call": 0.25, "pledge": 0.15},
        "neutral": {"remark": 0.6, "mock": 0.4},
        "positive": {"defend": 1.0},
    },
    "positive-storm": {
        "negative": {"cynic": 1.0},
        "neutral": {"deed-news": 1.0},
        "positive": {"applaud": 0.7, "moved": 0.3},
    },
}


def episode_from_counts(
    daily_counts: Sequence[float],
    sentiment_by_day: Sequence[float | None] | None = None,
    *,
    crisis: bool,
    name: str = "from-counts",
    first_hour_utc: float = 10.0,
    balance: float = 0.15,
    lean: float = 2.0,
) -> Scenario:
    """Return a scenario with the given number of posts on each day after its onset.

    Args:
        daily_counts: posts a day, cascades included; absolute, whatever the brand's size.
        sentiment_by_day: mean sentiment of each day in -1 … 1; ``None`` takes the day before it.
        crisis: whether it is told as one, and what the truth says.
        name: of the scenario; part of the seed.
        first_hour_utc: when the first day begins. Its count falls on the hours that are left.
        balance: mean sentiment at which negative and positive are even. Above 0, for everyday posts
            score as slightly positive on lexicon scales; an assumption, as is ``lean``.
        lean: how far a mean sentiment of 1 off the balance moves the two shares.

    Raises:
        ValueError: if there are no counts, one is negative, or the lengths differ.

    >>> storm = episode_from_counts([400, 2400, 800], [-0.1, -0.2, None], crisis=True)
    >>> [wave.what for wave in storm.waves]
    ['day 1', 'day 2', 'day 3']
    """
    moods = (
        list(sentiment_by_day) if sentiment_by_day is not None else [balance] * len(daily_counts)
    )
    faults = []
    if not any(count > 0 for count in daily_counts):
        faults.append("no day has a count above 0")
    if any(count < 0 for count in daily_counts):
        faults.append("a count is below 0")
    if len(moods) != len(daily_counts):
        faults.append(f"{len(daily_counts)} counts but {len(moods)} sentiments")
    if not 0 <= first_hour_utc <= 24 - 2 * _RAMP_H:
        faults.append(f"first_hour_utc must be within 0 and {24 - 2 * _RAMP_H:g}")
    if faults:
        raise ValueError("; ".join(faults))
    texts = "boycott-call" if crisis else "positive-storm"
    told = _TOLD[texts]
    waves = []
    mood = balance
    start_h = 0.0
    for day, count in enumerate(daily_counts):
        given = moods[day]
        mood = mood if given is None else given
        length_h = 24.0 - first_hour_utc if day == 0 else 24.0
        if count > 0:
            # The rising ramp averages one half, so the level makes up for half a ramp.
            rate = count / mean_cluster_size(_BRANCHING) / (length_h - _RAMP_H / 2)
            waves.append(
                _day(
                    f"day {day + 1}",
                    start_h,
                    length_h,
                    rate,
                    _voices(lean * (mood - balance), told),
                )
            )
        start_h += length_h
    return Scenario(
        name=name,
        what=f"{len(daily_counts)} days of given counts",
        crisis=crisis,
        length_days=start_h / 24 + 1.0,
        onset_hour_utc=first_hour_utc,
        texts=texts,
        waves=tuple(waves),
    )


def _day(
    what: str, start_h: float, length_h: float, rate_per_h: float, voices: dict[str, float]
) -> Wave:
    return Wave(
        what=what,
        voices=voices,
        languages=_LANGUAGES,
        start_h=start_h,
        rise_h=_RAMP_H,
        hold_h=length_h,
        until_h=start_h + length_h,
        peak=rate_per_h,
        fixed_per_h=True,
        rhythm=0.7,
        branching=_BRANCHING,
        newcomers=0.8,
    )


def _voices(lean: float, told: dict[Stance, dict[str, float]]) -> dict[str, float]:
    """Return sections by share: even at lean 0, and never all of one stance."""
    lean = max(-0.9, min(0.9, lean))
    shares: dict[Stance, float] = {
        "negative": (1 - _NEUTRAL) * (1 - lean) / 2,
        "neutral": _NEUTRAL,
        "positive": (1 - _NEUTRAL) * (1 + lean) / 2,
    }
    return {
        section: share * shares[stance]
        for stance, sections in told.items()
        for section, share in sections.items()
    }
