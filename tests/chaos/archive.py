"""An archive of several brands that live through a crisis, to be replayed at speed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from heapq import merge
from math import ceil
from pathlib import Path
from typing import NamedTuple

from chaos.live import Said
from msgspec.structs import replace

from lab.simulate import simulate
from pipeline.brands import BrandMatcher
from schemas.brand import Brand, Brands
from schemas.codec import encode

SCENARIOS = ("nestle-greenpeace-2010", "boycott-call", "product-failure", "leaked-document")
DAYS = 2.2


class Life(NamedTuple):
    """What happens to a brand: a scenario of the simulator, and when it begins."""

    scenario: str
    lead_days: float | None = None
    crisis_scale: float = 1.0


def write_archive(path: Path, brands: Mapping[str, str], *, seed: int, per_hour: float) -> Said:
    """Write a crisis for each brand, as ``write_lives`` does."""
    lives = {
        brand: Life(SCENARIOS[number % len(SCENARIOS)], lead_days=1.0)
        for number, brand in enumerate(brands)
    }
    return write_lives(path, brands, lives, seed=seed, days=DAYS, per_hour=per_hour)


def write_lives(
    path: Path,
    brands: Mapping[str, str],
    lives: Mapping[str, Life],
    *,
    seed: int,
    days: float,
    per_hour: float,
) -> Said:
    """Write neutral JSON lines in order of time; return what in them is about a brand.

    ``per_hour``: usual mentions of a brand.
    """
    known = tuple(Brand(id=brand, names=(word,)) for brand, word in brands.items())
    match = BrandMatcher(Brands(brands=known)).match
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start -= timedelta(days=ceil(days) + 2)
    streams = [
        simulate(
            lives[brand.id].scenario,
            seed=seed + number,
            brand=brand,
            start=start,
            lead_days=lives[brand.id].lead_days,
            days=days,
            mentions_per_hour=per_hour,
            crisis_scale=lives[brand.id].crisis_scale,
        )
        for number, brand in enumerate(known)
    ]
    said: Said = []
    with path.open("wb") as file:
        for number, one in enumerate(merge(*streams, key=lambda one: one.created_at)):
            # Two simulations may give one id to two posts.
            mention = replace(one, id=str(number + 1), brand="", source="")
            file.write(encode(mention) + b"\n")
            said += [(brand, one.created_at) for brand in match(mention)]
    return said
