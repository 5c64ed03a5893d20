"""What the volume part costs, how small its state is, and whether it keeps its budget.

    python benchmarks/volume.py [--weeks 10]

Quiet series are drawn here, by seed, from four kinds of noise at four sizes of brand; whatever
rings in them is a false alarm. Time is processor time; beside it stands the time of a bare loop of
a million additions on the same machine, for comparison between machines.
"""

import argparse
import json
import platform
from collections.abc import Iterator
from importlib.metadata import version
from math import exp, pi, sin, sqrt
from random import Random
from time import process_time

from pipeline.volume import VolumeMonitor

ROW_S = 300
WEEK_ROWS = 2_016
BUDGETS = (0.1, 0.25, 1.0)
SIZES = (0.1, 2.0, 40.0, 1000.0)
KINDS = ("flat", "daily", "overdispersed", "bursty")
ALARM = 0.5


def monitor(step_s: int, budget: float = 0.25) -> VolumeMonitor:
    """A monitor as a brand gets it, but for the minimum of mentions."""
    return VolumeMonitor(step_s=step_s, false_alarms_per_week=budget, minimum_mentions=1)


def poisson(mean: float, dice: Random) -> int:
    """A Poisson number: by its arrivals where few, by the normal approximation where many."""
    many = 50
    if mean > many:
        return max(0, round(dice.gauss(mean, sqrt(mean))))
    count, waited = 0, dice.expovariate(1.0)
    while waited < mean:
        count += 1
        waited += dice.expovariate(1.0)
    return count


def quiet(kind: str, mean: float, rows: int, dice: Random) -> Iterator[int]:
    """Five-minute counts in which nothing happens: rhythm, overdispersion, wandering bursts."""
    wandering = 0.0
    for row in range(rows):
        rate = mean
        if kind != "flat":
            weekend = 5
            rate *= exp(0.8 * sin(2 * pi * row / 288) - 0.3 * (row // 288 % 7 >= weekend))
        if kind == "overdispersed":
            rate *= dice.gammavariate(2.0, 0.5)
        if kind == "bursty":
            wandering = 0.95 * wandering + dice.gauss(0.0, 0.12)
            rate *= exp(wandering) * dice.gammavariate(4.0, 0.25)
        yield poisson(rate, dice)


def cost(step_s: int, mean: float, updates: int) -> float:
    """Microseconds of an update; the best of five runs."""
    dice = Random(1)
    counts = [float(poisson(mean, dice)) for _ in range(updates)]
    best = float("inf")
    for _ in range(5):
        one = monitor(step_s)
        start_s = process_time()
        for i, count in enumerate(counts):
            one.update(i * step_s, count)
        best = min(best, process_time() - start_s)
    return best / updates * 1e6


def quiet_cost(hours: int = 200) -> float:
    """Microseconds an hour of a brand with one mention an hour, in buckets of ten seconds."""
    one = monitor(10)
    start_s = process_time()
    for hour in range(hours):
        one.update(hour * 3600 + hour * 7919 % 360 * 10, 1.0)
    return (process_time() - start_s) / hours * 1e6


def silence_cost(days: int = 14, times: int = 10) -> float:
    """Microseconds of a five-minute row in which nothing is said, after a mention."""
    one = monitor(10)
    one.update(0, 1.0)
    start_s = process_time()
    for turn in range(1, times + 1):
        one.update(turn * days * 86_400, 1.0)
    return (process_time() - start_s) / (times * days * 288) * 1e6


def bare_loop() -> float:
    """Nanoseconds of one addition in a loop."""
    start_s, total = process_time(), 0
    for i in range(1_000_000):
        total += i
    return (process_time() - start_s) * 1e3


def state_bytes() -> int:
    """JSON of a monitor that has seen a week of ten-second buckets of a middling brand."""
    one, dice = monitor(10), Random(2)
    for i in range(0, 7 * 8640, 7):
        one.update(i * 10, float(poisson(3.0, dice)))
    return len(json.dumps(one.dump()))


def observed(kind: str, mean: float, weeks: int) -> list[float]:
    """Alarms a week after learning, at each budget."""
    rates = []
    for budget in BUDGETS:
        one = monitor(ROW_S, budget)
        counts = quiet(kind, mean, weeks * WEEK_ROWS, Random(f"{kind} {mean}"))
        scores = [one.update(row * ROW_S, count).score for row, count in enumerate(counts)]
        rates.append(sum(score >= ALARM for score in scores) / (weeks - 2 / 7))
    return rates


def main(weeks: int) -> None:
    """Print all of it."""
    print(f"Python {platform.python_version()}, Tocsin {version('tocsin')}, {platform.machine()}")
    print(f"bare loop                           {bare_loop():10.0f} ns an addition")
    print(f"update, 10 s, with a mention        {cost(10, 3.0, 6_000):10.1f} µs")
    print(f"update, 5 min                       {cost(300, 40.0, 3_000):10.1f} µs")
    print(f"a row of 5 min of silence           {silence_cost():10.1f} µs")
    hourly = quiet_cost()
    print(f"an hour of a brand of 1 mention/h   {hourly:10.1f} µs")
    print(f"10,000 such brands                  {hourly / 3.6e9 * 1e4:10.1%} of one core")
    print(f"state                               {state_bytes():10,d} bytes of JSON")
    print(f"\nfalse alarms a week in {weeks} quiet weeks")
    print(f"{'':<36}" + "".join(f"{f'budget {budget}':>14}" for budget in BUDGETS))
    for kind in KINDS:
        for mean in SIZES:
            rates = observed(kind, mean, weeks)
            name = f"{kind}, {mean:g} mentions / 5 min"
            print(f"{name:<36}" + "".join(f"{rate:>14.2f}" for rate in rates), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=10)
    main(parser.parse_args().weeks)
