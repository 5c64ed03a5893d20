"""How much comes from X, as if all of it were read, and what one post brings with it. Pure."""

from math import exp, sqrt
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from agents.ingest.sources.x.money.prices import Taken

SLOW_S: Final = 600.0
FAST_S: Final = 30.0
LATEST_S: Final = 2.0
_REMEMBERED: Final = 1_000.0
"""Posts over which it is learned what a post brings with it."""


class Flow(Struct, frozen=True):
    """What comes, in posts as if nothing were left out.

    ``slow`` and ``fast`` are counts that fade (``SLOW_S``, ``FAST_S``) up to ``at_s``, and
    ``chance`` is the variance of the fast one: a post of a sample stands for many. ``latest`` are
    lines that really came within the last moment (``LATEST_S``), which fade, too. ``lines``
    to ``reposts`` are what was learned from whole lines: how many posts and, of ``full`` of them
    that came with their authors, how many accounts they bring. At first each is taken to bring
    the most that X adds: one post and three accounts.
    """

    at_s: float = 0.0
    slow: float = 0.0
    fast: float = 0.0
    chance: float = 0.0
    latest: float = 0.0
    lines: float = 1.0
    posts: float = 2.0
    full: float = 1.0
    users: float = 3.0
    mixed: float = 1.0
    reposts: float = 0.5

    @property
    def per_s(self) -> float:
        """Posts a second: of the latest ten minutes, or what a burst has at least.

        A few posts that come together are no burst: of the fast count only that much is believed
        which chance does not explain.
        """
        sure = max(self.fast - 2 * sqrt(self.chance), 0.0)
        return max(self.slow / SLOW_S, sure / FAST_S)

    @property
    def posts_each(self) -> float:
        """Posts that X charges for each that is delivered, itself among them."""
        return self.posts / self.lines

    @property
    def users_each(self) -> float:
        """Accounts that X charges for each that is delivered with its authors."""
        return self.users / self.full

    @property
    def originals(self) -> float:
        """Share of posts that repeat no other."""
        return max(1.0 - self.reposts / self.mixed, 0.01)


def faded(flow: Flow, now_s: float) -> Flow:
    """Return the flow as it is at a later time (UNIX) at which nothing came."""
    passed_s = max(now_s - flow.at_s, 0.0)
    left = exp(-passed_s / FAST_S)
    return replace(
        flow,
        at_s=max(now_s, flow.at_s),
        slow=flow.slow * exp(-passed_s / SLOW_S),
        fast=flow.fast * left,
        chance=flow.chance * left,
        latest=flow.latest * exp(-passed_s / LATEST_S),
    )


def heard(
    flow: Flow,
    now_s: float,
    taken: Taken,
    *,
    stands_for: float,
    is_repost: bool,
    has_authors: bool,
    has_reposts: bool,
) -> Flow:
    """Return the flow with one more line, which ``stands_for`` so many posts.

    ``has_authors`` and ``has_reposts`` say what was asked for: of what is left out, what was
    learned before is kept.

    >>> flow = Flow()
    >>> for second in range(1200):
    ...     flow = heard(flow, second, Taken(1, 1), stands_for=2.0, is_repost=False,
    ...                  has_authors=True, has_reposts=True)
    >>> round(flow.per_s, 1), round(flow.users_each, 1)
    (1.7, 1.0)
    """
    flow = faded(flow, now_s)
    stands_for = stands_for if has_reposts else stands_for / flow.originals
    keep = 1.0 if flow.lines < _REMEMBERED else 0.5
    return Flow(
        at_s=flow.at_s,
        slow=flow.slow + stands_for,
        fast=flow.fast + stands_for,
        chance=flow.chance + stands_for**2,
        latest=flow.latest + 1,
        lines=flow.lines * keep + 1,
        posts=flow.posts * keep + taken.posts,
        full=flow.full * keep + 1 if has_authors else flow.full,
        users=flow.users * keep + taken.users if has_authors else flow.users,
        mixed=flow.mixed * keep + 1 if has_reposts else flow.mixed,
        reposts=flow.reposts * keep + is_repost if has_reposts else flow.reposts,
    )
