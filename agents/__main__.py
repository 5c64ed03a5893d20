"""``python -m agents`` is ``tocsin``."""

from agents.cli.main import main

main(prog_name="tocsin")
