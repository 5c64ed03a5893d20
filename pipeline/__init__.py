"""The stream processors: scoring, rolling up, judging. Pure, but for ``pipeline.worker``."""
