"""What the ids of deleted posts cost whoever shows something: memory, and time to ask.

    python benchmarks/deletions.py [--names 5000000]

X has hundreds of millions of posts a day deleted, but a compliance stream or a batch job tells of
what somebody keeps; five million in 400 days are 12,500 a day. Compared with a plain set of texts.
"""

import argparse
import gc
import resource
import subprocess
import sys
import time

from pipeline.deletions.many_names import ManyNames

FIRST_ID = 1_900_000_000_000_000_000
ASKED = 100_000


def measure(kind: str, names: int) -> None:
    """Fill one set in this process, and say what it took."""
    known: set[str] | ManyNames = set() if kind == "set" else ManyNames()
    gc.collect()
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began_s = time.perf_counter()
    for number in range(names):
        known.add(str(FIRST_ID + number * 4_194_304))
    took_s = time.perf_counter() - began_s
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) * 1024
    began_s = time.perf_counter()
    found = sum(str(FIRST_ID + number * 2_097_152) in known for number in range(ASKED))
    asked_us = (time.perf_counter() - began_s) / ASKED * 1e6
    if found != min(names, ASKED // 2):
        raise SystemExit(f"{found} of {ASKED} found")
    print(
        f"{kind}: {names:,} ids, {grown / names:.0f} bytes each at the peak, "
        f"{took_s / names * 1e6:.2f} µs to add, {asked_us:.2f} µs to ask"
    )


def main() -> None:
    """Measure both, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=5_000_000)
    parser.add_argument("--kind", choices=["set", "ManyNames"])
    options = parser.parse_args()
    if options.kind:
        measure(options.kind, options.names)
        return
    for kind in ("set", "ManyNames"):
        command = [sys.executable, __file__, "--names", str(options.names), "--kind", kind]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
