"""The one table of topics: name, key, retention, schema. ``tocsin topics`` makes them so."""

from msgspec import Struct

from schemas.bucket import Bucket
from schemas.dead_letter import DeadLetter
from schemas.deletion import Deletion
from schemas.feedback import Feedback
from schemas.incident import Transition
from schemas.mention import MentionBatch
from schemas.model import ModelVersion
from schemas.notification import Notification
from schemas.source_status import SourceStatus

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


class Topic(Struct, frozen=True, kw_only=True):
    """A topic as it must be. Partition counts are one setting, the same for all of them.

    A table of Faust needs equal counts on all its topics, and a brand must lie in one partition
    everywhere. ``compacted``: Kafka keeps only the newest record of each key. ``retention_ms``:
    after how long it deletes a record; None where it never does. ``broker_time``: Kafka stamps the
    records, so that no writer can choose their time. ``segment_ms``: how long one file is written
    to; Kafka's own week where None. Only whole files are deleted, and the one that is written to is
    not compacted. ``compaction_lag_ms``: after how long an older record of a key is gone; whenever
    Kafka thinks it worth while where None.
    """

    name: str
    key: str
    record: type
    retention_ms: int | None
    what: str
    compacted: bool = False
    broker_time: bool = False
    segment_ms: int | None = None
    compaction_lag_ms: int | None = None

    @property
    def config(self) -> dict[str, str]:
        """Topic settings in Kafka's own names.

        >>> NOTIFICATIONS.config["cleanup.policy"]
        'compact,delete'
        """
        deletes = self.retention_ms is not None
        policies = [*(["compact"] if self.compacted else []), *(["delete"] if deletes else [])]
        kept = {"retention.ms": str(self.retention_ms)} if deletes else {}
        stamped = {"message.timestamp.type": "LogAppendTime"} if self.broker_time else {}
        times = {"segment.ms": self.segment_ms, "max.compaction.lag.ms": self.compaction_lag_ms}
        bounds = {name: str(ms) for name, ms in times.items() if ms is not None}
        return {"cleanup.policy": ",".join(policies)} | kept | stamped | bounds


MENTIONS = Topic(
    name="tocsin.mentions",
    key="brand",
    record=MentionBatch,
    retention_ms=7 * DAY_MS,
    what="what ingest agents saw; texts, so kept short",
    broker_time=True,
    segment_ms=DAY_MS,  # else what is kept for a week is there for two
)
BUCKETS = Topic(
    name="tocsin.buckets",
    key="brand",
    record=Bucket,
    retention_ms=400 * DAY_MS,
    what="ten-second counts of each brand",
)
INCIDENTS = Topic(
    name="tocsin.incidents",
    key="brand",
    record=Transition,
    retention_ms=400 * DAY_MS,
    what="every change in the life of an incident",
)
FEEDBACK = Topic(
    name="tocsin.feedback",
    key="brand",
    record=Feedback,
    retention_ms=400 * DAY_MS,
    what="what people said about incidents and labels",
    broker_time=True,
)
MODELS = Topic(
    name="tocsin.models",
    key="scope and seq modulo 5",
    record=ModelVersion,
    retention_ms=None,
    compacted=True,
    what="versions of the sentiment model that were learned from labels",
    broker_time=True,
)
NOTIFICATIONS = Topic(
    name="tocsin.notifications",
    key="sink and incident",
    record=Notification,
    retention_ms=30 * DAY_MS,
    compacted=True,
    what="what alerting last told of each incident, and where",
)
SOURCES = Topic(
    name="tocsin.sources",
    key="source",
    record=SourceStatus,
    retention_ms=7 * DAY_MS,
    compacted=True,
    what="how each source stands, and why it is not heard",
    broker_time=True,
    segment_ms=HOUR_MS,  # whoever starts reads all of it
)
DEAD_LETTERS = Topic(
    name="tocsin.dead-letters",
    key="origin",
    record=DeadLetter,
    retention_ms=30 * DAY_MS,
    what="what could not be read, with the reason",
    segment_ms=DAY_MS,
)

DELETIONS = Topic(
    name="tocsin.deletions",
    key="post or account",
    record=Deletion,
    retention_ms=400 * DAY_MS,
    what="what must be forgotten, for as long as anything that may show it is kept",
    broker_time=True,
)

ROLLUP_TABLE = "rollup"
JUDGE_TABLE = "judge"
APP_ID = "tocsin-worker"


def changelog(table: str) -> Topic:
    """Topic in which Faust keeps a table of the worker."""
    return Topic(
        name=f"{APP_ID}-{table}-changelog",
        key="table key",
        record=bytes,
        retention_ms=None,
        compacted=True,
        what=f"state of the worker's {table} table",
        compaction_lag_ms=DAY_MS,  # what the table holds no more is not to outlive it for long
    )


TOPICS = (
    MENTIONS,
    BUCKETS,
    INCIDENTS,
    FEEDBACK,
    MODELS,
    NOTIFICATIONS,
    SOURCES,
    DEAD_LETTERS,
    DELETIONS,
    changelog(ROLLUP_TABLE),
    changelog(JUDGE_TABLE),
)
