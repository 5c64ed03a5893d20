"""The pages, each as a function of what is known; none of them asks Kafka or a clock."""
