"""The source ``bluesky``: posts, replies, quotes and reposts of Bluesky, from Jetstream."""
