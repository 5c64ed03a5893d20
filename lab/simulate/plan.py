"""A simulation decided: brand, times and streams, checked before the first mention is made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lab.simulate.cascade import mean_cluster_size
from lab.simulate.rhythm import hour_of_week
from lab.simulate.scenario import CHATTER, SCENARIOS, Scenario, Truth, excess_scale
from lab.simulate.streams import SilentError, WaveStream
from lab.simulate.texts import Texts
from pipeline.phrase import Phrase
from schemas.brand import Brand

_STEP_S = 600
_STEPS_PER_HOUR = 6


@dataclass(frozen=True, kw_only=True)
class SimulationPlan:
    """What a ``Simulation`` carries out."""

    name: str
    brand: Brand
    scenario: Scenario
    start: datetime
    onset: datetime
    end: datetime
    mentions_per_hour: float
    texts: Texts
    chatter: WaveStream
    own_posts: WaveStream
    own_answers: WaveStream
    waves: tuple[WaveStream, ...]

    @property
    def truth(self) -> Truth:
        """What happens when, from the expected rates: cascades may move the real peak a little."""
        waves = self.waves
        if not waves or self.onset >= self.end:
            return Truth(self.scenario.crisis, None, None)
        first_hour = hour_of_week(self.onset)
        steps = int((self.end - self.onset).total_seconds()) // _STEP_S
        expected = [
            sum(
                wave.rate(hour)
                * wave.languages(first_hour + hour).total
                * mean_cluster_size(wave.wave.branching)
                for wave in waves
                if wave.wave.crowd != "own"
            )
            for hour in ((step + 0.5) / _STEPS_PER_HOUR for step in range(steps))
        ]
        hours = [
            sum(expected[step : step + _STEPS_PER_HOUR])
            for step in range(max(steps - _STEPS_PER_HOUR, 0) + 1)
        ]
        peak_step = max(range(len(hours)), key=hours.__getitem__)
        peak = self.onset + timedelta(seconds=(peak_step + _STEPS_PER_HOUR / 2) * _STEP_S)
        return Truth(self.scenario.crisis, self.onset, peak)


def make_plan(
    scenario: str | Scenario,
    *,
    seed: int,
    brand: Brand,
    start: datetime,
    days: float | None = None,
    mentions_per_hour: float = 120.0,
    crisis_scale: float = 1.0,
    tempo: float = 1.0,
    lead_days: float | None = None,
) -> SimulationPlan:
    """Return the plan of a simulation; see ``simulate`` for the arguments.

    Raises:
        ValueError: naming every argument that will not do.
    """
    chosen = SCENARIOS.get(scenario) if isinstance(scenario, str) else scenario
    faults = []
    if chosen is None:
        faults.append(f"no scenario {scenario!r}; there are: {', '.join(SCENARIOS)}")
    if start.utcoffset() != timedelta(0):
        faults.append(f"start must be in UTC, not {start.isoformat()}")
    if days is not None and days <= 0:
        faults.append(f"days must be above 0, not {days}")
    if lead_days is not None and lead_days < 0:
        faults.append(f"lead_days must not be below 0, not {lead_days}")
    for name, value in (
        ("mentions_per_hour", mentions_per_hour),
        ("crisis_scale", crisis_scale),
        ("tempo", tempo),
    ):
        if value <= 0:
            faults.append(f"{name} must be above 0, not {value}")
    if faults or chosen is None:
        raise ValueError("; ".join(faults))
    chosen = chosen.at_tempo(tempo)
    onset = chosen.onset(start, lead_days)
    length = (onset - start) + timedelta(days=chosen.length_days)
    texts = Texts(("chatter", chosen.text_files), brand)
    return SimulationPlan(
        name=f"{seed}/{brand.id}/{chosen.name}",
        brand=brand,
        scenario=chosen,
        start=start,
        onset=onset,
        end=start + (length if days is None else timedelta(days=days)),
        mentions_per_hour=mentions_per_hour,
        texts=texts,
        **_usual(brand, Texts(("chatter",), brand), mentions_per_hour),
        waves=_waves(chosen, brand, texts, excess_scale(mentions_per_hour) * crisis_scale),
    )


def _usual(brand: Brand, texts: Texts, mentions_per_hour: float) -> dict[str, WaveStream]:
    people, posts, answers = CHATTER.waves
    chatter = WaveStream(people, size_per_h=1.0, texts=texts, only=brand.languages)
    posts_per_root = mean_cluster_size(people.branching) + people.answered * chatter.addressed_share
    return {
        "chatter": WaveStream(
            people,
            size_per_h=mentions_per_hour / posts_per_root,
            texts=texts,
            only=brand.languages,
        ),
        "own_posts": WaveStream(posts, size_per_h=posts.peak, texts=texts, only=brand.languages),
        "own_answers": WaveStream(answers, size_per_h=0.0, texts=texts, only=brand.languages),
    }


def _waves(
    scenario: Scenario, brand: Brand, texts: Texts, posts_per_size: float
) -> tuple[WaveStream, ...]:
    streams = []
    for wave in scenario.waves:
        size_per_h = wave.peak * (1.0 if wave.fixed_per_h else posts_per_size)
        try:
            streams.append(
                WaveStream(wave, size_per_h=size_per_h, texts=texts, only=brand.languages)
            )
        except SilentError:
            # A wave in languages that the brand does not listen to passes it by.
            continue
    if scenario.waves and not streams:
        raise SilentError(
            Phrase(
                "scenario {name!r} has no texts in {names}",
                name=scenario.name,
                names=", ".join(brand.languages),
            )
        )
    return tuple(streams)
