"""The brand's own posts within an episode, and how the talk went on after them."""

from typing import Final

from msgspec import Struct

from pipeline.detection.window.recent import MINUTE_S, Recent

HOUR_S: Final = 3600
TEN_MINUTES_S: Final = 600
ENOUGH: Final = 30
"""Mentions that make a rate."""


class Replies(Struct, array_like=True):
    """Posts by the brand's own accounts: first and last, how many, the pace of mentions since.

    ``before`` and ``highest`` in mentions an hour, ``before`` at the first full minute after the
    first of them; 0 until then.
    """

    first_s: int = 0
    last_s: int = 0
    posts: int = 0
    before: float = 0.0
    highest: float = 0.0

    def add(self, posts: int, end_s: int) -> None:
        """Count posts of the bucket that ends at ``end_s``."""
        self.first_s = self.first_s or end_s
        self.last_s = end_s
        self.posts += posts

    def pace(self, rate: float) -> None:
        """Take the rate at a full minute."""
        if self.first_s and not self.before:
            self.before = rate
        if self.before:
            self.highest = max(self.highest, rate)


def rate(recent: Recent, until_s: int) -> float:
    """Mentions an hour up to a full minute, over the shortest stretch that holds enough.

    >>> rate(Recent(), 3600)
    0.0
    """
    for length_s in (TEN_MINUTES_S, 3 * TEN_MINUTES_S):
        mentions = recent.mentions_between(until_s - length_s, until_s)
        if mentions >= ENOUGH:
            return mentions * HOUR_S / length_s
    return float(recent.mentions_between(until_s - HOUR_S, until_s))


def replies_since(recent: Recent, onset_s: int, now_s: int) -> Replies:
    """What the minutes that are kept tell of the brand's posts since ``onset_s``."""
    found = Replies()
    own = {minute.start_s: minute.own for minute in recent.minutes if minute.own}
    begin_s = onset_s - onset_s % MINUTE_S
    first_s = min((at_s for at_s in own if at_s >= begin_s), default=None)
    if first_s is None:
        return found
    for end_s in range(first_s + MINUTE_S, now_s + 1, MINUTE_S):
        if posts := own.get(end_s - MINUTE_S, 0):
            found.add(posts, end_s)
        found.pace(rate(recent, end_s))
    if (posts := own.get(now_s - now_s % MINUTE_S, 0)) and now_s % MINUTE_S:
        found.add(posts, now_s)
    return found
