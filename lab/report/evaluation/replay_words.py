"""How figures of replays are said and in which order, on the page and in the terminal alike."""

from collections.abc import Iterable

from lab.report.voice import ReportVoice
from schemas.replays import Estimate, ReplayLine, ReplayPart


def minutes(seconds: float | None, voice: ReportVoice) -> str:
    """Seconds as minutes, or hours when there are many.

    >>> [minutes(one, ReportVoice()) for one in (None, 90.0, -7200.0, 36_000.0)]
    ['–', '2 min', '-120 min', '10.0 h']
    """
    if seconds is None:
        return "–"
    hours = abs(seconds) >= 3 * 3600
    return f"{voice.fixed(seconds / 3600, 1)} h" if hours else f"{seconds / 60:.0f} min"


def estimate_minutes(one: Estimate, voice: ReportVoice) -> str:
    """Minutes with their interval."""
    if one.value is None:
        return "–"
    return voice.say(
        "{value} ({low} to {high})",
        value=minutes(one.value, voice),
        low=minutes(one.low, voice),
        high=minutes(one.high, voice),
    )


def seeds_of(part: ReplayPart, voice: ReportVoice) -> str:
    """Which luck our own replays had, and whether somebody tuned on it."""
    if part.shapes == "held_out":
        return voice.say(
            "Own replays: held-out shapes, seeds from {first} on, which nobody tunes on.",
            first=part.first_seed,
        )
    return voice.say(
        "Own replays: development shapes, seeds from {first} on, which tuning may see.",
        first=part.first_seed,
    )


def of(hits: int, every: int, voice: ReportVoice) -> str:
    """So many of so many.

    >>> of(3, 4, ReportVoice())
    '3 of 4'
    """
    return voice.say("{n} of {all}", n=hits, all=every)


def kind_of(one: ReplayLine, voice: ReportVoice) -> str:
    """Whether its episodes are crises or harmless."""
    return voice.say("crisis") if one.kind == "crisis" else voice.say("harmless")


def in_order(lines: Iterable[ReplayLine]) -> list[ReplayLine]:
    """Crises first; names that begin with a number by that number."""
    return sorted(lines, key=lambda one: (one.kind, _number(one.name), one.name))


def _number(name: str) -> float:
    first = name.partition(" ")[0]
    return float(first) if first.replace(".", "", 1).isdecimal() else 0.0
