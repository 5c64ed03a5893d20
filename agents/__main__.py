"""``python -m agents`` is ``tocsin``."""

from agents.cli import main

main(prog_name="tocsin")
