"""Runs the jobs of an evaluation in this process or in several, with progress shown."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress

from agents.garbage import leave_what_is_loaded
from lab.evaluate.jobs import Run

J = TypeVar("J")
R = TypeVar("R")


@contextmanager
def runner(jobs: int, console: Console) -> Iterator[Run]:
    """Give a ``Run`` over ``jobs`` processes; progress goes to ``console`` and away again."""
    with Progress(console=console, transient=True) as progress:
        if jobs == 1:
            yield _shown(map, progress)
            return
        # Fresh processes, not copies of this one: a copy of a process with threads may hang.
        with ProcessPoolExecutor(
            jobs, mp_context=get_context("spawn"), initializer=leave_what_is_loaded
        ) as pool:
            yield _shown(pool.map, progress)


def _shown(apply: Run, progress: Progress) -> Run:
    def run(function: Callable[[J], R], jobs: Sequence[J], /) -> Iterable[R]:
        return progress.track(apply(function, jobs), total=len(jobs), description=_words(function))

    return run


def _words(function: Callable[..., object]) -> str:
    return function.__module__.rpartition(".")[2].replace("_", " ")
