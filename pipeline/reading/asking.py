"""Steps that need something read on their way, without knowing who reads it, or where.

Such a step is a generator: it yields texts, is sent what a reader says of them, and returns its
result. A worker reads in a thread while its event loop goes on; a backtest reads on the spot.
"""

from collections.abc import Generator, Sequence
from typing import NamedTuple, TypeVar

from pipeline.reading.contract import Reader, Wanted
from schemas.reading import ByClass

T = TypeVar("T")


class ReadAnswers(NamedTuple):
    """What the reader of version ``reader`` says of the texts it was asked for, in order."""

    reader: str
    classes: Sequence[ByClass]


Asking = Generator[Sequence[Wanted], "ReadAnswers | None", T]
"""None is sent where there is no reader: then nothing is read."""


def answers_of(reader: Reader, wanted: Sequence[Wanted]) -> ReadAnswers:
    """Let ``reader`` read."""
    return ReadAnswers(reader.version, reader.read(wanted))


def answered(asking: Asking[T], reader: Reader | None) -> T:
    """Go through the step, reading on the spot; the result."""
    answers: ReadAnswers | None = None
    try:
        wanted = next(asking)
        while True:
            answers = None if reader is None else answers_of(reader, wanted)
            wanted = asking.send(answers)
    except StopIteration as end:
        result: T = end.value
        return result
