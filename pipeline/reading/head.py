"""The head: from the vector of a text to probabilities of nine classes. Small, and without pickles.

Softmax regression over the encoder's vector, and what fast reading says of attacks beside it: each
of the two sees what the other does not, so the mean of their log-odds is better than either.
"""

from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from typing import Final, NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from pipeline.reading.contract import ATTACKS, Outputs
from schemas.reading import CLASSES

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

MOST_BYTES: Final = 100_000
_NAMES: Final = ("weights", "bias")
_LEAST: Final = 1e-6
_ATTACKS: Final = [CLASSES.index(name) for name in ATTACKS]
_OTHERS: Final = [at for at in range(len(CLASSES)) if at not in _ATTACKS]


class HeadError(ValueError):
    """Bytes that are no head; says what is wrong."""


class Head(NamedTuple):
    """``weights`` by dimension and class, a ``bias`` by class, and the digest of their file.

    ``fast``: the part of fast reading in the log-odds of attack.
    """

    weights: Floats
    bias: Floats
    fast: float
    digest: str = ""

    def classes(self, vectors: Floats) -> Floats:
        """Probabilities by the encoder alone, a row a vector of length 1."""
        odds = vectors @ self.weights + self.bias
        odds -= odds.max(axis=1, keepdims=True)
        shares = np.exp(odds)
        found: Floats = shares / shares.sum(axis=1, keepdims=True)
        return found

    def together(self, vectors: Floats, fast: Sequence[Outputs]) -> Doubles:
        """Probabilities with what fast reading said of the same texts."""
        found = self.classes(vectors).astype(np.float64)
        alone = np.clip(found[:, _ATTACKS].sum(axis=1), _LEAST, 1 - _LEAST)
        beside = np.clip(np.array([each[0] for each in fast]), _LEAST, 1 - _LEAST)
        odds = (1 - self.fast) * _log_odds(alone) + self.fast * _log_odds(beside)
        attack = 1 / (1 + np.exp(-odds))
        found[:, _ATTACKS] *= (attack / alone)[:, None]
        found[:, _OTHERS] *= ((1 - attack) / (1 - alone))[:, None]
        found /= found.sum(axis=1, keepdims=True)
        return found


def encode_head(head: Head) -> bytes:
    """The bytes of a head: the same for the same weights."""
    out = BytesIO()
    arrays = {name: getattr(head, name).astype(np.float16) for name in _NAMES}
    np.savez(out, fast=np.float64(head.fast), **arrays)
    return out.getvalue()


def decode_head(data: bytes) -> Head:
    """Read a head.

    Raises:
        HeadError: the bytes are none.
    """
    if len(data) > MOST_BYTES:
        raise HeadError(f"{len(data)} bytes; a head has at most {MOST_BYTES}")
    try:
        with np.load(BytesIO(data), allow_pickle=False) as found:
            arrays = [found[name].astype(np.float32) for name in _NAMES]
            fast = float(found["fast"])
    except (KeyError, ValueError, OSError, EOFError, BadZipFile) as error:
        raise HeadError(f"not the head of a reader: {error}") from error
    weights, bias = arrays
    fits = weights.ndim == 2 and weights.shape[1:] == bias.shape == (len(CLASSES),)  # noqa: PLR2004
    if not fits or not all(np.isfinite(each).all() for each in arrays) or not 0 <= fast <= 1:
        raise HeadError("not the head of a reader: its tables do not fit each other")
    return Head(weights, bias, fast, sha256(data).hexdigest()[:12])


def shipped_head() -> bytes:
    """The bytes of the head that comes with Tocsin."""
    return (files("pipeline.reading") / "head.npz").read_bytes()


def _log_odds(share: Doubles) -> Doubles:
    odds: Doubles = np.log(share / (1 - share))
    return odds
