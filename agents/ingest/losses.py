"""What a source had to let go because its outbox was full, until it can be stated."""

from schemas.mention import Gap, MentionBatch


class Losses:
    """Counts lost mentions, and keeps the gap that has to be stated for them."""

    def __init__(self) -> None:
        self.mentions = 0
        self.unstated: Gap | None = None

    def add(self, batch: MentionBatch) -> None:
        """Note a batch that could not be stored. A lost heartbeat is no loss."""
        self.mentions += len(batch.mentions)
        times = [one.created_at for one in batch.mentions]
        if batch.gap:
            times += [batch.gap.start, batch.gap.end]
        if not times:
            return
        if self.unstated:
            times += [self.unstated.start, self.unstated.end]
        self.unstated = Gap(
            start=min(times),
            end=max(times),
            cause="broker_away",
            detail=f"{self.mentions} mentions did not fit into the spool",
        )
