"""Forgetting in the state of a worker's partitions, while the worker goes on."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from threading import Lock
from typing import Final, NamedTuple, Protocol

from pipeline.deletions.to_forget import ToForget
from pipeline.metrics import Metrics
from schemas.deletion import Deletion

LOOK_S: Final = 5.0
"""How often it is looked whether there is more to forget."""
MOST_WAIT_S: Final = 20.0
PAUSE: Final = 4
"""After a look at all state nothing is looked at for so many times as long, up to the most."""


def wait_after(took_s: float) -> float:
    """Return for how long more deletions gather after forgetting took so long.

    >>> wait_after(0.1), wait_after(2.0), wait_after(60.0)
    (5.0, 8.0, 20.0)
    """
    return min(max(LOOK_S, PAUSE * took_s), MOST_WAIT_S)


class Deletions:
    """What is to be forgotten, as far as it is known. ``take`` is called from any thread.

    ``gone``: all that was handed to the worker; only the worker's event loop may look at it.
    """

    def __init__(self) -> None:
        self.gone = ToForget()
        self._new: list[Deletion] = []
        self._lock = Lock()

    def take(self, deletion: Deletion) -> None:
        """Note one."""
        with self._lock:
            self._new.append(deletion)

    @property
    def has_news(self) -> bool:
        """Whether something came that was not handed over."""
        return bool(self._new)

    def hand_over(self) -> ToForget | None:
        """Add what came since this was asked last to ``gone``; return it, None for nothing.

        >>> from datetime import UTC, datetime
        >>> deletions, at = Deletions(), datetime(2026, 11, 30, tzinfo=UTC)
        >>> deletions.take(Deletion(id="1", at=at, kind="post", subject="7", by="x"))
        >>> new = deletions.hand_over()
        >>> new.post("7"), deletions.gone.post("7"), deletions.hand_over()
        (True, True, None)
        """
        with self._lock:
            new, self._new = self._new, []
        if not new:
            return None
        found = ToForget()
        for deletion in new:
            found.take(deletion)
            self.gone.take(deletion)
        return found


class Forgetting(Protocol):
    """A shard that can forget, brand by brand. ``forgotten``: records of state changed for it."""

    forgotten: int

    def forget_soon(self, gone: ToForget) -> None:
        """Note what is to be forgotten."""
        ...

    def forget_next(self) -> bool:
        """Let one brand forget; False where all have."""
        ...


class ForgettingStage(NamedTuple):
    """The shards of an agent, by partition. ``between_steps`` is held while one of them changes."""

    stage: str
    shards: Mapping[int, Forgetting]
    between_steps: asyncio.Lock


async def forget(deletions: Deletions, stages: Sequence[ForgettingStage], metrics: Metrics) -> None:
    """Take what is new of ``deletions`` out of the state of all shards.

    They all hear of it between two steps, at once; then each brand takes its turn, so that no step
    waits for longer than one brand takes. A shard that is given away meanwhile is left alone:
    whoever has it now forgets by itself.
    """
    async with AsyncExitStack() as held:
        for each in stages:
            await held.enter_async_context(each.between_steps)
        new = deletions.hand_over()
        if new is None:
            return
        told = [(each, dict(each.shards)) for each in stages]
        for _, shards in told:
            for shard in shards.values():
                shard.forget_soon(new)
    for each, shards in told:
        for partition, shard in shards.items():
            before = shard.forgotten
            while True:
                async with each.between_steps:
                    if each.shards.get(partition) is not shard or not shard.forget_next():
                        break
                await asyncio.sleep(0)
            if changed := shard.forgotten - before:
                metrics.forgotten(each.stage, changed)
