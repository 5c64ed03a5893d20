"""From a source of posts to batches on Kafka."""
