"""A month of 200 brands in fast time, and all that operations do meanwhile: ``make soak``.

    PYTHONPATH=tests python -m soak [--quick] [--days 30] [--minutes 40] [--old REVISION]

Three brokers (replication 3, two in sync), two workers, alerting and ingest, all of an earlier
version. Meanwhile each is deployed anew, a third worker comes and goes, the brokers are restarted
one by one, and the version is upgraded, with both at work side by side. The posts are the
simulator's, so what has to be counted is known. Prints a table and ends with 1 where anything in
it is not well.
"""

import argparse
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from chaos.stage import Options
from chaos.versions import checked_out
from rich.console import Console
from rich.table import Table
from soak.run import Check, Length, soak

from agents.kafka.apache import DEFAULT_CACHE
from agents.kafka.jars import KAFKA_VERSION

QUICK = Length(brands=200, days=2.5, minutes=3.0)
MONTH = Length(brands=200, days=30.0, minutes=40.0)


def main() -> int:
    """Run it; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two and a half days in some minutes")
    parser.add_argument("--brands", type=int)
    parser.add_argument("--days", type=float, help="of event time")
    parser.add_argument("--minutes", type=float, help="in which they are replayed")
    parser.add_argument("--old", default="", help="revision of the earlier version")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jars", type=Path, default=DEFAULT_CACHE)
    parser.add_argument("--keep", type=Path, help="keep logs and topics in this new folder")
    asked = parser.parse_args()
    usual = QUICK if asked.quick else MONTH
    length = Length(*(getattr(asked, name) or getattr(usual, name) for name in Length._fields))
    console = Console(width=140 if not sys.stdout.isatty() else None, highlight=False)
    folder = (asked.keep or Path(tempfile.mkdtemp(prefix="tocsin-soak-"))).resolve()
    # As an interrupt does: the brokers are ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    options = Options(
        seed=asked.seed,
        pace=1.0,
        jars=asked.jars.resolve(),
        folder=folder,
        fuzz=0,
        say=lambda what: console.print(what, markup=False),
    )
    began_s = time.monotonic()
    with checked_out(asked.old, folder / "earlier") as earlier:
        checks = soak(options, length, earlier)
        compared = earlier.revision
    console.print(_table(checks))
    console.print(
        f"{length.brands} brands, {length.days:g} days in {length.minutes:g} minutes, seed "
        f"{asked.seed}; {(time.monotonic() - began_s) / 60:.1f} minutes in all. Earlier version: "
        f"{compared}. Python {platform.python_version()}, Kafka {KAFKA_VERSION}, faust-streaming "
        f"{version('faust-streaming')}, {os.cpu_count()} cores, brokers and all processes on them."
    )
    failed = [check for check in checks if not check.is_well]
    for check in failed:
        console.print(f"FAILED: {check.what}: {check.found}; {check.wanted}", markup=False)
        for line in check.details:
            console.print(f"  {line}", markup=False)
    if failed:
        console.print(f"Logs: {folder}")
    elif not asked.keep:
        shutil.rmtree(folder)
    return 1 if failed else 0


def _table(checks: list[Check]) -> Table:
    table = Table("what", "found", "wanted", "verdict")
    for check in checks:
        table.add_row(check.what, check.found, check.wanted, "well" if check.is_well else "FAILED")
    return table


if __name__ == "__main__":
    sys.exit(main())
