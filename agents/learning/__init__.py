"""Learning from labels: the trainer, what follows its versions, and what they read of Kafka."""
