"""How figures of replays are said and in which order, on the page and in the terminal alike."""

from collections.abc import Iterable

from schemas.replays import Estimate, ReplayLine, ReplayPart


def minutes(seconds: float | None) -> str:
    """Seconds as minutes, or hours when there are many.

    >>> minutes(None), minutes(90.0), minutes(-7200.0), minutes(36_000.0)
    ('–', '2 min', '-120 min', '10.0 h')
    """
    if seconds is None:
        return "–"
    hours = abs(seconds) >= 3 * 3600
    return f"{seconds / 3600:.1f} h" if hours else f"{seconds / 60:.0f} min"


def estimate_minutes(one: Estimate) -> str:
    """Minutes with their interval."""
    if one.value is None:
        return "–"
    return f"{minutes(one.value)} ({minutes(one.low)} to {minutes(one.high)})"


def seeds_of(part: ReplayPart) -> str:
    """Which luck our own replays had, and whether somebody tuned on it."""
    kept = "which nobody tunes on" if part.shapes == "held_out" else "which tuning may see"
    shapes = part.shapes.replace("_", "-")
    return f"Own replays: {shapes} shapes, seeds from {part.first_seed} on, {kept}."


def in_order(lines: Iterable[ReplayLine]) -> list[ReplayLine]:
    """Crises first; names that begin with a number by that number."""
    return sorted(lines, key=lambda one: (one.kind, _number(one.name), one.name))


def _number(name: str) -> float:
    first = name.partition(" ")[0]
    return float(first) if first.replace(".", "", 1).isdecimal() else 0.0
