"""Detectors that Tocsin is compared with, each at its textbook setting: one a file."""
