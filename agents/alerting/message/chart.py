"""What a chart of an incident shows, as data: a channel that can show a picture draws it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from agents.alerting.i18n import Words
from schemas.incident import Transition

_HOUR_S: Final = 3_600
_TICKS: Final = 4
_PINS: Final = 3


class ChartBar(Struct, frozen=True):
    """Mentions an hour in one step; ``unheard``: not all of it was heard."""

    rate: float
    unheard: bool = False


class ChartMark(Struct, frozen=True):
    """A place on the axis of time, from 0 to 1, and what is written there."""

    place: float
    label: str


class Chart(Struct, frozen=True, kw_only=True):
    """Mentions an hour, step by step, against the usual.

    ``described``: the same in a sentence, for those who do not see it. ``ticks``: times below;
    ``pins``: when it began, and when it rang, oldest first.
    """

    bars: tuple[ChartBar, ...]
    usual: float
    title: str
    usual_label: str
    unheard_label: str
    now_label: str
    ticks: tuple[ChartMark, ...]
    pins: tuple[ChartMark, ...]
    described: str


def chart_of(words: Words, transition: Transition) -> Chart | None:
    """Return how it went in the last hours; None where nothing tells."""
    course = transition.course
    if course is None or not any(course.mentions):
        return None
    step = timedelta(seconds=course.step_s)
    start = course.until - len(course.mentions) * step
    whole = len(course.mentions) * step
    gaps = [one for one in transition.completeness.gaps if one.recovered != "full"]
    bars = []
    for number, count in enumerate(course.mentions):
        begin = start + number * step
        unheard = any(gap.start < begin + step and gap.end > begin for gap in gaps)
        bars.append(ChartBar(count * _HOUR_S / course.step_s, unheard))
    rates = [bar.rate for bar in bars]
    usual = transition.volume.usual_per_hour
    highest = words.number(round(max(rates)))
    newest = words.number(round(rates[-1]))

    def place(at: datetime) -> float:
        return (at - start) / whole

    pins = [
        (transition.onset, "chart_began"),
        *((one.at, "chart_rang") for one in transition.rings),
    ]
    inside = [(at, key) for at, key in pins if start <= at <= course.until]
    return Chart(
        bars=tuple(bars),
        usual=usual,
        title=words.texts["chart_title"],
        usual_label=words.say("picture_usual", n=words.number(round(usual))),
        unheard_label=words.texts["picture_unheard"],
        now_label=newest,
        ticks=tuple(
            ChartMark(number / _TICKS, words.time(start + whole * number / _TICKS))
            for number in range(_TICKS + 1)
        ),
        pins=tuple(
            ChartMark(place(at), words.say(key, time=words.time(at)))
            for at, key in [*inside[:1], *inside[1:][-_PINS + 1 :]]
        ),
        described=words.say(
            "chart_described",
            start=words.time(start),
            end=words.with_utc(course.until.astimezone(UTC)),
            most=highest,
            now=newest,
            usual=words.number(round(usual)),
        ),
    )
