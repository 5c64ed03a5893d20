"""What the sentiment commands share: weights, lines, languages."""

from collections.abc import Iterator
from typing import BinaryIO

import click

from pipeline.sentiment.tokens import MAX_CHARACTERS
from pipeline.sentiment.weights import shipped

_READ_BYTES = 8 * MAX_CHARACTERS

weights_option = click.option(
    "--weights",
    type=click.File("rb"),
    metavar="JSON",
    help="Use these weights instead of the shipped ones.",
)
lang_option = click.option(
    "--lang",
    default="und",
    show_default=True,
    metavar="TAG",
    help="Language of all texts, e.g. fr; und guesses it text by text.",
)


def weights_bytes(file: BinaryIO | None) -> bytes:
    """The bytes of a weights file, or of the shipped one."""
    return file.read() if file else shipped()


def lines(file: BinaryIO) -> Iterator[str]:
    """Lines of a stream without their ends, the rest of an overlong one passed over."""
    while raw := file.readline(_READ_BYTES):
        start = raw
        while not raw.endswith(b"\n"):
            raw = file.readline(_READ_BYTES)
            if not raw:
                break
        yield start.decode("utf-8", "replace").rstrip("\r\n")
