"""Deletions: who says so, and forgetting it wherever a text, a handle or an id is shown."""
