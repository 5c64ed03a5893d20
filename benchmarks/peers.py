"""Tocsin beside other stream engines: the same records, the same scorer, one real Kafka.

    python benchmarks/peers.py DATA [--mentions 60000] [--batches 2 25 200]

DATA: as for ``worker.py``. Needs a JDK and Maven. Each engine is installed into an environment of
its own under ``.cache/peers``, in the version below, and left out by name where that fails. Each
decodes, scores, counts by brand and 10 s, keeps that so that a crash loses nothing, and writes the
buckets to Kafka. They only count; Tocsin goes the whole way: it also de-duplicates, closes by
event time, gathers what drives a bucket, and judges. The loop has no Kafka and keeps nothing.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from peer_counts import Buckets, counts_of
from worker import PARTITIONS, batches, full_rate, publish, real_mentions
from worker_process import brands_yaml, kafka

from schemas.codec import encode
from schemas.mention import MentionBatch

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent / ".cache" / "peers"
SHARED = ("msgspec>=0.19,<1", "numpy>=1.26,<3")
"""What the scorer needs."""
ENGINES = {
    "Bytewax 0.21.1": ("bytewax[kafka]==0.21.1",),
    "Quix Streams 3.28.1": ("quixstreams==3.28.1",),
}
WAIT_S = 600
PER_SECOND = {2: (10, 250), 25: (1, 250), 200: (1, 2500)}
"""Brands, and mentions a second of event time, by size of a batch."""

Rate = Callable[[str, Path], float]


def installed(engine: str) -> Path | None:
    """The Python of an engine's own environment; None, and a word about it, where it has none."""
    folder = ENVIRONMENTS / engine.replace(" ", "-").lower()
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", *ENGINES[engine], *SHARED]
        subprocess.run(pip, check=True, timeout=WAIT_S)
    except (subprocess.SubprocessError, OSError) as error:
        sys.stderr.write(f"{engine} is left out: it could not be installed ({error})\n")
        return None
    (folder / "complete").touch()
    return python


def took_s(python: Path, script: str, *arguments: object) -> float:
    """Run an engine's script; the seconds that it says it took."""
    command = [str(part) for part in (python, HERE / script, *arguments)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(HERE), str(HERE.parent)))}
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, timeout=WAIT_S, check=True
    )
    return float(next(line for line in done.stdout.splitlines() if "took" in line).split()[-1])


def loop_s(records: Sequence[MentionBatch]) -> float:
    """Seconds of a loop over the records, without Kafka."""
    raws = [encode(record) for record in records]
    open_buckets: dict[str, Buckets] = {}
    begun_s = time.perf_counter()
    for raw in raws:
        for counts in counts_of([raw]):
            open_buckets.setdefault(counts.brand, Buckets()).add(counts)
    return time.perf_counter() - begun_s


def rates(
    records: Sequence[MentionBatch], total: int, pythons: dict[str, Path], folder: Path
) -> dict[str, float]:
    """Mentions a second of each engine, one after another on the same records."""
    found = {"loop, no Kafka": total / loop_s(records)}
    brands_file = folder / "brands.yaml"
    brands_file.write_text(brands_yaml(10), encoding="utf-8")
    bytewax, quix = (pythons.get(engine) for engine in ENGINES)
    with kafka(folder / "kafka", PARTITIONS) as broker:
        publish(broker.bootstrap, records)
        found["Tocsin, whole way"] = full_rate(broker.bootstrap, brands_file, total).rate
        for way in ("single", "batched") if bytewax else ():
            took = took_s(bytewax, "peer_bytewax.py", broker.bootstrap, folder / way, way)
            found[f"Bytewax, {way}"] = total / took
        if quix:
            took = took_s(quix, "peer_quix.py", broker.bootstrap, folder / "quix")
            found["Quix Streams"] = total / took
    return found


def main() -> None:
    """Print one table, a row an engine."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--mentions", type=int, default=60_000)
    parser.add_argument("--batches", type=int, nargs="+", default=list(PER_SECOND))
    options = parser.parse_args()
    os.environ.setdefault("TOCSIN_READER_SHARE", "0")  # the others read nothing carefully, either
    mentions = real_mentions(options.data)
    pythons = {engine: python for engine in ENGINES if (python := installed(engine)) is not None}
    columns = {}
    for size in options.batches:
        brands, per_second = PER_SECOND[size]
        records = list(batches(mentions, options.mentions, size, brands, per_second))
        with tempfile.TemporaryDirectory() as folder:
            columns[size] = rates(records, options.mentions, pythons, Path(folder))
        sys.stderr.write(f"{size} a batch: {columns[size]}\n")
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, "
        f"broker on the same machine; {', '.join(pythons)}; {options.mentions:,} distinct texts"
    )
    print(f"{'mentions/s':<22}" + "".join(f"{f'{size} a batch':>14}" for size in columns))
    for engine in next(iter(columns.values())):
        print(f"{engine:<22}" + "".join(f"{of[engine]:>14,.0f}" for of in columns.values()))


if __name__ == "__main__":
    main()
