"""Edits the brands file in the browser: a text in, a text out, and nothing is stored."""
