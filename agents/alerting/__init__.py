"""From incidents on Kafka to people."""
