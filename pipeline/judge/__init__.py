"""From buckets to incidents: features, resemblance, life cycle."""
