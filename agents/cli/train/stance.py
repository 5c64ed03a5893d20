"""``tocsin train --stance``: stance learned anew, the rest of the weights as it is."""

from collections.abc import Callable, Sequence

import click
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from agents.cli.language.say import say
from pipeline.reading.encoder import NoReaderError, open_encoder
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.output import WeightsFile, read_weights, weights_file
from pipeline.sentiment.training.stance.sentences import shipped as shipped_sentences

Floats = npt.NDArray[np.float64]
Encode = Callable[[Sequence[str]], Floats]


def with_stance(
    base: bytes | None,
    examples: Sequence[LabelledText],
    *,
    seed: int,
    progress: Callable[[str], object],
) -> WeightsFile:
    """Learn stance from our sentences and ``examples``; the rest of the weights stays.

    ``base``: bytes of the weights; None for those that come with Tocsin.

    Raises:
        ClickException: the encoder is not installed.
        ScorerError: the weights can't be used.
    """
    from pipeline.sentiment.training.stance.trainer import (  # noqa: PLC0415 - scipy is slow to import
        StanceRecipe,
        train_stance,
    )

    weights = read_weights(base)
    sentences = shipped_sentences("sentences")
    stance = train_stance(
        sentences,
        examples,
        weights.lexicons,
        encoder(),
        recipe=StanceRecipe(seed=seed),
        progress=progress,
    )
    return weights_file(replace(weights, stance=stance))


def encoder() -> Encode:
    """The multilingual encoder that lends vectors to words; it is needed for training alone.

    Raises:
        ClickException: it is not installed.
    """
    try:
        encode = open_encoder()
    except NoReaderError as error:
        raise click.ClickException(
            say("stance needs the reader's encoder, for vectors of words: {why}", why=error)
        ) from error

    def exact(texts: Sequence[str]) -> Floats:
        return encode(texts).astype(np.float64)

    return exact
