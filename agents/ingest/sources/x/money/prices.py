"""What X charges for what, by the day from which it holds. Data, and one look-up."""

from datetime import date
from typing import Final, NamedTuple

MICROS: Final = 1_000_000
"""Millionths of a dollar, in which money is counted: sums of them are exact."""


class Prices(NamedTuple):
    """Prices in millionths of a US dollar since ``since``, a day in UTC.

    ``post``: a post that is read, also one that another refers to and that comes with it.
    ``user``: an account that is read, also as the author of a post. ``request``: a request of
    counts, whatever it counts. ``owned``: a post that mentions the account that owns the app.
    """

    since: date
    post: int
    user: int
    request: int
    owned: int


TABLE: Final = (Prices(date(2026, 2, 1), post=5_000, user=10_000, request=5_000, owned=1_000),)
"""Source: X API, pay-per-use pricing in US dollars, as read in August 2026; the oldest first.

A new price is a new row, so that what was read before it keeps what it cost."""


def prices_on(day: date, table: tuple[Prices, ...] = TABLE) -> Prices:
    """Return the prices of a day; those of the first row for any day before it.

    >>> prices_on(date(2026, 11, 30)).user
    10000
    """
    return next((one for one in reversed(table) if one.since <= day), table[0])


class Taken(NamedTuple):
    """What X delivered and charges for."""

    posts: int = 0
    users: int = 0
    requests: int = 0
    owned: int = 0

    def micros(self, prices: Prices) -> int:
        """Return what it costs at most: X charges for the same thing once a day, but not surely.

        >>> line = Taken(posts=2, users=3)  # a reply with all its expansions
        >>> line.micros(prices_on(date(2026, 11, 30))) / MICROS
        0.04
        """
        return (
            self.posts * prices.post
            + self.users * prices.user
            + self.requests * prices.request
            + self.owned * prices.owned
        )
