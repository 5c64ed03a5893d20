"""A broker that several files of tests share, as if it were new."""

from kafka.admin import KafkaAdminClient

from support.waiting import until


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
