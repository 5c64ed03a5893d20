"""Deltas as records: how they are made, bounded, and named by a digest."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

from pipeline.learning.online import FeatureWeight
from pipeline.sentiment.api import TOKENIZER
from schemas.codec import encode
from schemas.model import MAX_FEATURES, MAX_STEP, Delta, Lean, Nudge

STEPS = 100

MAX_NORM = 120.0
"""Largest length of either part of a delta as a vector. All 14,640 airline labels together come to
about 110."""

Part = Sequence[Nudge] | Sequence[Lean]
"""What a delta adds to the tone, or to attack."""


def digest_of(delta: Delta) -> str:
    """SHA-256 of the delta's JSON, in hex.

    >>> digest_of(Delta(base="", tokenizer=1, steps=100, nudges=()))[:8]
    'bf59b3c8'
    """
    return hashlib.sha256(encode(delta)).hexdigest()


def make_delta(
    tone: Mapping[str, FeatureWeight],
    attack: Mapping[str, FeatureWeight] | None = None,
    *,
    base: str,
) -> Delta:
    """Round and bound what was learned over the weights of digest ``base``.

    ``tone``: for negative and for positive against neutral, by feature; ``attack``: for attack
    against none. Of each the ``MAX_FEATURES`` strongest are kept. What is longer than ``MAX_NORM``
    is scaled down to it.
    """
    return Delta(
        base=base,
        tokenizer=TOKENIZER,
        steps=STEPS,
        nudges=tuple([(name, low, high) for name, (low, high) in _bounded(tone)]),
        attack=tuple([(name, step) for name, (step,) in _bounded(attack or {})]),
    )


def _bounded(weights: Mapping[str, FeatureWeight]) -> Iterator[tuple[str, list[int]]]:
    """Names of what is kept, sorted, with their weights in steps."""
    kept = sorted(sorted(weights, key=lambda name: (-weights[name].strength, name))[:MAX_FEATURES])
    steps = [[_step(each) for each in weights[name].odds] for name in kept]
    norm = sqrt(sum(step * step for row in steps for step in row)) / STEPS
    if norm > MAX_NORM:  # towards zero, so that rounding does not lead beyond the bound again
        steps = [[int(step * (MAX_NORM / norm)) for step in row] for row in steps]
    return ((name, row) for name, row in zip(kept, steps, strict=True) if any(row))


def no_delta(base: str) -> Delta:
    """The delta that changes nothing: a roll-back to it puts the shipped weights in force."""
    return make_delta({}, base=base)


def norm_of(part: Part, steps: int) -> float:
    """Length of one part of a delta as a vector, in nats; ``steps``: a nat is so many."""
    return sqrt(sum(step * step for _, *row in part for step in row)) / steps


def _step(weight: float) -> int:
    return max(-MAX_STEP, min(MAX_STEP, round(weight * STEPS)))
