"""One episode drawn from its shape: the mentions, and what is true of them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from lab.evaluate.replays.world.brand import BrandProfile
from lab.evaluate.replays.world.chatter import own_posts
from lab.evaluate.replays.world.episodes.shape import Shape, Shock
from lab.evaluate.replays.world.episodes.truth import EpisodeTruth, truth_of
from lab.evaluate.replays.world.mentions import (
    CONTENT,
    NONE,
    ORIGINAL,
    REPLY,
    REPOST,
    Floats,
    Mentions,
    blank,
    together,
)
from lab.evaluate.replays.world.speakers.actors import ACTORS, Ensemble
from lab.evaluate.replays.world.speakers.people import strangers
from lab.evaluate.replays.world.speakers.writing import Languages, TalkSubject, Writer
from lab.evaluate.replays.world.spread import Talk, ids, spread
from lab.evaluate.replays.world.timing.rhythm import DAY_S, HOUR_S, ActivityClock

LONGEST_S: Final = 6 * DAY_S
_USUAL_STORM: Final = 36.0
_USUAL_EXPONENT: Final = 0.8
_STORM_SPREAD: Final = 0.4
_SHIFT: Final = 0.15
_TRIES: Final = 10
_MOST: Final = 4.0
"""Those who care, against those who are expected to speak."""

_TEMPLATES: Final = 4
_PASSED_ON: Final = 0.85
_SUBJECT: Final = 7_000_000
_ENSEMBLE: Final = Ensemble(ACTORS)


class StagedEpisode(Struct, frozen=True):
    """What was said, in order of time, and the truth about it."""

    mentions: Mentions
    truth: EpisodeTruth


def usual_storm_per_hour(per_hour: float) -> float:
    """Size of a storm for a brand of this size: it grows with the brand, but more slowly.

    >>> [round(usual_storm_per_hour(size)) for size in (2, 90, 3000)]
    [63, 1317, 21777]
    """
    return float(_USUAL_STORM * per_hour**_USUAL_EXPONENT)


def draw_episode(
    rng: np.random.Generator, shape: Shape, profile: BrandProfile, start_s: float
) -> StagedEpisode:
    """An episode of ``profile`` whose first post comes at ``start_s``.

    One too small to be seen by anybody (it never reaches a quarter of the brand's talk) is drawn
    again, half as big again each time; so is, at the same size, one that peaks too soon to be of
    its kind.

    Raises:
        ValueError: nor was the tenth one such an episode.
    """
    total = shape.hours * usual_storm_per_hour(profile.per_hour)
    total *= float(rng.lognormal(0, _STORM_SPREAD))
    for _ in range(_TRIES):
        times = [
            start_s + shock.at_h * HOUR_S * (float(rng.lognormal(0, _SHIFT)) if number else 1.0)
            for number, shock in enumerate(shape.shocks)
        ]
        mentions = stage(rng, shape, profile, times, total)
        truth = truth_of(mentions, shape, profile, turns_s=times[shape.turns])
        if truth is None:
            total *= 1.5
        elif truth.peak_s - truth.first_post_s >= shape.peaks_after_h * HOUR_S:
            return StagedEpisode(mentions, truth)
    raise ValueError(f"no {shape.name} for a brand of {profile.per_hour:.0f} an hour")


def stage(
    rng: np.random.Generator,
    shape: Shape,
    profile: BrandProfile,
    times: Sequence[float],
    total: float,
) -> Mentions:
    """All mentions of an episode of about ``total`` of them, with its shocks at these times."""
    end_s = times[0] + LONGEST_S
    clock = ActivityClock(profile.rhythm, times[0], end_s)
    branching = float(np.clip(shape.contagion.branching + rng.normal(0, 0.04), 0.02, 0.85))
    contagion = shape.contagion._replace(branching=branching)
    subject = TalkSubject(_SUBJECT, hashtags=shape.hashtags, links=shape.links)
    writer = Writer(
        _ENSEMBLE,
        profile.reader.of_a_subject(rng),
        subject,
        profile.crowd,
        profile.languages,
        shape.again,
    )
    outside = total * (1 - branching)
    every = []
    for at_s, shock in zip(times, shape.shocks, strict=True):
        count = 1 + int(rng.poisson(outside * shock.share * float(rng.lognormal(0, 0.25))))
        at = clock.later(np.full(count, at_s), _arrivals(rng, shock, count))
        roots = _roots(rng, shock, writer, profile.abroad, at[at < end_s])
        talk = Talk(contagion, shape.follow, end_s, most=100 + _MOST * count / (1 - branching))
        every += [
            spread(rng, roots, talk, writer, clock),
            own_posts(rng, at_s, HOUR_S * 3.0, shock.own_replies),
        ]
    return together(*every)


def _arrivals(rng: np.random.Generator, shock: Shock, count: int) -> Floats:
    """Activity after the shock, in seconds; somebody has to be the first, at once."""
    delay_h = rng.exponential(shock.rise_h, count) + rng.exponential(shock.decay_h, count)
    delay_h[0] = 0.0
    delay_h.sort()
    delay_s: Floats = delay_h * HOUR_S
    return delay_s


def _roots(
    rng: np.random.Generator, shock: Shock, writer: Writer, abroad: Languages, at_s: Floats
) -> Mentions:
    roots = blank(len(at_s))
    roots["at_s"] = at_s
    roots["id"] = ids(rng, len(roots))
    voice = _ENSEMBLE.cast(rng, shock.cast, len(roots))
    roots["voice"] = voice
    by_reply = rng.random(len(roots)) < _ENSEMBLE.share("opens_by_reply", voice)
    roots["kind"] = np.where(by_reply, REPLY, 0)
    there = rng.random(len(roots)) < shock.abroad
    home = writer.languages.draw(rng, len(roots))
    writer.write(rng, roots, np.where(there, abroad.draw(rng, len(roots)), home))
    writer.sign(rng, roots)
    first = min(shock.influencers, len(roots))
    roots["followers"][:first] = shock.reach * rng.lognormal(0, 0.8, first)
    if shock.one_post:
        _pass_on(rng, roots)
    if shock.accounts:
        _automate(rng, roots, shock.accounts)
    return roots


def _pass_on(rng: np.random.Generator, roots: Mentions) -> None:
    """Make all of them but the first what becomes of it: passed on, mostly; answered, now and then.

    Answers keep their own words: not all of them agree.
    """
    passed = rng.random(len(roots)) < _PASSED_ON
    passed[:1] = False
    for field in (*CONTENT, "voice"):
        roots[field][passed] = roots[field][0]
    roots["kind"] = np.where(passed, REPOST, REPLY)
    roots["root"] = np.where(passed, roots["id"][0], NONE)
    roots["answers"] = np.where(passed, NONE, roots["id"][0])
    roots["kind"][:1], roots["answers"][:1] = ORIGINAL, NONE


def _automate(rng: np.random.Generator, roots: Mentions, accounts: int) -> None:
    """Make the posts those of a few programs: few texts, few accounts, few followers."""
    text = np.minimum(rng.integers(_TEMPLATES, size=len(roots)), len(roots) - 1)
    for field in CONTENT:
        roots[field] = roots[field][text]
    roots["author"] = strangers(rng, accounts)[rng.integers(accounts, size=len(roots))]
    roots["followers"] = rng.integers(0, 80, len(roots))
