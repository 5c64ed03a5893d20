"""An archive of several brands that live through a crisis, to be replayed at speed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from heapq import merge
from pathlib import Path

from msgspec.structs import replace

from agents.ingest.simulate import simulate
from chaos.live import Said
from schemas.brand import Brand
from schemas.codec import encode

SCENARIOS = ("nestle-greenpeace-2010", "boycott-call", "product-failure", "leaked-document")
DAYS = 2.2


def write_archive(path: Path, brands: Mapping[str, str], *, seed: int, per_hour: float) -> Said:
    """Write it as neutral JSON lines in order of time; return what is in it."""
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=5)
    streams = [
        simulate(
            SCENARIOS[number % len(SCENARIOS)],
            seed=seed + number,
            brand=Brand(id=brand, names=(word,)),
            start=start,
            lead_days=1.0,
            days=DAYS,
            mentions_per_hour=per_hour,
        )
        for number, (brand, word) in enumerate(brands.items())
    ]
    said: Said = []
    with path.open("wb") as file:
        for number, one in enumerate(merge(*streams, key=lambda one: one.created_at)):
            # Two simulations may give one id to two posts.
            file.write(encode(replace(one, id=str(number + 1), brand="", source="")) + b"\n")
            said.append((one.brand, one.created_at))
    return said
