"""Real storms of which only daily figures are known, laid over a brand's talk.

A directory holds, for each storm ``NAME``, ``twitter_activity_NAME.csv`` (``date,count``) and
``twitter_daily_sentiment_NAME.csv`` (``date,avg_vader_compound``). Inside a day, mentions follow
the audience's rhythm, half of them set off by others. Their sentiment is drawn so that the mean
compound of the day is met.
"""

import csv
from pathlib import Path
from typing import Final

import numpy as np
from msgspec import Struct

from lab.evaluate.replays.world.brand import BrandProfile
from lab.evaluate.replays.world.episodes.episode import StagedEpisode
from lab.evaluate.replays.world.episodes.shape import Shape
from lab.evaluate.replays.world.episodes.truth import truth_of
from lab.evaluate.replays.world.mentions import (
    CONTENT,
    NONE,
    ORIGINAL,
    REPOST,
    Floats,
    Mentions,
    blank,
    together,
)
from lab.evaluate.replays.world.speakers.actors import Actor, Ensemble
from lab.evaluate.replays.world.speakers.writing import TalkSubject, Writer
from lab.evaluate.replays.world.spread import ids
from lab.evaluate.replays.world.timing.cascade import Contagion, delays
from lab.evaluate.replays.world.timing.rhythm import DAY_S, HOUR_S
from pipeline.phrase import Phrase
from schemas.incident import EpisodeKind

COMPOUND: Final = (-0.195, 0.104, 0.397)
"""Mean VADER compound of tweets called negative, neutral, positive (XLM-T English, 613 each)."""

POSITIVE_FROM: Final = 0.15
"""A storm with a mean compound of at least this is a happy one and must not ring."""

_NEUTRAL: Final = 0.3
_ANGRY: Final = {
    "accusation": 0.45,
    "boycott": 0.1,
    "mockery": 0.15,
    "complaint": 0.1,
    "grumble": 0.2,
}
_SOUR: Final = {"complaint": 0.3, "mockery": 0.1, "grumble": 0.6}
"""What the negative part of a storm is made of; its files do not tell."""
_DAYS: Final = 7
_BEGINS_SHARE: Final = 0.05
_SET_OFF: Final = 0.5
_CONTAGION: Final = Contagion(0.5, theta=0.6)
_SUBJECT: Final = TalkSubject(8_000_000)


class StormError(ValueError):
    """What is said to be a storm can't be read, or can't be laid over a brand."""


class Storm(Struct, frozen=True):
    """Days of a storm from its beginning: mentions and mean compound of each."""

    name: str
    counts: tuple[int, ...]
    compounds: tuple[float, ...]

    @property
    def compound(self) -> float:
        """Mean over all its mentions."""
        total = sum(self.counts) or 1
        return sum(map(float.__mul__, map(float, self.counts), self.compounds)) / total


def read_storms(directory: Path) -> tuple[Storm, ...]:
    """All storms of a directory, in order of name, from their first day that matters.

    Raises:
        StormError: no storm there, or a file that is not of the form.
    """
    found = []
    for path in sorted(directory.glob("twitter_activity_*.csv")):
        name = path.stem.removeprefix("twitter_activity_")
        counts = _column(path, "count")
        compounds = _column(directory / f"twitter_daily_sentiment_{name}.csv", "avg_vader_compound")
        days = sorted(counts)
        most = max(counts.values(), default=0.0)
        first = next((n for n, day in enumerate(days) if counts[day] >= _BEGINS_SHARE * most), 0)
        kept = days[first : first + _DAYS]
        found.append(
            Storm(
                name,
                tuple(int(counts[day]) for day in kept),
                tuple(compounds.get(day, 0.0) for day in kept),
            )
        )
    if not found:
        raise StormError(
            Phrase("{directory}: no twitter_activity_*.csv there", directory=directory)
        )
    return tuple(found)


