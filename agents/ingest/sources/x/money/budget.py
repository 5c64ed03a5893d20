"""How much may be spent, how much was, and for how long the rest lasts. Pure."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from agents.ingest.sources.x.money.prices import MICROS, Prices, Taken, prices_on

Unit = Literal["posts", "usd"]
Period = Literal["day", "month"]

DAY_S: Final = 86_400.0


class SpendingLimits(NamedTuple):
    """What may be read within a day and a month (UTC), in posts and in dollars; 0: no limit."""

    posts_day: int = 0
    posts_month: int = 0
    usd_day: float = 0.0
    usd_month: float = 0.0

    @property
    def are_set(self) -> bool:
        """Whether there is a limit at all."""
        return any(self)


class Sum(Struct, frozen=True):
    """What was read within one period: posts, and all that costs in millionths of a dollar."""

    posts: int = 0
    micros: int = 0

    def plus(self, taken: Taken, prices: Prices) -> "Sum":
        """Return the sum with what was read now."""
        return Sum(self.posts + taken.posts + taken.owned, self.micros + taken.micros(prices))


class Spent(Struct, frozen=True):
    """What was read on ``day`` (UTC) and in its month."""

    day: date
    today: Sum = Sum()
    month: Sum = Sum()


class Purse(NamedTuple):
    """One limit: how much there is in it, how much is used, and when it is filled anew (UNIX)."""

    unit: Unit
    period: Period
    most: float
    used: float
    ends_s: float

    @property
    def left(self) -> float:
        """What is left, never less than nothing."""
        return max(self.most - self.used, 0.0)

    @property
    def length_s(self) -> float:
        """About how long its period is."""
        return DAY_S if self.period == "day" else 30 * DAY_S

    def words(self) -> str:
        """The limit in words.

        >>> Purse("usd", "day", 50.0, 12.5, 0.0).words()
        '50.00 USD a day'
        """
        return f"{_amount(self.most, self.unit)} a {self.period}"


def turned(spent: Spent, at: datetime) -> Spent:
    """Return what was spent as it stands at a time: a new day and a new month begin at nothing.

    A clock that was set back does not give back what was spent.

    >>> before = Spent(date(2026, 11, 29), Sum(5), Sum(9))
    >>> after = turned(before, datetime(2026, 11, 30, tzinfo=UTC))
    >>> after.today.posts, after.month.posts
    (0, 9)
    """
    day = at.astimezone(UTC).date()
    if day <= spent.day:
        return spent
    same_month = (day.year, day.month) == (spent.day.year, spent.day.month)
    return Spent(day, Sum(), spent.month if same_month else Sum())


def added(spent: Spent, taken: Taken, at: datetime) -> Spent:
    """Return what was spent with what was read at a time."""
    spent = turned(spent, at)
    prices = prices_on(spent.day)
    return Spent(spent.day, spent.today.plus(taken, prices), spent.month.plus(taken, prices))


def reconciled(spent: Spent, by_x: dict[date, int], at: datetime) -> Spent:
    """Raise what was spent to what X has counted, by day (UTC), of the whole project.

    X counts posts only: what it has more of is charged as posts. Where it has less, it lags, or
    charged for a thing that came twice only once; then our own count stands, which is on the safe
    side.
    """
    spent = turned(spent, at)
    prices = prices_on(spent.day)
    today = by_x.get(spent.day, 0)
    month = sum(
        posts
        for day, posts in by_x.items()
        if (day.year, day.month) == (spent.day.year, spent.day.month)
    )
    return replace(
        spent,
        today=spent.today.plus(Taken(max(today - spent.today.posts, 0)), prices),
        month=spent.month.plus(Taken(max(month - spent.month.posts, 0)), prices),
    )


def purses(limits: SpendingLimits, spent: Spent) -> Iterator[Purse]:
    """Yield each limit that is set, with what is left of it."""
    begins = datetime(spent.day.year, spent.day.month, spent.day.day, tzinfo=UTC)
    days = monthrange(spent.day.year, spent.day.month)[1]
    day_s = (begins + timedelta(days=1)).timestamp()
    month_s = (begins.replace(day=1) + timedelta(days=days)).timestamp()
    today, month = spent.today, spent.month
    found = (
        Purse("posts", "day", limits.posts_day, today.posts, day_s),
        Purse("usd", "day", limits.usd_day, today.micros / MICROS, day_s),
        Purse("posts", "month", limits.posts_month, month.posts, month_s),
        Purse("usd", "month", limits.usd_month, month.micros / MICROS, month_s),
    )
    return (one for one in found if one.most)


def span_words(seconds: float) -> str:
    """A span of time for people, such as that for which the money lasts.

    >>> [span_words(seconds) for seconds in (40, 720, 12_000, 400_000)]
    ['less than a minute', '12 min', '3 h 20 min', '4 d 15 h']
    """
    minutes = int(seconds // 60)
    if minutes < 1:
        return "less than a minute"
    hours, days = minutes // 60, minutes // 1440
    if not hours:
        return f"{minutes} min"
    if days < 2:  # noqa: PLR2004 - 47 h are said in hours
        return f"{hours} h {minutes % 60} min"
    return f"{days} d {hours % 24} h"


def _amount(amount: float, unit: Unit) -> str:
    return f"{amount:,.2f} USD" if unit == "usd" else f"{amount:,.0f} posts"
