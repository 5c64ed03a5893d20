"""How tables of an evaluation look in the terminal."""

from rich.box import SIMPLE_HEAD
from rich.table import Table


def plain_table(title: str) -> Table:
    """An empty table; ``title`` is markup."""
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
