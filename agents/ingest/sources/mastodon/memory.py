"""Which posts about a brand were said, and in which version: to say each once, and to recall it."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

MOST: Final = 5_000
"""Some 150 kB of the position, which is written every few seconds while posts come."""


class Versions:
    """Remembers the version of each of the latest posts: ``""``, then the times of its changes.

    >>> said = Versions(2)
    >>> [said.say("7", version) for version in ("", "", "1767571200000", "")]
    [True, False, True, False]
    >>> said.say("8", ""), said.say("9", ""), said.version("7")
    (True, True, None)
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._said: OrderedDict[str, str] = OrderedDict()

    def say(self, status_id: str, version: str) -> bool:
        """Note a version; return whether it is new. A timeline may still tell an older one."""
        known = self._said.get(status_id)
        if known is not None and (len(version), version) <= (len(known), known):
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