def _column(path: Path, column: str) -> dict[str, float]:
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            return {row["date"]: float(row[column]) for row in csv.DictReader(lines)}
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise StormError(
            Phrase(
                "{path}: no readable columns date,{column}: {why}",
                path=path,
                column=column,
                why=repr(error),
            )
        ) from error


def shares(compound: float) -> tuple[float, float]:
    """Negative and positive share of texts whose mean compound is this, with 30 % neutral ones.

    >>> [round(share, 2) for share in shares(0.0289)]
    [0.47, 0.23]
    """
    low, middle, high = COMPOUND
    other = 1 - _NEUTRAL
    negative = (middle * _NEUTRAL + high * other - compound) / (high - low)
    negative = min(max(negative, 0.0), other)
    return negative, other - negative


def lay_storm(
    rng: np.random.Generator, storm: Storm, profile: BrandProfile, start_s: float
) -> StagedEpisode:
    """A storm that begins at ``start_s``; its later days are days of the clock (UTC).

    Raises:
        StormError: nobody could see it over a brand of this size.
    """
    parts = []
    begin_s = start_s
    for count, compound in zip(storm.counts, storm.compounds, strict=True):
        end_s = (begin_s // DAY_S + 1) * DAY_S
        parts.append(_day(rng, profile, (begin_s, end_s), count, compound))
        begin_s = end_s
    mentions = together(*parts)
    kind: EpisodeKind = "harmless" if storm.compound >= POSITIVE_FROM else "crisis"
    shape = Shape(storm.name, kind, "held_out", 0, _CONTAGION, {}, ())
    truth = truth_of(mentions, shape, profile, turns_s=start_s)
    if truth is None:
        raise StormError(
            Phrase(
                "{name}: not to be seen over {per_hour:.0f} an hour",
                name=storm.name,
                per_hour=profile.per_hour,
            )
        )
    return StagedEpisode(mentions, truth)


def _day(
    rng: np.random.Generator,
    profile: BrandProfile,
    span: tuple[float, float],
    count: int,
    compound: float,
) -> Mentions:
    rows = blank(count)
    if not count:
        return rows
    own = rng.random(count) >= _SET_OFF
    own[0] = True
    at_s = _by_rhythm(rng, profile, span, count)
    roots = np.flatnonzero(own)
    parent = roots[rng.integers(len(roots), size=count)]
    later = at_s[parent] + delays(rng, count, _CONTAGION)
    follows = ~own & (later < span[1])
    rows["at_s"] = np.where(follows, later, at_s)
    rows["id"] = ids(rng, count)
    negative, positive = shares(compound)
    angry = compound < POSITIVE_FROM
    voice = Actor(
        {
            **{kind: negative * share for kind, share in (_ANGRY if angry else _SOUR).items()},
            "chat": _NEUTRAL,
            "praise": positive * 0.5,
            "cheer": positive * 0.5,
        }
    )
    writer = Writer(
        Ensemble({"storm": voice}), profile.reader, _SUBJECT, profile.crowd, profile.languages
    )
    writer.write(rng, rows)
    writer.sign(rng, rows)
    repeats = follows & (rng.random(count) < voice.repost + voice.quote)
    for field in CONTENT:
        rows[field] = np.where(
            repeats[:, None] if rows[field].ndim > 1 else repeats, rows[field][parent], rows[field]
        )
    rows["kind"] = np.where(repeats, REPOST, ORIGINAL)
    rows["root"] = np.where(repeats, rows["id"][parent], NONE)
    return rows


def _by_rhythm(
    rng: np.random.Generator, profile: BrandProfile, span: tuple[float, float], count: int
) -> Floats:
    edges = np.linspace(*span, max(2, int((span[1] - span[0]) / HOUR_S * 6)))
    mass = np.concatenate(([0.0], np.cumsum(profile.rhythm.at((edges[1:] + edges[:-1]) / 2))))
    drawn: Floats = np.interp(rng.random(count) * mass[-1], mass, edges)
    return drawn
