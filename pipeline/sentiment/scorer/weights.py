"""Weights as JSON: what is in them, how they are written, how they are verified. Never pickled."""

import hashlib
from importlib.resources import files

import msgspec
from msgspec import Struct

from pipeline.phrase import Phrase
from pipeline.sentiment.api import TOKENIZER, ScorerError
from pipeline.sentiment.features.language import Votes
from pipeline.sentiment.lexicon.word_lists import Lexicon
from pipeline.sentiment.scorer.stance_weights import NOTHING, Stance

MAX_BYTES = 5_000_000
"""Size of the largest weights file that is read or written."""

SHIPPED = "weights.json"
"""Name of the file that comes with Tocsin, beside this module."""

Pair = tuple[int, int]
"""Weights for negative and for positive, relative to neutral, in steps of 1/``Weights.steps``."""


class WeightsError(ScorerError):
    """The weights are not what they claim to be; says what to do."""


class Weights(Struct, frozen=True, kw_only=True):
    """A trained model; its tables are by language, or ``*`` (``SHARED``).

    ``temperatures``: what log-odds are divided by, so that probabilities come true as often as they
    say (Guo et al., 2017). ``pairs``: weights by name of feature. ``stance``: a second model over
    the same features; within the same file, so that one digest and one version stand for both.
    """

    name: str
    tokenizer: int
    made_with: dict[str, str]
    sources: tuple[str, ...]
    steps: int
    bias: Pair
    lexicons: dict[str, Lexicon]
    pairs: dict[str, dict[str, Pair]]
    temperatures: dict[str, float]
    votes: Votes
    stance: Stance = NOTHING


class _File(Struct):
    digest: str
    weights: msgspec.Raw


def digest_of(raw: bytes) -> str:
    """SHA-256 of the encoded weights, in hex."""
    return hashlib.sha256(raw).hexdigest()


def encode(weights: Weights) -> bytes:
    """Encode to the bytes of a weights file: the same weights give the same bytes.

    Raises:
        WeightsError: the file would exceed ``MAX_BYTES``.
    """
    raw = msgspec.json.encode(weights, order="sorted")
    data = msgspec.json.encode(_File(digest_of(raw), msgspec.Raw(raw)))
    if len(data) > MAX_BYTES:
        raise WeightsError(
            Phrase(
                "the weights take {n:,} bytes, more than {max_bytes:,}",
                n=len(data),
                max_bytes=MAX_BYTES,
            )
        )
    return data


def decode(data: bytes) -> tuple[Weights, str]:
    """Verify and decode a weights file into the weights and their digest.

    Raises:
        WeightsError: too large, not valid, altered, or made for another tokenizer.
    """
    if len(data) > MAX_BYTES:
        raise WeightsError(
            Phrase(
                "a weights file of {n:,} bytes exceeds {max_bytes:,}",
                n=len(data),
                max_bytes=MAX_BYTES,
            )
        )
    try:
        file = msgspec.json.decode(data, type=_File)
        weights = msgspec.json.decode(file.weights, type=Weights)
    except msgspec.DecodeError as error:
        raise WeightsError(Phrase("not a weights file: {why}", why=error)) from error
    if digest_of(bytes(file.weights)) != file.digest:
        raise WeightsError(
            Phrase("the weights do not match their digest: fetch or train them again")
        )
    if weights.tokenizer != TOKENIZER:
        raise WeightsError(
            Phrase(
                "weights for tokenizer {tokenizer}, but this is {tokenizer2}: train again",
                tokenizer=weights.tokenizer,
                tokenizer2=TOKENIZER,
            )
        )
    return weights, file.digest


def shipped() -> bytes:
    """Read the weights file that comes with Tocsin."""
    return (files("pipeline.sentiment.scorer") / SHIPPED).read_bytes()
