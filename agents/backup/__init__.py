"""Backup and restore of what cannot be rebuilt: what was said, learned, judged and told."""
