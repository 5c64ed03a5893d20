"""What X writes: its API in both versions, and the messages of its streams."""
