"""Topics of a broker that several files of tests share: none as at the start, and new ones."""

from collections.abc import Sequence

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic
from kafka.admin import KafkaAdminClient

from support.waiting import PATIENCE_S, until


def delete_topics(bootstrap: str) -> None:
    """Delete all topics of Tocsin's, and return when the broker tells of none."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)

    def gone() -> bool:
        ours = [name for name in admin.list_topics() if name.startswith("tocsin")]
        if ours:
            admin.delete_topics(ours, raise_errors=False)
        return not ours

    try:
        until(gone)
    finally:
        admin.close()


def make_topics(bootstrap: str, names: Sequence[str], partitions: int) -> None:
    """Create topics; a broker that was just started, or starved, takes them a moment later."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    left = set(names)

    def made() -> bool:
        asked = admin.create_topics([NewTopic(name, partitions, 1) for name in left])
        for name, future in asked.items():
            try:
                future.result(PATIENCE_S)
            except KafkaException as error:
                if error.args[0].code() != KafkaError.INVALID_REPLICATION_FACTOR:
                    raise
            else:
                left.discard(name)
        return not left

    until(made)
