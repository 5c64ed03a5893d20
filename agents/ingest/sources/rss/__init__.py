"""The source ``rss``: entries of RSS and Atom feeds."""
