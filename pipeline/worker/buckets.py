"""The agent of ``tocsin.buckets``: judges, and sends the steps of incidents."""

from faust.types import Message

from pipeline.detection.shard import JudgeShard
from pipeline.worker.judges import Judges
from pipeline.worker.stages import JUDGE


class BucketsAgent:
    """Applies buckets to the judges of their partition."""

    def __init__(self, judges: Judges) -> None:
        self._judges = judges

    async def apply(self, message: Message) -> None:
        """Apply one bucket, and send the steps that it leads to."""
        await self._judges.decide(message, JudgeShard.apply, stage=JUDGE)
