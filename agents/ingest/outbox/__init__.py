"""What waits for Kafka: in memory or on disk, and the thread that sends it."""
