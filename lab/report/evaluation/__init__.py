"""The evaluation: tables in the terminal, and one page."""
