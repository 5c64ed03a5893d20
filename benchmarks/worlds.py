"""What a worker makes of a world by other hands, kept so that the detector alone can be run again.

    python benchmarks/worlds.py WORLD FOLDER [--reader] [--processes N]

WORLD: a folder with ``truth.json``, ``brands.json`` and ``<episode>.jsonl`` in the form of X's
stream (not part of this repository). Posts are read, scored and rolled up as in the worker. FOLDER
takes a file an episode: of every bucket its beginning, its gaps, its voices and what was read of
it. What is there already is not made again.
"""

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from agents.ingest.formats import open_mentions
from lab.backtest.rolling import Rolling
from pipeline.brands import BrandMatcher
from pipeline.reading.encoder import EncoderReader, open_reader
from pipeline.reading.rules import ReadingRules
from pipeline.rollup import RollupRules
from pipeline.sentiment.api import Scorer
from pipeline.sentiment.load import load_ngram
from schemas.brand import Brand, Brands
from schemas.bucket import Bucket, Voices
from schemas.mention import Mention
from schemas.reading import Reading


class Heard(msgspec.Struct, array_like=True, frozen=True):
    """What the detector takes of a bucket; ``gaps`` from and until, in seconds."""

    start_s: int
    gaps: tuple[tuple[int, int], ...] = ()
    voices: Voices | None = None
    reading: Reading | None = None


def brand_of(entry: dict[str, Any]) -> Brand:
    """The brand of an episode, at the project's defaults."""
    return Brand(
        id="brand",
        names=tuple(dict.fromkeys(entry["spellings"])),
        handles=tuple(one.lstrip("@") for one in entry["handles"]),
        own_accounts=tuple(one["username"] for one in entry["own_accounts"]),
        hashtags=tuple(one.lstrip("#") for one in entry.get("hashtags", ())),
    )


def episodes_of(world: Path) -> list[dict[str, Any]]:
    """What is true of a world."""
    found: list[dict[str, Any]] = json.loads((world / "truth.json").read_text())["episodes"]
    return found


def heard_of(world: Path, name: str, folder: Path | None, *, reads: bool) -> list[Heard]:
    """The buckets of one episode: those that were kept, or made now."""
    kept = folder / f"{name}.msgpack" if folder else None
    if kept and kept.exists():
        return msgspec.msgpack.decode(kept.read_bytes(), type=list[Heard])
    entries = {one["episode"]: one for one in json.loads((world / "brands.json").read_text())}
    heard = list(_rolled(world / f"{name}.jsonl", brand_of(entries[name]), reads=reads))
    if kept:
        kept.parent.mkdir(exist_ok=True, parents=True)
        part = kept.with_suffix(".part")
        part.write_bytes(msgspec.msgpack.encode(heard))
        part.rename(kept)
    return heard


@cache
def _model() -> Scorer:
    return load_ngram()


@cache
def _reader() -> EncoderReader:
    return open_reader()


def _rolled(path: Path, brand: Brand, *, reads: bool) -> Iterator[Heard]:
    matcher = BrandMatcher(Brands(brands=(brand,)))
    reader = _reader() if reads else None
    rolling = Rolling(brand, RollupRules(), _model(), reader=reader, reading=ReadingRules())
    last = None
    for item in open_mentions([path], input_format=None, mapping=None):
        if not isinstance(item, Mention) or not matcher.match(item):
            continue
        last = item.created_at
        yield from map(_heard, rolling.feed(item))
    if last is not None:
        yield from map(_heard, rolling.roll(last + timedelta(minutes=1)))


def _heard(bucket: Bucket) -> Heard:
    return Heard(
        int(bucket.start.timestamp()),
        tuple((int(gap.start.timestamp()), int(gap.end.timestamp())) for gap in bucket.gaps),
        bucket.voices,
        bucket.reading,
    )


def _make(job: tuple[Path, str, Path, bool]) -> str:
    world, name, folder, reads = job
    buckets = heard_of(world, name, folder, reads=reads)
    return f"{name}: {len(buckets)} buckets"


def main() -> None:
    """Make what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("world", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reader", action="store_true")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    jobs = [
        (options.world, one["id"], options.folder, options.reader)
        for one in episodes_of(options.world)
    ]
    with ProcessPoolExecutor(options.processes) as pool:
        for line in pool.map(_make, jobs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
