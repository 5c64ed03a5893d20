"""Worlds, our own and those by other hands, judged by one set of rules."""
