"""Which posts were said lately: X sends some twice, and so do two connections."""

from collections import OrderedDict
from typing import Final

MOST: Final = 100_000
"""Six minutes and more of the fastest stream that X sells without a contract."""


class Seen:
    """Remembers the latest ids.

    >>> seen = Seen(2)
    >>> [seen.add(id) for id in ("a", "b", "a", "c", "b")]
    [True, True, False, True, True]
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._ids: OrderedDict[str, None] = OrderedDict()

    def add(self, post_id: str) -> bool:
        """Note a post; return whether it is new."""
        if post_id in self._ids:
            self._ids.move_to_end(post_id)
            return False
        self._ids[post_id] = None
        if len(self._ids) > self._most:
            self._ids.popitem(last=False)
        return True
