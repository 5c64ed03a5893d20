"""What a source had to let go, or what its disk lost, until it can be stated."""

from collections.abc import Sequence
from datetime import UTC, datetime

from agents.ingest.outbox.outbox import Damage
from schemas.mention import Gap, MentionBatch


class Losses:
    """Counts what was lost, and keeps the gap that has to be stated for it."""

    def __init__(self) -> None:
        self.mentions = 0
        self.damaged_bytes = 0
        self.unstated: Gap | None = None
        self._is_disk_full = False

    def add(self, batch: MentionBatch, *, is_disk_full: bool = False) -> None:
        """Note a batch that could not be stored. A lost heartbeat is no loss."""
        self.mentions += len(batch.mentions)
        self._is_disk_full |= is_disk_full
        times = [one.created_at for one in batch.mentions]
        if batch.gap:
            times += [batch.gap.start, batch.gap.end]
        self._note(times)

    def add_damage(self, damage: Damage) -> None:
        """Note what was on the disk and cannot be read."""
        self.damaged_bytes += damage.lost_bytes
        self._note([datetime.fromtimestamp(at_s, UTC) for at_s in (damage.since_s, damage.until_s)])

    def _note(self, times: Sequence[datetime]) -> None:
        if not times:
            return
        if self.unstated:
            times = [*times, self.unstated.start, self.unstated.end]
        details = []
        if self.mentions or not self.damaged_bytes:
            room = "onto the disk" if self._is_disk_full else "into the spool"
            details.append(f"{self.mentions} mentions did not fit {room}")
        if self.damaged_bytes:
            details.append(f"{self.damaged_bytes} bytes of the spool were unreadable")
        self.unstated = Gap(
            start=min(times),
            end=max(times),
            cause="other" if self._is_disk_full or self.damaged_bytes else "broker_away",
            detail="; ".join(details),
        )
