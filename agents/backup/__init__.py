"""Backup and restore of what cannot be rebuilt: what people said, was learned, rang and was told."""
