"""Starting a monitor from counts of the past, so that a brand is watched from its first minute."""

from collections.abc import Iterable

from pipeline.detection.baseline.volume.monitor import VolumeMonitor, check_count

GOLDEN = 2_654_435_769
"""2**32 over the golden ratio (Knuth, The Art of Computer Programming, volume 3, section 6.4)."""
SCATTERED_AT_MOST = 10_000


def warm_up(monitor: VolumeMonitor, rows: Iterable[tuple[int, float]], *, width_s: int) -> None:
    """Feed ``(start_s, count)`` of past rows, in order of time, each ``width_s`` seconds long.

    Rows longer than the monitor's step are cut into steps, and their mentions scattered over them
    as chance would. Rows that are missing are passed over: nothing is learnt from them.

    Raises:
        ValueError: if ``width_s`` is no multiple of the step, or a row is impossible.

    >>> monitor = VolumeMonitor(step_s=10, false_alarms_per_week=0.25, minimum_mentions=20)
    >>> warm_up(monitor, ((3600 * hour, 5.0 + hour % 3) for hour in range(72)), width_s=3600)
    >>> monitor.learning
    False
    """
    if width_s <= 0 or width_s % monitor.step_s:
        raise ValueError(f"rows of {width_s} s are no multiple of the step of {monitor.step_s} s")
    steps = width_s // monitor.step_s
    for start_s, count in rows:
        check_count(count)
        monitor.pass_over(start_s)
        for i, part in enumerate(scatter(count, steps, start_s)):
            if part or i == steps - 1:  # zeros that are left out count as zeros
                monitor.update(start_s + i * monitor.step_s, part)


def scatter(count: float, steps: int, seed: int) -> list[float]:
    """Spread a count over steps as independent mentions fall; the same for the same arguments.

    Very large counts are spread evenly: chance makes no difference to them.

    >>> sum(scatter(7, 30, seed=300)), scatter(7.0, 1, seed=0)
    (7.0, [7.0])
    """
    if count > SCATTERED_AT_MOST * steps or steps == 1:
        return [count / steps] * steps
    parts = [0.0] * steps
    for i in range(int(count)):
        mixed = (seed + i * GOLDEN) % 2**32
        mixed = (mixed ^ mixed >> 15) * GOLDEN % 2**32
        mixed = (mixed ^ mixed >> 13) * GOLDEN % 2**32
        parts[mixed * steps >> 32] += 1.0
    parts[-1] += count - int(count)
    return parts
