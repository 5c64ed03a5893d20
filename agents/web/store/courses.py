"""How the talk about brands went: courses of slots, sums of an hour, and what is usual."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import median, quantiles
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, select

from agents.web.store.store import Store
from agents.web.store.tables import HOUR_S, counts, gaps, hours
from pipeline.detection.incident.transition import by_source
from pipeline.detection.window.by_network import Networks, add_networks
from schemas.bucket import SourceCounts

DAY_S: Final = 86_400
USUAL_DAYS: Final = 28
"""How far back goes what is called usual."""

_APART_S: Final = DAY_S
"""What is usual is told from what ended so long before: a crisis of now must not make itself."""

_BY_HOUR_DAYS: Final = 3
"""From so many days on, an hour is compared with the same hours; before, with all of them."""

_LEAST_HOURS: Final = 24
_LEAST_MENTIONS: Final = 5
"""An hour of fewer mentions tells nothing of a share."""

_NAMED: Final = 500
"""Brands that a statement names; of more, all are read."""

_SUMS: Final = ("mentions", "originals", "negative", "own", "weighted", "voices", "attacking")


class Slot(NamedTuple):
    """Sums of the buckets that start within it. Rates and shares come of these."""

    start_s: int
    width_s: int
    mentions: int = 0
    originals: int = 0
    negative: int = 0
    own: int = 0
    weighted: float = 0.0
    voices: int = 0
    attacking: int = 0

    @property
    def per_hour(self) -> float:
        """Mentions an hour."""
        return self.mentions * HOUR_S / self.width_s

    @property
    def originals_per_hour(self) -> float:
        """Originals an hour."""
        return self.originals * HOUR_S / self.width_s

    @property
    def negative_share(self) -> float | None:
        """Share of the mentions that are negative; None where nothing was said."""
        return self.negative / self.mentions if self.mentions else None

    @property
    def attack_share(self) -> float | None:
        """Share of the independent voices that attack the brand; None where there are none."""
        return min(1.0, self.attacking / self.voices) if self.voices else None

    @property
    def sampled(self) -> bool:
        """Whether the source handed out a sample."""
        return self.weighted > 1.001 * self.mentions


class Band(NamedTuple):
    """What is usual: the middle, and what nine hours in ten lie between."""

    low: float
    middle: float
    high: float


class UsualDay(NamedTuple):
    """Of a brand, as of a time. ``hours``: mentions an hour by hour of the day (UTC), or none.

    ``negative``: share of mentions that are negative. ``attack``: share of voices that attack.
    ``days``: how many days it is known from.
    """

    hours: tuple[Band, ...] = ()
    negative: Band | None = None
    attack: float | None = None
    days: float = 0.0

    def at(self, time_s: float) -> Band | None:
        """What is usual at that hour of the day; None where it is not known yet."""
        return self.hours[int(time_s % DAY_S) // HOUR_S] if self.hours else None


class GapSpan(NamedTuple):
    """When a source knows that it missed posts."""

    start_s: int
    end_s: int
    source: str
    cause: str
    recovered: str


class Courses:
    """Answers out of ``store``. What is usual is remembered for the hour, of ``most`` brands."""

    def __init__(self, store: Store, *, most: int = 10_000) -> None:
        self._store = store
        self._most = most
        self._usual: dict[str, tuple[int, UsualDay]] = {}

    def course(self, brand: str, start_s: int, end_s: int, step_s: int) -> list[Slot]:
        """All slots from ``start_s`` up to ``end_s``, those in which nothing was said among them.

        Both are taken to whole steps, downwards and upwards.
        """
        return self.several([brand], start_s, end_s, step_s)[brand]

    def several(
        self, brands: Collection[str], start_s: int, end_s: int, step_s: int
    ) -> dict[str, list[Slot]]:
        """The same of several brands at once."""
        first, last = start_s - start_s % step_s, end_s + -end_s % step_s
        found = {
            (row.brand, int(row.slot_s)): _slot(int(row.slot_s), step_s, row)
            for row in self._rows(_slots(step_s, brands, first, last))
        }
        return {
            brand: [
                found.get((brand, at_s)) or Slot(at_s, step_s)
                for at_s in range(first, last, step_s)
            ]
            for brand in brands
        }

    def sums(self, start_s: int, end_s: int, brands: Collection[str] = ()) -> dict[str, Slot]:
        """Sums of each brand of which anything was said, from ``start_s`` up to ``end_s``.

        ``brands``: of these; all where there are none, or more than one statement may name.
        """
        asked = (
            select(counts.c.brand, *(func.sum(counts.c[name]).label(name) for name in _SUMS))
            .where(counts.c.start_s >= start_s, counts.c.start_s < end_s)
            .group_by(counts.c.brand)
        )
        if 0 < len(brands) <= _NAMED:
            asked = asked.where(counts.c.brand.in_(sorted(brands)))
        width_s = max(1, end_s - start_s)
        return {row.brand: _slot(start_s, width_s, row) for row in self._rows(asked)}

    def by_source(self, brand: str, start_s: int, end_s: int) -> tuple[SourceCounts, ...]:
        """Who brought how much of what was said, the most first; judged on or not."""
        asked = (
            select(counts.c.by_source, func.count().label("times"))
            .where(counts.c.brand == brand, counts.c.by_source != "")
            .where(counts.c.start_s >= start_s, counts.c.start_s < end_s)
            .group_by(counts.c.by_source)
        )
        total: Networks = {}
        for row in self._rows(asked):
            add_networks(total, json.loads(row.by_source), row.times)
        return by_source(total)

    def usual(self, brand: str, at_s: int) -> UsualDay:
        """What is usual for ``brand``, known from the four weeks that ended a day ago."""
        hour = at_s // HOUR_S
        known = self._usual.get(brand)
        if known is None or known[0] != hour:
            found = usual_of(self._hours(brand, hour * HOUR_S), hour * HOUR_S - _APART_S)
            while len(self._usual) >= self._most:
                self._usual.pop(next(iter(self._usual)))
            self._usual[brand] = known = (hour, found)
        return known[1]

    def newest_s(self, brand: str) -> int | None:
        """When the newest bucket of ``brand`` begins; None where none is stored."""
        asked = select(func.max(counts.c.start_s)).where(counts.c.brand == brand)
        [row] = self._rows(asked)
        return None if row[0] is None else int(row[0])

    def gaps(self, brand: str, start_s: int, end_s: int) -> list[GapSpan]:
        """Gaps that touch the time, the first first."""
        asked = (
            select(gaps)
            .where(gaps.c.brand == brand, gaps.c.start_s < end_s, gaps.c.end_s > start_s)
            .order_by(gaps.c.start_s)
            .limit(200)
        )
        return [
            GapSpan(row.start_s, row.end_s, row.source, row.cause, row.recovered)
            for row in self._rows(asked)
        ]

    def missed_s(self, start_s: int, end_s: int) -> dict[str, int]:
        """For how many seconds each brand was in a gap; brands without one are left out."""
        asked = (
            select(gaps.c.brand, gaps.c.start_s, gaps.c.end_s)
            .where(gaps.c.start_s < end_s, gaps.c.end_s > start_s)
            .order_by(gaps.c.brand, gaps.c.start_s)
        )
        missed: dict[str, int] = {}
        reached: dict[str, int] = {}
        for row in self._rows(asked):
            # Gaps of several sources overlap, and count once.
            begin_s = max(row.start_s, start_s, reached.get(row.brand, start_s))
            until_s = min(row.end_s, end_s)
            missed[row.brand] = missed.get(row.brand, 0) + max(until_s - begin_s, 0)
            reached[row.brand] = max(until_s, reached.get(row.brand, start_s))
        return missed

    def own_posts(self, brand: str, start_s: int, end_s: int, most: int = 20) -> list[int]:
        """When the brand's own accounts posted, the first first; ``most`` of them."""
        asked = (
            select(counts.c.start_s)
            .where(counts.c.brand == brand, counts.c.start_s >= start_s, counts.c.start_s < end_s)
            .where(counts.c.own > 0)
            .order_by(counts.c.start_s)
            .limit(most)
        )
        return [int(row.start_s) for row in self._rows(asked)]

    def _hours(self, brand: str, at_s: int) -> list[Slot]:
        start_s, end_s = at_s - USUAL_DAYS * DAY_S, at_s - _APART_S
        asked = (
            select(hours)
            .where(hours.c.brand == brand)
            .where(hours.c.start_s >= start_s, hours.c.start_s < end_s)
            .order_by(hours.c.start_s)
        )
        return [_slot(int(row.start_s), HOUR_S, row) for row in self._rows(asked)]

    def _rows(self, asked: Select[Any]) -> Sequence[Any]:
        with self._store.reading() as connection:
            return connection.execute(asked).all()


