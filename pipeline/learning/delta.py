"""Deltas as records: how they are made, bounded, and named by a digest."""

import hashlib
from math import sqrt

from pipeline.sentiment.tokens import TOKENIZER
from schemas.codec import encode
from schemas.model import MAX_FEATURES, MAX_STEP, Delta, Nudge

STEPS = 100
MAX_NORM = 120.0
"""Largest length of a delta as a vector. All 14,640 airline labels together come to about 110."""


def digest_of(delta: Delta) -> str:
    """SHA-256 of the delta's JSON, in hex.

    >>> digest_of(Delta(base="", tokenizer=1, steps=100))[:8]
    'bf59b3c8'
    """
    return hashlib.sha256(encode(delta)).hexdigest()


def make_delta(weights: dict[str, tuple[float, float, float]], *, base: str) -> Delta:
    """Round and bound what was learned over the weights of digest ``base``.

    ``weights``: for negative and for positive against neutral, and strength, by feature. The
    ``MAX_FEATURES`` strongest are kept. Where the whole is longer than ``MAX_NORM``, it is scaled
    down to it.
    """
    kept = sorted(weights, key=lambda name: (-weights[name][2], name))[:MAX_FEATURES]
    norm = sqrt(sum(weights[name][0] ** 2 + weights[name][1] ** 2 for name in sorted(kept)))
    scale = STEPS * min(1.0, MAX_NORM / norm) if norm else 0.0
    nudges: list[Nudge] = []
    for name in sorted(kept):
        low, high, _ = weights[name]
        pair = (_bounded(round(low * scale)), _bounded(round(high * scale)))
        if any(pair):
            nudges.append((name, *pair))
    return Delta(base=base, tokenizer=TOKENIZER, steps=STEPS, nudges=tuple(nudges))


def no_delta(base: str) -> Delta:
    """The delta that changes nothing: a roll-back to it puts the shipped weights in force."""
    return make_delta({}, base=base)


def norm_of(delta: Delta) -> float:
    """Length of a delta as a vector, in nats."""
    return sqrt(sum(low * low + high * high for _, low, high in delta.nudges)) / delta.steps


def _bounded(step: int) -> int:
    return max(-MAX_STEP, min(MAX_STEP, step))
