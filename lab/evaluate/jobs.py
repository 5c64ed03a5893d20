"""How the many independent runs of an evaluation are carried out."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

J = TypeVar("J")
R = TypeVar("R")


class Run(Protocol):
    """Applies a function to each job: ``map`` itself, or one that uses several processes.

    Results come in the order of the jobs, so an evaluation is the same however it was run. The
    function is one of a module and jobs are plain values: both can travel to another process.
    """

    def __call__(self, function: Callable[[J], R], jobs: Sequence[J], /) -> Iterable[R]:
        """Yield ``function(job)`` for each job, in order."""
