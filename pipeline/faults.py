"""A pure step that failed on a record: a reason to bury the record, not to end the process."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

from schemas.codec import UnreadableError

MESSAGE_CHARACTERS: Final = 600

_ROOT: Final = Path(__file__).parents[1]
_ROOMS: Final = frozenset(("agents", "lab", "pipeline", "schemas"))


def failed(error: Exception) -> UnreadableError:
    """What a dead letter says of ``error``: its kind, what it said, and where in our code.

    >>> try:
    ...     1 / 0
    ... except ZeroDivisionError as error:
    ...     failed(error).detail
    'ZeroDivisionError: division by zero'
    """
    last = traceback.format_exception_only(error)[-1].strip()[:MESSAGE_CHARACTERS]
    place = next(reversed(list(_our_places(error))), "")
    return UnreadableError("failed", f"{last} at {place}" if place else last)


class burying:  # noqa: N801 - reads as what it does: with burying()
    """Turns what a pure step within the block raises into an ``UnreadableError``.

    A machine that has run out of memory is no fault of the record.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End the block."""
        if isinstance(error, Exception) and not isinstance(error, UnreadableError | MemoryError):
            raise failed(error) from error


def _our_places(error: Exception) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_ROOT):
            within = path.relative_to(_ROOT)
            if within.parts[0] in _ROOMS:
                yield f"{within.as_posix()}:{frame.lineno}"
