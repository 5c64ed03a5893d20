"""The ``tocsin`` program: its commands, one module each, and what puts the parts together."""
