"""Learning sentiment on the stream: labels in, verified deltas out, scorers that take them up."""
