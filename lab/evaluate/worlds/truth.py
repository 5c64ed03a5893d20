"""What is true of one stretch of a brand's life, whoever made the world."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from lab.evaluate.replays.told import ToldIncident


class TruthError(ValueError):
    """A world's truth is not in the form."""


class Happened(Struct, frozen=True):
    """A stretch of a brand's life with at most one event in it; times are epoch seconds.

    ``begins_s``, ``peak_s``, ``over_s``: of the crisis, or of the harmless event; None where
    nothing happens. ``visible_s``: when a person could see it. ``prelude_s``: from here on it
    announces itself: rings are false, and the time is not quiet. ``minor``: so small that a ring is
    neither right nor wrong. ``quarter``: a long stretch without an event, which counts for how
    often it rings when nothing happens, and not for precision.
    """

    name: str
    kind: str
    crisis: bool
    start_s: float
    end_s: float
    begins_s: float | None = None
    peak_s: float | None = None
    over_s: float | None = None
    visible_s: float | None = None
    prelude_s: float | None = None
    minor: bool = False
    quarter: bool = False


class WatchedStretch(Struct, frozen=True):
    """What happened, and what was told of it."""

    happened: Happened
    told: tuple[ToldIncident, ...]


def happened_of(episode: Mapping[str, Any]) -> Happened:
    """An episode of a ``truth.json`` by other hands.

    Raises:
        TruthError: it lacks a name, a time, or says a time that is none.
    """
    try:
        crisis = bool(episode["crisis"])
        first, peak, last = (
            ("onset", "peak", "end") if crisis else ("event_start", "event_peak", "event_end")
        )
        found = Happened(
            name=str(episode["id"]),
            kind=str(episode["kind"]),
            crisis=crisis,
            start_s=_needed(episode, "stream_start"),
            end_s=_needed(episode, "stream_end"),
            begins_s=_at_s(episode.get(first)),
            peak_s=_at_s(episode.get(peak)),
            over_s=_at_s(episode.get(last)),
            visible_s=_at_s(episode.get("visible_from")),
            prelude_s=_at_s((episode.get("marks") or {}).get("prelude")),
            minor=bool(episode.get("minor")),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise TruthError(f"episode {episode!r:.80}: {error!r}") from error
    if (found.begins_s is None) != (found.over_s is None) or (crisis and found.begins_s is None):
        raise TruthError(f"episode {found.name}: it begins or ends, and does not say when")
    return found


def _needed(episode: Mapping[str, Any], name: str) -> float:
    at_s = _at_s(episode[name])
    if at_s is None:
        raise ValueError(f"no time {name}")
    return at_s


def _at_s(written: str | None) -> float | None:
    if written is None:
        return None
    at = datetime.fromisoformat(written)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
