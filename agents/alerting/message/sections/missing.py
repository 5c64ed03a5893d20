"""What would make a heads-up ring, in figures that people can count: voices, and attacks.

The detector states what it needs as rarity and kind, which say nothing to those who read. Rarity is
turned into voices as if all of it grew in step: the rarest of two statistics of what is said, and
half of two of its words, each so many scales of its usual maxima per e-fold of surprise
(``pipeline.detection.detector.rarity``). Kind is turned into the share that attacks, the heaviest
of its terms. Both are told as "about": other things move as well.
"""

from math import exp, log1p
from typing import Final

from agents.alerting.i18n import Words
from pipeline.detection.detector.kind import HIGHEST, READ
from pipeline.detection.detector.levels import KIND_MOST, RARITY_MOST, RING_KIND, RING_RARITY
from pipeline.detection.detector.odds import logit
from pipeline.detection.detector.rarity import (
    DISPERSION,
    TALK,
    WINDOWS_S,
    WORDS,
    surprise,
)
from schemas.incident import Sighting, Term, Transition

_HOUR: Final = WINDOWS_S.index(3_600)
_STEEPNESS: Final = 1 / TALK[_HOUR].scale + 0.5 / WORDS[_HOUR].scale
_LEAST_USUAL: Final = 0.02
_MOST_VOICES: Final = 1e7
_ATTACKING: Final = "attacking"
_MOST_SHARE: Final = 0.95


def voices_needed(seen: Sighting) -> float | None:
    """Return about how many hostile voices an hour would make it ring, all else as it is.

    None where no number of them would.

    >>> from datetime import datetime, UTC
    >>> at = datetime(2026, 11, 29, tzinfo=UTC)
    >>> seen = Sighting(at=at, rarity=4.5, kind=2.5, needed_rarity=5.8, voices=21, usual_voices=4)
    >>> round(voices_needed(seen))
    29
    """
    if seen.needed_rarity > RARITY_MOST or seen.kind < RING_KIND:
        return None
    usual = max(seen.usual_voices, _LEAST_USUAL)
    short = max(seen.needed_rarity - seen.rarity, 0.0) / _STEEPNESS
    now = log1p(surprise(seen.voices, usual, DISPERSION[_HOUR]))
    low, high = max(seen.voices, usual), _MOST_VOICES
    while high - low > max(0.01 * low, 0.5):
        middle = (low + high) / 2
        enough = log1p(surprise(middle, usual, DISPERSION[_HOUR])) >= now + short
        low, high = (low, middle) if enough else (middle, high)
    return high


def attacks_needed(seen: Sighting) -> tuple[Term, float] | None:
    """Return the term of attacks and about which share would make it ring, all else as it is.

    None where no share would.
    """
    term = next((one for one in seen.terms if one.code == _ATTACKING), None)
    if term is None or seen.needed_kind > KIND_MOST or seen.rarity < RING_RARITY:
        return None
    least = 0.001
    share, usual = max(term.share, least), max(term.usual, least)
    more = max(seen.needed_kind - seen.kind, 0.0) / READ.shares[_ATTACKING].rising
    there = logit(min(share, 1 - least)) + more
    if there - logit(min(usual, 1 - least)) > HIGHEST:
        return None
    needed = 1 / (1 + exp(-there))
    return (term, needed) if needed <= _MOST_SHARE else None


def would_ring(words: Words, transition: Transition) -> list[str]:
    """Say what is missing to a ring, or was, in figures; only what could make it ring."""
    seen = transition.sighting
    if seen is None:
        return []
    over = transition.state == "dismissed"
    voices, attacks = voices_needed(seen), attacks_needed(seen)
    parts = []
    if voices is not None:
        parts.append(
            words.say(
                "missing_voices",
                needed=words.about(voices),
                now=words.number(round(seen.voices)),
            )
        )
    if attacks is not None:
        term, share = attacks
        parts.append(
            words.say(
                "missing_attacks",
                needed=words.percent(round(share, 2)),
                now=words.percent(term.share),
            )
        )
    key = "would_have_rung" if over else "would_ring"
    if not parts:
        return [words.texts[f"{key}_both"]]
    return [words.say(key, what=words.texts["missing_or"].join(parts))]
