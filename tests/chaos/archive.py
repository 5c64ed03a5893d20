"""An archive of several brands that live through a crisis, to be replayed at speed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from heapq import merge
from pathlib import Path

from chaos.live import Said
from msgspec.structs import replace

from lab.simulate import simulate
from pipeline.brands import BrandMatcher
from schemas.brand import Brand, Brands
from schemas.codec import encode

SCENARIOS = ("nestle-greenpeace-2010", "boycott-call", "product-failure", "leaked-document")
DAYS = 2.2


def write_archive(path: Path, brands: Mapping[str, str], *, seed: int, per_hour: float) -> Said:
    """Write it as neutral JSON lines in order of time; return what in it is about a brand."""
    known = tuple(Brand(id=brand, names=(word,)) for brand, word in brands.items())
    match = BrandMatcher(Brands(brands=known)).match
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=5)
    streams = [
        simulate(
            SCENARIOS[number % len(SCENARIOS)],
            seed=seed + number,
            brand=brand,
            start=start,
            lead_days=1.0,
            days=DAYS,
            mentions_per_hour=per_hour,
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
