"""A talk that spreads: roots in, the whole conversation out."""

from typing import Final, NamedTuple

import numpy as np

from lab.evaluate.replays.world.mentions import (
    NONE,
    QUOTE,
    REPLY,
    REPOST,
    Floats,
    Ints,
    Mentions,
    blank,
    together,
)
from lab.evaluate.replays.world.speakers.actors import Cast
from lab.evaluate.replays.world.speakers.writing import Writer
from lab.evaluate.replays.world.timing.cascade import Contagion, next_generation
from lab.evaluate.replays.world.timing.rhythm import ActivityClock

_KEEPS: Final = (("hashtag", 0.5), ("link", 0.5))
"""What an answer takes over from what it answers, and how often; beside its language."""
_KEEPS_LANGUAGE: Final = 0.8


class Talk(NamedTuple):
    """How a talk goes on.

    ``loyalty``: share of new texts in the voice of what they answer. Interest runs out in two ways:
    it fades with an e-folding time of ``fade_s``, and of those who care (``most`` mentions) fewer
    and fewer have not spoken.
    """

    contagion: Contagion
    cast: Cast
    until_s: float
    most: float
    fade_s: float = 36 * 3600.0
    loyalty: float = 0.7


def ids(rng: np.random.Generator, rows: int) -> Ints:
    """Numbers of posts; two are never the same in practice."""
    return rng.integers(1, 2**62, rows)


def spread(
    rng: np.random.Generator, roots: Mentions, talk: Talk, writer: Writer, clock: ActivityClock
) -> Mentions:
    """Roots and all that follows from them, in order of time, until ``talk.until_s``."""
    every = [roots]
    current = roots
    total = len(roots)
    while len(current):
        age_s = current["at_s"] - roots["at_s"][0]
        interest = np.exp(-age_s / talk.fade_s) * max(0.0, 1 - total / talk.most)
        links = next_generation(rng, current["followers"], interest, talk.contagion)
        at_s = clock.later(current["at_s"][links.parent], links.delay_s)
        soon = at_s < talk.until_s
        made = _follow(rng, current[links.parent[soon]], at_s[soon], talk, writer)
        _come_back(rng, made, every, writer.again)
        every.append(made)
        total += len(made)
        current = made
    return together(*every)


def _follow(
    rng: np.random.Generator, parents: Mentions, at_s: Floats, talk: Talk, writer: Writer
) -> Mentions:
    """What each of ``parents`` (one row a child) is followed by at these times."""
    rows = len(parents)
    made = parents.copy()
    made["at_s"] = at_s
    made["id"] = ids(rng, rows)
    made["own"] = False
    voice = parents["voice"].astype(np.int64)
    made["kind"] = writer.ensemble.way(rng, voice)
    repeats = made["kind"] == REPOST
    first = np.where(parents["root"] == NONE, parents["id"], parents["root"])
    made["root"] = np.where(repeats, first, NONE)
    speaks_to = np.isin(made["kind"], (REPLY, QUOTE))
    made["answers"] = np.where(speaks_to, first, NONE)
    new = ~repeats
    count = int(new.sum())
    fresh = blank(count)
    for field in ("at_s", "id", "kind", "answers"):
        fresh[field] = made[field][new]
    stays = rng.random(count) < talk.loyalty
    fresh["voice"] = np.where(stays, voice[new], writer.ensemble.cast(rng, talk.cast, count))
    mine = writer.languages.draw(rng, count)
    keeps = rng.random(count) < _KEEPS_LANGUAGE
    writer.write(rng, fresh, np.where(keeps, parents["language"][new], mine))
    for field, share in _KEEPS:
        theirs = parents[field][new]
        keeps = (rng.random(count) < share) & (fresh[field] != NONE) & (theirs != NONE)
        fresh[field] = np.where(keeps, theirs, fresh[field])
    made[new] = fresh
    writer.sign(rng, made)
    return made


def _come_back(
    rng: np.random.Generator, made: Mentions, every: list[Mentions], again: float
) -> None:
    """Some posts are by people who have already spoken: the busy become busier."""
    if not again:
        return
    earlier = every[int(rng.integers(len(every)))]
    if not len(earlier):
        return
    who = rng.integers(len(earlier), size=len(made))
    same = rng.random(len(made)) < again
    for field in ("author", "followers"):
        made[field] = np.where(same, earlier[field][who], made[field])
