"""The agent of ``tocsin.feedback``: applies what people say of incidents."""

from faust.types import Message

from pipeline.detection.shard import JudgeShard
from pipeline.worker.judges import Judges
from pipeline.worker.stages import FEEDBACK


class FeedbackAgent:
    """Applies feedback to the judges of its partition."""

    def __init__(self, judges: Judges) -> None:
        self._judges = judges

    async def apply(self, message: Message) -> None:
        """Apply one piece of feedback, and send the steps that it leads to."""
        await self._judges.decide(message, JudgeShard.apply_feedback, stage=FEEDBACK)
