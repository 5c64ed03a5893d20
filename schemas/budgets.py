"""Budgets stated and kept, in the report of ``tocsin evaluate``."""

from typing import Annotated

from msgspec import Meta, Struct

from schemas.base import UtcTime

Count = Annotated[int, Meta(ge=0)]
Amount = Annotated[float, Meta(ge=0)]


class Kept(Struct, frozen=True, kw_only=True):
    """A promise, and how it was kept: ``stated`` and ``observed`` are of the same unit.

    ``low`` and ``high``: the exact 95 % interval of ``observed`` if they come by chance (Poisson).
    """

    stated: Amount
    observed: Amount
    low: Amount
    high: Amount


class BudgetKept(Struct, frozen=True, kw_only=True):
    """One budget: false rings a brand-quarter, false heads-ups a brand-week."""

    rings_per_quarter: Kept
    heads_up_per_week: Kept


class RealRing(Struct, frozen=True, kw_only=True):
    """A ring on the real brand, to be defended. ``burst``: within one."""

    at: UtcTime
    severity: Annotated[float, Meta(ge=0, le=10)]
    burst: bool


class RealBrandPart(Struct, frozen=True, kw_only=True):
    """The mentions of a real brand, as they came, in a made-up ordinary tone.

    ``bursts``: hours of at least 12 times the mean hour of four weeks, and 40 mentions.
    ``noticed``: those with a heads-up or ring within three hours. ``unexplained_per_week``:
    heads-ups outside all of them.
    """

    weeks: Amount
    bursts: Count
    noticed: Count
    unexplained_per_week: Kept
    rings: tuple[RealRing, ...]


class BudgetPart(Struct, frozen=True, kw_only=True):
    """Budgets on brands about which nothing happens but everyday trifles; ``real`` with data."""

    brands: Count
    days: Count
    kept: tuple[BudgetKept, ...]
    real: RealBrandPart | None = None
