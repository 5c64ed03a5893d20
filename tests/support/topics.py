"""What a topic holds, for tests that look at it from outside."""

from agents.kafka.clients import KafkaClients


def read_topic(bootstrap: str, topic: str) -> list[bytes]:
    """The value of every record that is there now."""
    return [record.value for record in KafkaClients(bootstrap).read(topic)]
