"""What the buckets of the last minutes and hours hold, before anybody judges it."""
