"""Lines of X JSON a second of ``tocsin backtest``, file to report, over one process and several.

    python benchmarks/backtest.py [FILE BRANDS] [--mapping MAPPING] [--jobs 1,2] [--runs 3]
        [--reader]

Without a file, two recordings are made by the simulator in the form of X's stream: a quiet brand,
and one that comes into a crisis of days. Each number of processes is run in turn, ``--runs`` times,
and the best is printed: lines a second of time and of the processor time of all processes, and
what the main process has of it. Reports are compared, byte for byte. ``--settings N`` compares so
many settings beside the brands file; ``--reader`` has some posts read carefully, as a worker does.
"""

import argparse
import json
import os
import platform
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from agents.garbage import leave_what_is_loaded
from agents.ingest.formats import BadLine, open_mentions
from lab.backtest import Backtest
from lab.backtest.sweep import settings_of
from lab.simulate import simulate
from pipeline.brands import BrandMatcher, load_brands
from pipeline.reading.encoder import open_reader
from pipeline.rollup import RollupRules
from pipeline.sentiment.load import load_ngram
from schemas.brand import Brand
from schemas.codec import encode_pretty
from schemas.mention import Mention

BRANDS = "brands: [{id: acme, names: [Acme], handles: [acme]}]"
BRAND = Brand(id="acme", names=("Acme",), handles=("acme",))
START = datetime(2024, 3, 4, tzinfo=UTC)
RECORDINGS = (("quiet", 4.0, 620.0), ("nestle-greenpeace-2010", 3.7, 180.0))
"""Scenario, days, mentions an hour."""
REFERENCES = {"repost": "retweeted", "reply": "replied_to", "quote": "quoted"}


class Run(NamedTuple):
    """One backtest: seconds of time, of processor time in all and in the main process."""

    wall_s: float
    cpu_s: float
    main_s: float
    lines: int
    report: bytes


def x_line(mention: Mention) -> str:
    """A mention as a line of the filtered stream, with what X says beside it."""
    author = mention.author
    users: list[dict[str, object]] = [
        {
            "id": author.id,
            "username": author.handle,
            "verified": author.verified,
            "public_metrics": {"followers_count": author.followers, "tweet_count": 7},
        }
    ]
    entities = {
        "hashtags": [{"start": 0, "end": 1, "tag": tag} for tag in mention.hashtags],
        "urls": [{"start": 0, "end": 1, "expanded_url": url} for url in mention.urls],
        "mentions": [{"start": 0, "end": 1, "username": name} for name in mention.addressed],
    }
    data: dict[str, object] = {
        "id": mention.id,
        "created_at": mention.created_at.isoformat(),
        "author_id": author.id,
        "lang": mention.lang,
        "text": mention.text.replace("&", "&amp;"),
        "edit_history_tweet_ids": [mention.id],
        "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 0},
        "entities": entities,
    }
    includes: dict[str, object] = {"users": users}
    if mention.kind != "original":
        data["referenced_tweets"] = [{"type": REFERENCES[mention.kind], "id": mention.ref_id}]
        users.append({"id": f"9{mention.ref_id}", "username": mention.ref_author})
        referred = {"id": mention.ref_id, "text": data["text"], "author_id": f"9{mention.ref_id}"}
        includes["tweets"] = [{**referred, "entities": entities}]
    return json.dumps({"data": data, "includes": includes}) + "\n"


def recordings(folder: Path) -> Iterator[tuple[Path, Path]]:
    """The simulator's recordings, each with its brands file."""
    brands = folder / "brands.yaml"
    brands.write_text(BRANDS, encoding="utf-8")
    for name, days, per_hour in RECORDINGS:
        path = folder / f"{name}.jsonl"
        mentions = simulate(
            name, seed=7, brand=BRAND, start=START, days=days, mentions_per_hour=per_hour
        )
        with path.open("w", encoding="utf-8") as file:
            file.writelines(map(x_line, mentions))
        yield path, brands


def run(path: Path, brands_file: Path, jobs: int, options: argparse.Namespace) -> Run:
    """One backtest in processes of its own: whoever asks is a fresh one."""
    brands = load_brands(brands_file.read_text(encoding="utf-8"), str(brands_file))
    by_id = {brand.id: brand for brand in brands.brands}
    model = load_ngram()
    model.score("so that loading is not measured", "en")
    compared = settings_of([100.0 + n for n in range(options.settings)], [])
    leave_what_is_loaded()
    begun_s, used_s = time.perf_counter(), time.process_time()
    matcher = BrandMatcher(brands)
    backtest = Backtest(
        by_id,
        rules=RollupRules(),
        model=model,
        settings=compared,
        reader=open_reader if options.reader else None,
        jobs=jobs,
    )
    with closing(backtest):
        for item in open_mentions([path], mapping=options.mapping):
            if isinstance(item, Mention):
                backtest.feed(item, matcher.match(item))
            elif isinstance(item, BadLine):
                backtest.reject()
            else:
                backtest.note(item.gap, item.missed)
        backtest.finish()
        report = backtest.report(tocsin="", files=[])
        raw = encode_pretty([report, [tally.transitions for tally in backtest.tallies]])
        wall_s, main_s = time.perf_counter() - begun_s, time.process_time() - used_s
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Run(wall_s, main_s + helpers.ru_utime + helpers.ru_stime, main_s, report.lines, raw)


def in_a_fork(*arguments: object) -> Run:
    """The same in a copy of this process, so that nothing is known from the run before."""
    there, here = os.pipe()
    child = os.fork()
    if child == 0:
        found = run(*arguments)  # type: ignore[arg-type]
        with os.fdopen(here, "wb") as pipe:
            pipe.write(json.dumps([*found[:4], found.report.decode()]).encode())
        os._exit(0)
    os.close(here)
    with os.fdopen(there, "rb") as pipe:
        *figures, report = json.loads(pipe.read())
    os.waitpid(child, 0)
    wall_s, cpu_s, main_s, lines = figures
    return Run(wall_s, cpu_s, main_s, lines, report.encode())


def measure(path: Path, brands: Path, options: argparse.Namespace) -> None:
    """Print a line for each number of processes."""
    numbers = [int(one) for one in options.jobs.split(",")]
    runs: dict[int, list[Run]] = {jobs: [] for jobs in numbers}
    for _ in range(options.runs):
        for jobs in numbers:
            runs[jobs].append(in_a_fork(path, brands, jobs, options))
    reports = {one.report for each in runs.values() for one in each}
    lines = runs[numbers[0]][0].lines
    print(f"{path.name}: {lines:,} lines, reports {'the same' if len(reports) == 1 else 'DIFFER'}")
    for jobs, each in runs.items():
        wall_s, cpu_s, main_s = (min(values) for values in list(zip(*each, strict=True))[:3])
        print(
            f"  --jobs {jobs}: {lines / wall_s:8,.0f} lines/s, {lines / cpu_s:8,.0f} a second of "
            f"processor time ({cpu_s:.1f} s, of which the main process {main_s:.1f} s)"
        )


def main() -> None:
    """Print a line for each recording and number of processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("brands", type=Path, nargs="?")
    parser.add_argument("--mapping", type=Path)
    parser.add_argument("--jobs", default="1,2")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--settings", type=int, default=0)
    parser.add_argument("--reader", action="store_true")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores")
    if options.file is not None:
        measure(options.file, options.brands, options)
        return
    with tempfile.TemporaryDirectory() as name:
        for path, brands in recordings(Path(name)):
            measure(path, brands, options)


if __name__ == "__main__":
    main()
