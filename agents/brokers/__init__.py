"""Kafka for those who have none: embedded, and a local real one."""
