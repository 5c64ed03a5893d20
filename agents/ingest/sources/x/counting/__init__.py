"""What X itself counts: a past for a new brand, and a check of what the stream delivered."""
