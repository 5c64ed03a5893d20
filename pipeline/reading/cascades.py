"""Posts that are being passed on: how often, and what reading them said."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import Struct, field

from pipeline.deletions.to_forget import ToForget, renamed
from schemas.reading import ByClass

CAPACITY: Final = 500
FORGET_AFTER_S: Final = 48 * 3600


def milestone(reposts: int) -> int:
    """The last of 3, 10, 30, 100, 300, … that ``reposts`` came to; 0 before the first.

    >>> [milestone(reposts) for reposts in (2, 3, 29, 30, 999, 1000)]
    [0, 3, 10, 30, 300, 1000]
    """
    last, tens = 0, 1
    while True:
        for step in (3 * tens, 10 * tens):
            if reposts < step:
                return last
            last = step
        tens *= 10


class Cascade(Struct, array_like=True):
    """``told``: the milestone that was told of last; ``classes``: what reading the post said."""

    reposts: int
    last_s: int
    told: int = 0
    classes: ByClass | None = None


class DueRoot(NamedTuple):
    """A root that came to a milestone. ``classes`` are known where it was read before."""

    id: str
    reposts: int
    classes: ByClass | None


class Cascades(Struct, array_like=True):
    """The roots whose reposts were heard last, for two days: ``known`` goes from old to new."""

    known: dict[str, Cascade] = field(default_factory=dict)

    def due(self, reposted: Mapping[str, int]) -> list[DueRoot]:
        """Roots that come to a milestone by the reposts of a bucket, the largest first."""
        found = []
        for root, more in reposted.items():
            one = self.known.get(root)
            reposts = more + (one.reposts if one else 0)
            if milestone(reposts) > (one.told if one else 0):
                found.append(DueRoot(root, reposts, one.classes if one else None))
        return sorted(found, key=lambda due: (-due.reposts, due.id))

    def hear(self, start_s: int, reposted: Mapping[str, int]) -> None:
        """Count the reposts of the bucket at ``start_s``."""
        known = self.known
        for root in sorted(reposted):
            one = known.pop(root, None) or Cascade(0, start_s)
            one.reposts += reposted[root]
            one.last_s = start_s
            known[root] = one
        old = [root for root, one in known.items() if one.last_s < start_s - FORGET_AFTER_S]
        excess = len(known) - len(old) - CAPACITY
        if excess > 0:
            gone = set(old)
            old += [root for root in known if root not in gone][:excess]
        for root in old:
            del known[root]

    def forget(self, gone: ToForget) -> None:
        """Let go of the ids that are to be forgotten."""
        self.known = renamed(self.known, gone.id_of)

    def tell(self, root: str, classes: ByClass) -> None:
        """Note that a root was told of, and what reading it said."""
        if one := self.known.get(root):
            one.told = milestone(one.reposts)
            one.classes = classes
