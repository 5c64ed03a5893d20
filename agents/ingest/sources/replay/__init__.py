"""Recorded files, replayed with the times that they had."""
