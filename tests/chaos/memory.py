"""Memory of a worker under 300,000 distinct authors: does it come to a plateau?"""

import time
from contextlib import closing
from datetime import UTC, datetime

from chaos.live import Batches
from chaos.stage import PARTITIONS, Options, Stage, until
from chaos.tally import Buckets, Row, count_dead_letters, doubled, expected, lost

BRANDS = {"acme": "Acmecorp", "bolt": "Boltware", "crux": "Cruxfood", "dune": "Dunecola"}
AUTHORS = 300_000
LOAD_S = 150.0
STEP_S = 0.5
MAY_GROW = 0.1
"""Of what it had when the last third began."""

WAIT_S = 150.0
SAMPLES = 24


def run(options: Options) -> Row:
    """Return the row of the table."""
    load_s = LOAD_S * options.pace
    brands = list(BRANDS)
    with Stage("memory", options, brands=BRANDS) as stage:
        worker = stage.worker()
        series: list[tuple[float, int]] = []
        with closing(Batches(stage.broker.bootstrap, "right", PARTITIONS)) as right:
            right.beat(datetime.now(UTC))
            time.sleep(10)
            began_s, author = time.monotonic(), 0
            before = datetime.now(UTC)
            while author < AUTHORS:
                time.sleep(STEP_S)
                now = datetime.now(UTC)
                due = min(round((time.monotonic() - began_s) / load_s * AUTHORS), AUTHORS)
                for place, brand in enumerate(brands):
                    numbers = range(author + place, due, len(brands))
                    for first in range(0, len(numbers), 200):
                        part = numbers[first : first + 200]
                        times = [
                            before + (now - before) * (first + each) / max(len(numbers), 1)
                            for each in range(len(part))
                        ]
                        right.say(
                            brand, times, watermark=before, authors=[f"a{each}" for each in part]
                        )
                author, before = due, now
                right.beat(before)
                series.append((time.monotonic() - began_s, worker.rss_bytes))
            stage.say("said; waiting for the last buckets")
            counts, wanted = Buckets(stage.broker.bootstrap), expected(right.said)

            def all_counted() -> bool:
                right.beat(datetime.now(UTC))
                series.append((time.monotonic() - began_s, worker.rss_bytes))
                return not lost(wanted, counts.look())

            until(all_counted, WAIT_S, every_s=2.0)
        found = counts.look()
        counts.close()
        third = [size for _, size in series[len(series) * 2 // 3 :]]
        growth = max(third) / third[0] - 1
        faults = [] if growth <= MAY_GROW else [f"grew by {growth:.0%} in the last third"]
        shown = series[:: max(len(series) // SAMPLES, 1)]
        samples = ", ".join(f"{size / 1e6:.0f} ({at_s:.0f})" for at_s, size in shown)
        return Row(
            "memory",
            sent=len(right.said),
            counted=sum(found.values()),
            lost=lost(wanted, found),
            doubled=doubled(wanted, found),
            dead_letters=count_dead_letters(stage.broker.bootstrap),
            peak_bytes=stage.peak_bytes,
            took_s=stage.took_s,
            faults=(*faults, *counts.contradictions(), *stage.deaths()),
            notes=(
                f"MB (after s): {samples}",
                f"grew by {growth:.1%} in the last third; at most {MAY_GROW:.0%} is well",
            ),
        )
