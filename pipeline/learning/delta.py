"""Deltas as records: how they are made, bounded, and named by a digest."""

import hashlib
from collections.abc import Mapping
from math import sqrt

from pipeline.sentiment.tokens import TOKENIZER
from schemas.codec import encode
from schemas.model import MAX_FEATURES, MAX_STEP, Delta, Nudge

STEPS = 100

Weight = tuple[float, float, float]
"""For negative and for positive against neutral, and how much it matters."""

MAX_NORM = 120.0
"""Largest length of a delta as a vector. All 14,640 airline labels together come to about 110."""


def digest_of(delta: Delta) -> str:
    """SHA-256 of the delta's JSON, in hex.

    >>> digest_of(Delta(base="", tokenizer=1, steps=100))[:8]
    'bf59b3c8'
    """
    return hashlib.sha256(encode(delta)).hexdigest()


def make_delta(weights: Mapping[str, Weight], *, base: str) -> Delta:
    """Round and bound what was learned over the weights of digest ``base``.

    ``weights``: for negative and for positive against neutral, and strength, by feature. The
    ``MAX_FEATURES`` strongest are kept. Where the whole is longer than ``MAX_NORM``, it is scaled
    down to it.
    """
    kept = sorted(sorted(weights, key=lambda name: (-weights[name][2], name))[:MAX_FEATURES])
    nudges: list[Nudge] = [
        (name, _bounded(weights[name][0]), _bounded(weights[name][1])) for name in kept
    ]
    delta = _delta(nudges, base)
    norm = norm_of(delta)
    if norm > MAX_NORM:  # towards zero, so that rounding does not lead beyond the bound again
        scale = MAX_NORM / norm
        nudges = [(name, int(low * scale), int(high * scale)) for name, low, high in nudges]
        delta = _delta(nudges, base)
    return delta


def _delta(nudges: list[Nudge], base: str) -> Delta:
    kept = tuple(nudge for nudge in nudges if nudge[1] or nudge[2])
    return Delta(base=base, tokenizer=TOKENIZER, steps=STEPS, nudges=kept)


def no_delta(base: str) -> Delta:
    """The delta that changes nothing: a roll-back to it puts the shipped weights in force."""
    return make_delta({}, base=base)


def norm_of(delta: Delta) -> float:
    """Length of a delta as a vector, in nats."""
    return sqrt(sum(low * low + high * high for _, low, high in delta.nudges)) / delta.steps


def _bounded(weight: float) -> int:
    return max(-MAX_STEP, min(MAX_STEP, round(weight * STEPS)))
