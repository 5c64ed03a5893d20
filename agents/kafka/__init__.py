"""All that is asked of Kafka: clients, topics, dead letters, and brokers for those without one."""
