"""Counts of the past: read from a file, handed to the worker."""
