"""Careful reading beside the event loop: a thread of its own, while the loop goes on."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from pipeline.reading.asking import ReadAnswers, answers_of
from pipeline.reading.contract import Reader, Wanted


class ReaderThread:
    """Answers what a step asks for, in one thread: one call at a time, and one core at most.

    ``on_read`` is told texts and seconds of each call. What the reader raises comes out of
    ``read``.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        on_read: Callable[[int, float], object] = lambda _texts, _s: None,
        clock_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._reader = reader
        self._on_read = on_read
        self._clock_s = clock_s
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader")

    async def read(self, wanted: Sequence[Wanted]) -> ReadAnswers:
        """What the reader says of these texts."""
        loop = asyncio.get_running_loop()
        begun_s = self._clock_s()
        answers = await loop.run_in_executor(self._pool, answers_of, self._reader, wanted)
        self._on_read(len(wanted), self._clock_s() - begun_s)
        return answers
