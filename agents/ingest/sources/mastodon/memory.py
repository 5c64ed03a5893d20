"""Which posts about a brand were said, and in which version: to say each once, and to recall it."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

MOST: Final = 5_000
"""Some 150 kB of the position, which is written every few seconds while posts come."""


class Versions:
    """Remembers the version of each of the latest posts. The version is ``""`` for the first one.

    >>> said = Versions(2)
    >>> said.say("7", ""), said.say("7", ""), said.say("7", "2")
    (True, False, True)
    >>> said.say("8", ""), said.say("9", ""), "7" in said
    (True, True, False)
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._said: OrderedDict[str, str] = OrderedDict()

    def __contains__(self, status_id: object) -> bool:
        return status_id in self._said

    def say(self, status_id: str, version: str) -> bool:
        """Note a version; return whether it is new."""
        if self._said.get(status_id) == version:
            return False
        self._said[status_id] = version
        self._said.move_to_end(status_id)
        if len(self._said) > self._most:
            self._said.popitem(last=False)
        return True

    def version(self, status_id: str) -> str | None:
        """Return the version that was said last, None if there was none."""
        return self._said.get(status_id)

    def forget(self, status_id: str) -> None:
        """Forget a post that was deleted."""
        self._said.pop(status_id, None)

    def kept(self) -> dict[str, str]:
        """Return all, the oldest first."""
        return dict(self._said)

    def restore(self, kept: Mapping[str, str]) -> None:
        """Take up what an earlier run had kept."""
        for status_id, version in kept.items():
            self.say(status_id, version)
