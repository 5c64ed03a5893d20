"""Verifies records of tocsin.models: which versions may score. Nothing in them is trusted."""

from itertools import pairwise
from typing import Literal, NamedTuple

from pipeline.learning.adapted import Adapted
from pipeline.learning.delta import MAX_NORM, Part, digest_of, norm_of
from pipeline.learning.golden import ALLOWED_FLIPS, Question, flips, questions
from pipeline.sentiment.api import TOKENIZER, Adaptable
from schemas.codec import Decoder, UnreadableError
from schemas.model import MAX_RECORD_BYTES, Delta, ModelVersion

Refusal = Literal[
    "too_large",
    "unreadable",
    "digest",
    "tokenizer",
    "base",
    "order",
    "norm",
    "golden",
]
"""Why a version is refused; the same words in the log and in the metric."""

_ROUNDING = 1.001

_decode = Decoder(ModelVersion, limit_bytes=MAX_RECORD_BYTES).decode


class RefusedVersionError(ValueError):
    """A version that must not score: why, in one word, and in full; itself if it could be read."""

    def __init__(self, reason: Refusal, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Refusal = reason
        self.version: ModelVersion | None = None


class Verifier(NamedTuple):
    """Verifies records for one scorer, which they adapt.

    ``warm``: the scorer without anything learned; ``asked``: the golden texts as it sees them.
    ``read`` and ``check`` leave its texts and words alone, which belong to the thread that scores:
    another thread may verify meanwhile.
    """

    warm: Adaptable
    asked: tuple[Question, ...]

    @property
    def base(self) -> str:
        """Digest of the weights that a delta must have been learned over."""
        return self.warm.digest

    def read(self, raw: bytes) -> ModelVersion:
        """Decode and verify a record.

        Raises:
            RefusedError: it is too large or unreadable, altered, made for another tokenizer or
                other weights, beyond the bounds, or wrong about the golden texts.
        """
        try:
            version = _decode(raw)
        except UnreadableError as error:
            reason: Refusal = "too_large" if error.reason == "too_large" else "unreadable"
            raise RefusedVersionError(reason, error.detail[:200]) from error
        if digest_of(version.delta) != version.digest:
            raise RefusedVersionError("digest", "the delta does not match its digest")
        try:
            self.check(version.delta)
        except RefusedVersionError as error:
            error.version = version
            raise
        return version

    def check(self, delta: Delta) -> None:
        """Verify a delta alone, also one that is about to be published.

        Raises:
            RefusedError: as ``read`` does.
        """
        if delta.tokenizer != TOKENIZER:
            raise RefusedVersionError(
                "tokenizer", f"for tokenizer {delta.tokenizer}, this is {TOKENIZER}"
            )
        if delta.base != self.base:
            raise RefusedVersionError(
                "base", f"for the weights {delta.base[:8]}, not {self.base[:8]}"
            )
        parts: tuple[Part, ...] = (delta.nudges, delta.attack)
        for part in parts:
            names = [name for name, *_ in part]
            if any(one >= two for one, two in pairwise(names)):
                raise RefusedVersionError(
                    "order", "names of features are not sorted, or come twice"
                )
            norm = norm_of(part, delta.steps)
            if norm > MAX_NORM * _ROUNDING:
                raise RefusedVersionError("norm", f"length {norm:.1f}, at most {MAX_NORM:g}")
        wrong = flips(delta, self.asked)
        if wrong > ALLOWED_FLIPS:
            raise RefusedVersionError("golden", f"{wrong} golden texts turned")

    def scorer(self, delta: Delta, digest: str) -> Adapted:
        """Scorer with a verified delta and a memory of its own."""
        return Adapted(self.warm, delta, digest, {})


def verifier_of(warm: Adaptable) -> Verifier:
    """Return the verifier of what adapts a scorer; it reads the golden texts once."""
    return Verifier(warm, questions(warm))
