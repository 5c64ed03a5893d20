"""Bytes that a mention takes on Kafka, by how many travel in a batch: for sizing its disks.

python benchmarks/record_sizes.py

Mentions are those of the simulated reference crisis: made-up posts, shaped as X's.
"""

import gzip
from datetime import UTC, datetime
from itertools import islice

from lab.simulate import simulate
from pipeline.brands import load_brands
from schemas.codec import encode
from schemas.mention import MentionBatch

MENTIONS = 10_000
SIZES = (2, 25, 200)
BRANDS = "brands: [{id: nestle, names: [Nestlé], handles: [Nestle]}]"


def main() -> None:
    """Print the table."""
    (brand,) = load_brands(BRANDS, "here").brands
    start = datetime(2010, 3, 10, tzinfo=UTC)
    told = simulate("nestle-greenpeace-2010", seed=1, brand=brand, start=start,
                    days=None, mentions_per_hour=60.0, crisis_scale=1.0, tempo=1.0)  # fmt: skip
    mentions = tuple(islice(told, MENTIONS))
    print(f"{len(mentions)} mentions, bytes each")
    for size in SIZES:
        batches = [
            encode(MentionBatch(brand="nestle", source="x", seq=number, watermark=start,
                                mentions=mentions[at : at + size]))
            for number, at in enumerate(range(0, len(mentions), size))
        ]  # fmt: skip
        raw = sum(map(len, batches))
        packed = sum(len(gzip.compress(batch)) for batch in batches)
        print(f"{size:>4} in a batch: {raw / len(mentions):.0f}, gzip {packed / len(mentions):.0f}")


if __name__ == "__main__":
    main()
