"""What can happen to a brand: waves of posts and single posts that set them off, from TOML files.

Sizes are relative: 1 is the usual mentions per hour of a brand with 120 of them. A larger brand
has larger storms, but not in proportion (see ``excess_scale``).
"""

import tomllib
from datetime import datetime, timedelta
from importlib.resources import files
from math import exp
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from schemas.mention import Kind

_REFERENCE_PER_H = 120.0
_SIZE_EXPONENT = 0.75

Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0)]
Ratio = Annotated[float, Meta(ge=0, lt=1)]


def excess_scale(mentions_per_hour: float) -> float:
    """Return how many posts an hour size 1 stands for, for a brand of this usual rate."""
    return float(_REFERENCE_PER_H * (mentions_per_hour / _REFERENCE_PER_H) ** _SIZE_EXPONENT)


class Wave(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stream of fresh posts, each the possible root of a cascade.

    Its rate rises from ``start_h`` (hours after the onset) over ``rise_h`` to ``peak``, holds for
    ``hold_h``, then decays: ``(1 + t/decay_h) ** -exponent``, or ``exp(-t/decay_h)`` where
    ``exponent`` is 0. ``until_h`` cuts it off. The day's rhythm multiplies it, to the power
    ``rhythm``. ``voices`` are sections of the text files; ``echoes`` those of the people who reply
    or quote, without which they speak as the wave does. ``crowd``: who posts. ``kind`` other than
    original answers the beat named ``of``; replies of the brand's own answer recent critics.
    ``tagged`` and ``linked``: shares of posts with one of ``tags`` and ``links``. ``answered``:
    share of the posts to the brand that its service answers. ``fixed_per_h``: ``peak`` is in posts
    an hour, whatever the brand's size.
    """

    what: str
    voices: dict[str, Positive]
    languages: dict[str, Positive]
    echoes: dict[str, Positive] = {}
    peak: Positive = 1.0
    start_h: float = 0.0
    rise_h: Positive = 1.0
    hold_h: float = 0.0
    decay_h: Positive = 12.0
    exponent: float = 2.0
    until_h: float | None = None
    rhythm: Share = 0.6
    branching: Ratio = 0.4
    newcomers: Share = 0.7
    crowd: Literal["people", "bots", "own", "one"] = "people"
    kind: Kind = "original"
    of: str = ""
    tags: tuple[str, ...] = ()
    tagged: Share = 0.3
    links: tuple[str, ...] = ()
    linked: Share = 0.0
    answered: Share = 0.02
    fixed_per_h: bool = False

    def shape(self, hour: float) -> float:
        """Return the rate at ``hour`` after the onset as a part of the peak, 0 to 1."""
        since = hour - self.start_h
        if since < 0 or (self.until_h is not None and hour >= self.until_h):
            return 0.0
        if since < self.rise_h:
            part = since / self.rise_h
            return part * part * (3.0 - 2.0 * part)
        since -= self.rise_h + self.hold_h
        if since <= 0:
            return 1.0
        if self.exponent == 0:
            return exp(-since / self.decay_h)
        return float((1.0 + since / self.decay_h) ** -self.exponent)


class Beat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One post at a set time, by an account of set reach: what sets a wave off, or carries it.

    It carries all its ``tags`` and one of its ``links``. ``echoes`` are the sections of those who
    reply to it or quote it; without them they speak as the beat does.
    """

    name: str
    at_h: float
    voice: str
    language: str
    by: Literal["own", "one", "amplifier"] = "amplifier"
    followers: int = 0
    verified: bool = False
    branching: Ratio = 0.4
    newcomers: Share = 0.7
    echoes: dict[str, Positive] = {}
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class Truth(NamedTuple):
    """What a judge of detectors needs to know about one simulation."""

    crisis: bool
    onset: datetime | None
    peak: datetime | None
    """Middle of the hour with the most posts expected; ``None`` where nothing happens."""


class Scenario(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A course of events for a brand, laid over its usual chatter.

    The onset comes ``lead_days`` after the start, moved to the nearest ``onset_hour_utc`` of a day
    where one is given. ``length_days`` runs from the onset.
    """

    name: str
    what: str
    crisis: bool
    lead_days: float = 2.5
    length_days: Positive = 4.0
    onset_hour_utc: float | None = None
    texts: str = ""
    waves: tuple[Wave, ...] = ()
    beats: tuple[Beat, ...] = ()

    def onset(self, start: datetime, lead_days: float | None = None) -> datetime:
        """Return when the first wave begins, in a simulation from ``start``."""
        earliest = start + timedelta(days=self.lead_days if lead_days is None else lead_days)
        if self.onset_hour_utc is None:
            return earliest
        midnight = earliest.replace(hour=0, minute=0, second=0, microsecond=0)
        nearest = min(
            (midnight + timedelta(days=day, hours=self.onset_hour_utc) for day in (-1, 0, 1)),
            key=lambda onset: abs(onset - earliest),
        )
        return nearest if nearest >= start else nearest + timedelta(days=1)

    def at_tempo(self, tempo: float) -> "Scenario":
        """Return the same course of events, ``tempo`` times as fast."""
        if tempo == 1:
            return self

        def sooner(wave: Wave) -> Wave:
            return msgspec.structs.replace(
                wave,
                start_h=wave.start_h / tempo,
                rise_h=wave.rise_h / tempo,
                hold_h=wave.hold_h / tempo,
                decay_h=wave.decay_h / tempo,
                until_h=None if wave.until_h is None else wave.until_h / tempo,
            )

        return msgspec.structs.replace(
            self,
            length_days=self.length_days / tempo,
            waves=tuple(sooner(wave) for wave in self.waves),
            beats=tuple(
                msgspec.structs.replace(beat, at_h=beat.at_h / tempo) for beat in self.beats
            ),
        )

    @property
    def text_files(self) -> str:
        """Stem of the files with this scenario's texts."""
        return self.texts or self.name


def _load(name: str) -> Scenario:
    raw = files("lab.simulate").joinpath("scenarios", f"{name}.toml").read_text("utf-8")
    try:
        return msgspec.convert({"name": name, **tomllib.loads(raw)}, Scenario)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"scenarios/{name}.toml: {error}") from error


NAMES = (
    "quiet",
    "nestle-greenpeace-2010",
    "boycott-call",
    "product-failure",
    "lone-complainer",
    "leaked-document",
    "product-launch",
    "giveaway",
    "celebrity-mention",
    "outage-complaints",
    "spam-flood",
    "positive-storm",
    "tv-moment",
)

SCENARIOS: dict[str, Scenario] = {name: _load(name) for name in NAMES}
"""All scenarios by name: the quiet one, crises, then harmless episodes."""

CHATTER: Scenario = _load("chatter")
"""What is said of any brand on any day: one wave without an end."""