def usual_of(spoken: Iterable[Slot], end_s: int) -> UsualDay:
    """What is usual, from hours in which anything was said; between them nothing was.

    >>> usual_of([Slot(0, 3600, mentions=4, negative=1)], 48 * 3600).at(0)
    Band(low=0.0, middle=0.0, high=0.0)
    >>> usual_of([], 0).hours
    ()
    """
    known = {slot.start_s // HOUR_S: slot for slot in spoken}
    if not known:
        return UsualDay()
    first, last = min(known), end_s // HOUR_S
    if last - first < _LEAST_HOURS:
        return UsualDay()
    rates = [float(known[hour].mentions) if hour in known else 0.0 for hour in range(first, last)]
    days = len(rates) / 24
    hours = [_band(rates)] * 24
    if days >= _BY_HOUR_DAYS:
        of_day: list[list[float]] = [[] for _ in range(24)]
        for hour, rate in enumerate(rates, first):
            for near in (-1, 0, 1):
                of_day[(hour + near) % 24].append(rate)
        hours = [_band(each) for each in of_day]
    shares = [
        slot.negative / slot.mentions for slot in known.values() if slot.mentions >= _LEAST_MENTIONS
    ]
    voices = sum(slot.voices for slot in known.values())
    attack = sum(slot.attacking for slot in known.values()) / voices if voices else None
    return UsualDay(tuple(hours), _band(shares) if len(shares) > 1 else None, attack, days)


def _band(values: Sequence[float]) -> Band:
    cuts = quantiles(values, n=20, method="inclusive")
    return Band(cuts[0], median(values), cuts[-1])


def _slots(step_s: int, brands: Collection[str], start_s: int, end_s: int) -> Select[Any]:
    slot = (counts.c.start_s - counts.c.start_s % step_s).label("slot_s")
    return (
        select(counts.c.brand, slot, *(func.sum(counts.c[name]).label(name) for name in _SUMS))
        .where(counts.c.brand.in_(brands))
        .where(counts.c.start_s >= start_s, counts.c.start_s < end_s)
        .group_by(counts.c.brand, slot)
    )


def _slot(start_s: int, width_s: int, row: Any) -> Slot:  # noqa: ANN401 - a row of sums
    values: Mapping[str, Any] = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    whole = {name: int(values[name] or 0) for name in _SUMS if name != "weighted"}
    return Slot(start_s, width_s, weighted=float(values["weighted"] or 0), **whole)
