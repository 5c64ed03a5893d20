"""What each command may do on Kafka at most: the least that its ACLs have to allow.

The table in ``docs/guide/operating.md`` says the same, and a test with a real broker grants each
command exactly this. Every process asks Kafka at its start whether it may, and says all that it
may not at once.
"""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.topics import (
    APP_ID,
    BUCKETS,
    DEAD_LETTERS,
    DELETIONS,
    FEEDBACK,
    INCIDENTS,
    JUDGE_TABLE,
    MENTIONS,
    MODELS,
    NOTIFICATIONS,
    ROLLUP_TABLE,
    SOURCES,
    TOPICS,
    Topic,
    changelog,
)


class Operation(IntEnum):
    """What an ACL allows, with the number that Kafka's protocol gives it."""

    READ = 3
    WRITE = 4
    CREATE = 5
    DESCRIBE = 8
    DESCRIBE_CONFIGS = 10
    ALTER_CONFIGS = 11


READ, WRITE, CREATE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS = Operation

WORKER_GROUP: Final = APP_ID


class Access(NamedTuple):
    """Operations on topics and on consumer groups, by their names.

    READ and WRITE include DESCRIBE, as Kafka has it.
    """

    topics: Mapping[str, tuple[Operation, ...]]
    groups: Mapping[str, Operation] = MappingProxyType({})

    def prefixed(self, prefix: str) -> "Access":
        """The same on a cluster where all names begin with ``prefix``.

        >>> ACCESS["ingest"].prefixed("acme.").topics["acme.tocsin.mentions"]
        (<Operation.WRITE: 4>,)
        """
        return Access(
            {f"{prefix}{topic}": operations for topic, operations in self.topics.items()},
            {f"{prefix}{group}": operation for group, operation in self.groups.items()},
        )


def _access(
    topics: Mapping[Topic, tuple[Operation, ...]], groups: Mapping[str, Operation] | None = None
) -> Access:
    return Access({topic.name: each for topic, each in topics.items()}, groups or {})


ACCESS: Final[Mapping[str, Access]] = {
    "topics": _access(dict.fromkeys(TOPICS, (CREATE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS))),
    "ingest": _access(
        {MENTIONS: (WRITE,), SOURCES: (WRITE,), DEAD_LETTERS: (WRITE,), DELETIONS: (WRITE,)}
    ),
    "worker": _access(
        {
            MENTIONS: (READ,),
            BUCKETS: (READ, WRITE),
            INCIDENTS: (READ, WRITE),
            FEEDBACK: (READ, WRITE),
            MODELS: (READ,),
            NOTIFICATIONS: (DESCRIBE,),
            DEAD_LETTERS: (WRITE,),
            DELETIONS: (READ,),
            changelog(ROLLUP_TABLE): (READ, WRITE),
            changelog(JUDGE_TABLE): (READ, WRITE),
        },
        {WORKER_GROUP: READ},
    ),
    "alert": _access(
        {
            INCIDENTS: (READ,),
            NOTIFICATIONS: (READ, WRITE),
            FEEDBACK: (WRITE,),
            DEAD_LETTERS: (WRITE,),
            BUCKETS: (READ,),
            SOURCES: (READ,),
            MENTIONS: (DESCRIBE,),
            DELETIONS: (READ,),
        },
        {"tocsin-alert-slack": READ, WORKER_GROUP: DESCRIBE},
    ),
    "page": _access(
        {
            INCIDENTS: (READ,),
            FEEDBACK: (READ, WRITE),
            BUCKETS: (READ,),
            SOURCES: (READ,),
            MENTIONS: (DESCRIBE,),
            DEAD_LETTERS: (READ,),
            DELETIONS: (READ,),
            NOTIFICATIONS: (READ,),
        },
        {WORKER_GROUP: DESCRIBE},
    ),
    "digest": _access(
        {INCIDENTS: (READ,), BUCKETS: (READ,), NOTIFICATIONS: (READ, WRITE)},
    ),
    "learn": _access(
        {FEEDBACK: (READ,), MODELS: (READ, WRITE), INCIDENTS: (READ,), DELETIONS: (READ,)}
    ),
    "feedback": _access({FEEDBACK: (WRITE,)}),
    "incidents": _access({INCIDENTS: (READ,)}),
    "models": _access({MODELS: (READ,)}),
    "models rollback": _access({MODELS: (READ, WRITE)}),
    "history": _access({BUCKETS: (WRITE,)}),
    "forget": _access({DELETIONS: (WRITE,)}),
    "compliance run": _access(
        {DELETIONS: (READ, WRITE), INCIDENTS: (READ,), FEEDBACK: (READ,), BUCKETS: (READ,)}
    ),
    "backup": _access(
        dict.fromkeys((DELETIONS, FEEDBACK, MODELS, INCIDENTS, NOTIFICATIONS), (READ,))
    ),
    "restore": _access(
        {
            DELETIONS: (WRITE, DESCRIBE_CONFIGS, ALTER_CONFIGS),
            FEEDBACK: (READ, WRITE, DESCRIBE_CONFIGS, ALTER_CONFIGS),
            MODELS: (WRITE, DESCRIBE_CONFIGS, ALTER_CONFIGS),
            INCIDENTS: (WRITE,),
            NOTIFICATIONS: (WRITE,),
        },
        {WORKER_GROUP: READ},
    ),
}
"""By command. ``alert`` has one group for each sink, ``tocsin-alert-SINK``, or that of --group."""
