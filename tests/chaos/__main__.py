"""Faults on a real Kafka, and what was lost: ``make chaos``.

    PYTHONPATH=tests python -m chaos [--seed 1] [--minutes 12] [--only kills] [--fuzz 1000000]

Prints a line a scenario: what was said, what was counted, what was lost or counted twice, what was
set aside, the most memory that a worker took. Ends with 1 where anything was lost or doubled, or a
process ended that should have lived.
"""

import argparse
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
import traceback
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from chaos.stage import Options
from chaos.tally import Row
from rich.console import Console
from rich.table import Table

from agents.kafka.apache import DEFAULT_CACHE
from agents.kafka.jars import KAFKA_VERSION

SCENARIOS = (
    "kills", "freezes", "cuts", "clocks", "jumps", "fuzz", "slack", "slow", "upgrade", "anew",
    "memory",
)  # fmt: skip
PURE = "pure"
USUAL_MINUTES = 12.0


def main() -> int:
    """Run what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=USUAL_MINUTES, help="for all scenarios")
    parser.add_argument("--only", choices=(*SCENARIOS, PURE), action="append")
    parser.add_argument(
        "--fuzz", type=int, default=0, help="hostile records through the pure shards, at the end"
    )
    parser.add_argument("--jars", type=Path, default=DEFAULT_CACHE)
    parser.add_argument("--keep", type=Path, help="keep logs and topics in this new folder")
    asked = parser.parse_args()
    console = Console(width=160 if not sys.stdout.isatty() else None)
    # As an interrupt does: the brokers are ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="tocsin-chaos-"))
    options = Options(
        seed=asked.seed,
        pace=asked.minutes / USUAL_MINUTES,
        jars=asked.jars.resolve(),
        folder=folder.resolve(),
        fuzz=asked.fuzz,
        say=lambda what: console.print(what, highlight=False, markup=False),
    )
    began_s = time.monotonic()
    rows = [_run(name, options) for name in asked.only or SCENARIOS]
    if asked.fuzz and PURE not in (asked.only or ()):
        rows.append(_run(PURE, options))
    console.print(_table(rows))
    console.print(_where(asked.seed, time.monotonic() - began_s), highlight=False)
    for row in rows:
        for line in row.notes:
            console.print(f"{row.scenario}: {line}", highlight=False, markup=False)
        for line in row.faults:
            console.print(f"{row.scenario} FAULT: {line}", highlight=False, markup=False)
    is_well = all(row.is_well for row in rows)
    if not asked.keep and is_well:
        shutil.rmtree(folder)
    elif not is_well:
        console.print(f"Logs: {folder}", highlight=False)
    return 0 if is_well else 1


def _run(name: str, options: Options) -> Row:
    began_s = time.monotonic()
    try:
        row: Row = import_module(f"chaos.{name}").run(options)
    except Exception as error:  # noqa: BLE001 - the other scenarios are run, and this one has failed
        traceback.print_exc()
        took_s = time.monotonic() - began_s
        return Row(name, 0, 0, 0, 0, 0, 0, took_s, (f"did not end: {error!r}",))
    return row


def _table(rows: list[Row]) -> Table:
    table = Table("scenario")
    for column in ("sent", "counted", "lost", "doubled", "dead-lettered", "peak MB", "s"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for row in rows:
        table.add_row(
            row.scenario,
            *(
                f"{value:,.0f}"
                for value in (
                    row.sent,
                    row.counted,
                    row.lost,
                    row.doubled,
                    row.dead_letters,
                    row.peak_bytes / 1e6,
                    row.took_s,
                )
            ),
            "well" if row.is_well else "NOT WELL",
        )
    return table


def _where(seed: int, took_s: float) -> str:
    return (
        f"Seed {seed}, {took_s / 60:.1f} minutes; Python {platform.python_version()}, "
        f"Kafka {KAFKA_VERSION}, faust-streaming {version('faust-streaming')}, "
        f"{os.cpu_count()} cores, broker and all processes on them"
    )


if __name__ == "__main__":
    sys.exit(main())
