"""SIGSTOP of a worker and of the broker for longer than the session of a consumer lasts.

While one of two workers is frozen the other gets its partitions; thawed, it must not go on with
them as if nothing had been. An ingest agent is killed meanwhile, and goes on from its spool.
"""

import time

from chaos.live_run import BRANDS, listening, settle
from chaos.stage import Options, Plan, Stage
from chaos.tally import Row

LOAD_S = 125.0
FROZEN_S = 35.0
"""The session of a worker lasts 30 s."""


def run(options: Options) -> Row:
    """Return the row of the table."""
    with Stage("freezes", options, brands=BRANDS) as stage, listening(stage) as (x, ingest):
        workers = [stage.worker("worker-1"), stage.worker("worker-2")]
        frozen = stage.chance.choice(workers)

        def freeze_worker() -> None:
            frozen.freeze()
            time.sleep(FROZEN_S)
            frozen.thaw()

        x.begin()
        acts = [
            (15.0, f"freeze {frozen.name} for {FROZEN_S:g} s", freeze_worker),
            (62.0, "kill ingest", ingest.kill),
            (65.0, f"freeze the broker for {FROZEN_S:g} s", lambda: stage.freeze_broker(FROZEN_S)),
        ]
        began_s = time.monotonic()
        Plan(stage, acts).play()
        time.sleep(max(began_s + LOAD_S * options.pace - time.monotonic(), 5))
        return settle(stage, x, ("two workers; one frozen, then the broker",))
