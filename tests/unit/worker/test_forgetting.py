"""What is deleted reaches all shards of a worker between two steps, and none that is given away."""

import asyncio
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from pipeline.metrics import Metrics
from pipeline.worker.forgetting import Deletions, ForgettingStage, forget
from schemas.deletion import Deletion


class Shard:
    """Has some brands, each of which one record is to be written anew."""

    def __init__(self, brands: int, *, on_next=lambda: None) -> None:
        self.forgotten = 0
        self.told = []
        self._brands, self._left, self._on_next = brands, 0, on_next

    def forget_soon(self, gone) -> None:
        self.told.append(gone)
        self._left = self._brands

    def forget_next(self) -> bool:
        self._on_next()
        if not self._left:
            return False
        self._left -= 1
        self.forgotten += 1
        return True


def deletions(*posts: str) -> Deletions:
    found = Deletions()
    for post in posts:
        at = datetime(2026, 12, 1, tzinfo=UTC)
        found.take(Deletion(id=post, at=at, kind="post", subject=post, by="x"))
    return found


def run(told: Deletions, *stages: ForgettingStage) -> CollectorRegistry:
    registry = CollectorRegistry()
    asyncio.run(forget(told, stages, Metrics(registry)))
    return registry


def test_all_shards_hear_of_it_and_it_is_counted():
    one, other, judge = Shard(3), Shard(2), Shard(0)
    told = deletions("7", "8")
    registry = run(
        told,
        ForgettingStage("rollup", {0: one, 1: other}, asyncio.Lock()),
        ForgettingStage("judge", {0: judge}, asyncio.Lock()),
    )
    for shard in (one, other, judge):
        [gone] = shard.told
        assert gone.post("7")
        assert gone.post("8")
    assert told.gone.post("7")
    forgotten = "tocsin_records_forgotten_total"
    assert registry.get_sample_value(forgotten, {"stage": "rollup"}) == 5
    assert registry.get_sample_value(forgotten, {"stage": "judge"}) is None
    assert not told.has_news


def test_nothing_new_disturbs_nobody():
    shard = Shard(3)
    run(deletions(), ForgettingStage("rollup", {0: shard}, asyncio.Lock()))
    assert shard.told == []


def test_a_shard_that_is_given_away_meanwhile_is_left_alone():
    shards: dict[int, Shard] = {}
    shards[0] = shard = Shard(5, on_next=lambda: shard.forgotten < 2 or shards.clear())
    shards[1] = away = Shard(5)
    run(deletions("7"), ForgettingStage("rollup", shards, asyncio.Lock()))
    assert shard.forgotten == 3, "the brand under way, and no other"
    assert away.forgotten == 0


def test_it_waits_for_a_step_that_is_under_way():
    shard, lock = Shard(1), asyncio.Lock()

    async def stepping() -> None:
        async with lock:
            task = asyncio.create_task(
                forget(
                    deletions("7"),
                    [ForgettingStage("rollup", {0: shard}, lock)],
                    Metrics(CollectorRegistry()),
                )
            )
            for _ in range(10):
                await asyncio.sleep(0)
            assert shard.told == []
        await task

    asyncio.run(stepping())
    assert shard.forgotten == 1
