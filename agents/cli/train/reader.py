"""``tocsin train --reader``: the head of the careful reader, and its part of the model card."""

from collections.abc import Callable, Sequence

import click

from agents.cli.language.say import in_words
from pipeline.reading.card import with_reader
from pipeline.reading.encoder import EncoderReader, NoReaderError, open_encoder, open_reader
from pipeline.reading.head import Head, encode_head
from pipeline.sentiment.api import Scorer
from pipeline.sentiment.training.corpus import LabelledText
from pipeline.sentiment.training.stance.sentences import shipped


def trained_head(
    examples: Sequence[LabelledText], *, seed: int, progress: Callable[[str], object]
) -> Head:
    """Learn a head from our sentences and ``examples``.

    Raises:
        ClickException: the encoder is not installed.
    """
    from pipeline.reading.training import (  # noqa: PLC0415 - scipy is slow to import
        ReaderRecipe,
        train_head,
    )

    try:
        encode = open_encoder()
    except NoReaderError as error:
        raise click.ClickException(in_words(error)) from error
    return train_head(
        shipped("sentences"),
        examples,
        encode,
        recipe=ReaderRecipe(seed=seed),
        progress=progress,
    )


def card_with_reader(card: str, head: Head, model: Scorer) -> str:
    """Model card with its section on the reader written anew."""
    data = encode_head(head)
    reader: EncoderReader = open_reader(data)
    return with_reader(card, reader, len(data), model)
