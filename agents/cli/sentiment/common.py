"""What the sentiment commands share: weights, lines, languages."""

from collections.abc import Iterator
from io import BufferedIOBase
from itertools import chain
from typing import BinaryIO, cast

import click

from agents.cli.common.scorer import scorer_or_exit
from agents.cli.common.start import settings_or_exit
from pipeline.sentiment.api import MAX_CHARACTERS, Scorer
from pipeline.sentiment.load import load_ngram

_LINE_BYTES = 8 * MAX_CHARACTERS
_BLOCK_BYTES = 1 << 16

weights_option = click.option(
    "--weights",
    type=click.File("rb"),
    metavar="JSON",
    help="Use Tocsin's own scorer with these weights instead of the shipped ones.",
)
lang_option = click.option(
    "--lang",
    default="und",
    show_default=True,
    metavar="TAG",
    help="Language of all texts, e.g. fr; und guesses it text by text.",
)


def scorer_of(weights: BinaryIO | None) -> Scorer:
    """What scores: the shipped scorer with these weights, or what TOCSIN_SCORER names.

    Raises:
        ScorerError: the weights can't be used.
    """
    return load_ngram(weights.read()) if weights else scorer_or_exit(settings_or_exit())


def blocks(file: BinaryIO, line_bytes: int = _LINE_BYTES) -> Iterator[list[str]]:
    """Lines of a stream without their ends, as many together as are at hand without waiting.

    What is not UTF-8 becomes U+FFFD; what a line has beyond ``line_bytes`` is passed over.
    """
    begun = b""
    while chunk := cast("BufferedIOBase", file).read1(_BLOCK_BYTES):
        *whole, begun = (begun + chunk).split(b"\n")
        begun = begun[:line_bytes]
        if whole:
            yield [_line(raw[:line_bytes]) for raw in whole]
    if begun:
        yield [_line(begun[:line_bytes])]


def lines(file: BinaryIO) -> Iterator[str]:
    """The same, one by one."""
    return chain.from_iterable(blocks(file))


def _line(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").rstrip("\r")
