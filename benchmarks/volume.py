"""What the volume part costs, and how small its state is.

    python benchmarks/volume.py

Time is processor time; beside it stands the time of a bare loop of a million additions on the same
machine, for comparison between machines. Whether it keeps its budget: ``tocsin evaluate --quiet``.
"""

import json
import platform
from importlib.metadata import version
from random import Random
from time import process_time

from lab.evaluate.quiet.poisson import draw
from pipeline.detection.baseline.volume import VolumeMonitor


def monitor(step_s: int) -> VolumeMonitor:
    """A monitor as a brand gets it, but for the minimum of mentions."""
    return VolumeMonitor(step_s=step_s, false_alarms_per_week=0.25, minimum_mentions=1)


def cost(step_s: int, mean: float, updates: int) -> float:
    """Microseconds of an update; the best of five runs."""
    dice = Random(1)
    counts = [float(draw(mean, dice)) for _ in range(updates)]
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
        one.update(i * 10, float(draw(3.0, dice)))
    return len(json.dumps(one.dump()))


def main() -> None:
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


if __name__ == "__main__":
    main()
