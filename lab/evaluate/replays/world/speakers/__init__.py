"""Who speaks in the made-up world, what they write, and how a model reads it."""
