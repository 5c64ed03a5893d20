"""The network between worker and Kafka: cut, stalled, open one way only."""

import time

from chaos.live_run import BRANDS, listening, settle
from chaos.proxy import Mode, Proxy
from chaos.stage import Options, Plan, Stage
from chaos.tally import Row

LOAD_S = 120.0
LONG_S = 35.0
"""Beyond the session of a worker."""


def run(options: Options) -> Row:
    """Return the row of the table."""
    with (
        Proxy() as proxy,
        Stage("cuts", options, brands=BRANDS, proxy_port=proxy.port) as stage,
        listening(stage) as (x, _),
    ):
        proxy.target = stage.broker.proxied_port
        stage.worker(TOCSIN_KAFKA_BOOTSTRAP=f"127.0.0.1:{proxy.port}")
        short: list[tuple[Mode, float]] = [("drop", 3.0), ("stall", 8.0), ("half_open", 8.0)]
        stage.chance.shuffle(short)
        faults: list[tuple[Mode, float]] = [*short, ("stall", LONG_S), ("drop", 1.0)]

        def cut(mode: Mode, seconds: float) -> None:
            proxy.set(mode)
            time.sleep(seconds)
            proxy.set("pass")

        x.begin()
        acts, at_s = [], 12.0
        for mode, seconds in faults:
            acts.append((at_s, f"{mode} for {seconds:g} s", lambda m=mode, s=seconds: cut(m, s)))
            at_s += seconds + stage.chance.uniform(4, 9) * options.pace
        began_s = time.monotonic()
        Plan(stage, acts).play()
        time.sleep(max(began_s + LOAD_S * options.pace - time.monotonic(), 5))
        return settle(stage, x, (f"{len(faults)} cuts; {proxy.cuts} connections reset",))
