"""What the detector makes of a world by other hands: rings, heads-ups, severity.

    python benchmarks/detection.py WORLD [--buckets FOLDER] [--reader] [--processes N]
                                         [--reports FOLDER] [--largest MB]
                                         [--false-rings N] [--heads-ups N]

WORLD: a folder with ``truth.json``, ``brands.json`` and ``<episode>.jsonl`` in the form of X's
stream (not part of this repository). Posts are read, scored and rolled up as in the worker; the
voices of the buckets, and with ``--reader`` what was read of them, go to the detector.
``--buckets`` keeps them, so that another run takes a minute (``benchmarks/worlds.py`` fills it).
``--reports`` keeps one JSON file an episode, in the form of a backtest's report, for a judge of
your own. ``--largest`` leaves out episodes whose posts take more. ``--false-rings`` a quarter and
``--heads-ups`` a week are the budgets, those of a brand that names none unless said otherwise.

A ring is right from half an hour before the onset of a crisis to its end; elsewhere it is false,
once an incident. Delays are minutes after a person could see it.
"""

import argparse
import json
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from worlds import Heard, episodes_of, heard_of

from pipeline.detection.detector.detector import Detector, Look
from pipeline.detection.detector.levels import Bar, bar_for
from schemas.brand import Brand

UNNAMED = Brand(id="brand", names=("Brand",))
EARLY = timedelta(minutes=30)
SOON = timedelta(minutes=10)
GRAVE = 7.0
GRAVE_WITHIN = timedelta(hours=6)
DAY_S = 86_400
WEEK_DAYS = 7.0
QUARTER_DAYS = 365.25 / 4


class Ring(NamedTuple):
    """A moment at which people are woken."""

    at: datetime
    severity: float
    why: str


class Incident(NamedTuple):
    """Moments of one incident, and its severity at each look."""

    heads_up_at: datetime
    why: str
    rings: list[Ring]
    severities: list[tuple[datetime, float]]


class Result(NamedTuple):
    """Of one episode."""

    incidents: list[Incident]
    looks: int
    cost_s: float


def incidents_of(heard: Sequence[Heard], *, reads: bool, bar: Bar) -> Result:
    """What the detector makes of the buckets."""
    detector = Detector(bar)
    found: list[Incident] = []
    is_open = False
    begun, number = time.process_time(), 0
    for bucket in heard:
        for gap in bucket.gaps:
            detector.miss(*gap)
        looks = detector.come_to(bucket.start_s)
        if bucket.voices is not None:
            reading = bucket.reading if reads else None
            looks += detector.take(bucket.start_s, bucket.voices, reading)
        number += len(looks)
        for look in looks:
            is_open = note(found, look, is_open=is_open)
    return Result(found, number, time.process_time() - begun)


def note(found: list[Incident], look: Look, *, is_open: bool) -> bool:
    """Note one look; whether an incident is open after it."""
    at = datetime.fromtimestamp(look.at_s, UTC)
    is_open = is_open and not look.step.over
    if look.step.why is not None:
        if not is_open:
            found.append(Incident(at, look.step.why, [], []))
        if look.step.level == "ring":
            found[-1].rings.append(Ring(at, look.severity.now, look.step.why))
        is_open = True
    if is_open:
        found[-1].severities.append((at, look.severity.now))
    return is_open


def moment(written: str | None) -> datetime | None:
    """A time of the truth."""
    return datetime.fromisoformat(written) if written else None


class Judged:
    """Sums over the episodes, and a line for each."""

    def __init__(self) -> None:
        self.crises = self.hits = self.false = self.quiet_false = self.before_peak = 0
        self.noticed = self.soon = self.false_heads_up = self.grave = self.grave_else = 0
        self.else_ = 0
        self.quiet_days = 0.0
        self.delays: list[float] = []
        self.heads_up_delays: list[float] = []

    def add(self, episode: dict[str, Any], found: Sequence[Incident]) -> str:
        """Judge an episode; what to print of it."""
        crisis = bool(episode["crisis"])
        first = moment(episode.get("onset" if crisis else "event_start"))
        last = moment(episode.get("end" if crisis else "event_end"))
        peak, visible = moment(episode.get("peak")), moment(episode.get("visible_from"))

        def inside(at: datetime) -> bool:
            return first is not None and last is not None and first - EARLY <= at <= last

        start, end = moment(episode["stream_start"]), moment(episode["stream_end"])
        if start and end:
            whole = end - start - ((min(last, end) - first + EARLY) if first and last else EARLY)
            self.quiet_days += whole.total_seconds() / DAY_S
        said = ""
        for incident in found:
            rings = incident.rings
            if rings and not (crisis and inside(rings[0].at)):
                self.false += 1
                self.quiet_false += not inside(rings[0].at)
                said += f" {rings[0].at:%d.%m %H:%M} {rings[0].why} {rings[0].severity}"
            self.false_heads_up += not inside(incident.heads_up_at)
        if not crisis:
            self.else_ += 1
            self.grave_else += any(size >= GRAVE for one in found for _, size in one.severities)
            return f"calm    {said}"
        self.crises += 1
        right = sorted(one.at for each in found for one in each.rings if inside(one.at))
        told = sorted(one.heads_up_at for one in found if inside(one.heads_up_at))
        line = "crisis  "
        if told and visible:
            self.noticed += 1
            self.soon += told[0] <= visible + SOON
            self.heads_up_delays.append((told[0] - visible).total_seconds() / 60)
            line += f"heads-up {self.heads_up_delays[-1]:6.0f} min "
        if right and visible and peak:
            self.hits += 1
            self.before_peak += right[0] < peak
            self.delays.append((right[0] - visible).total_seconds() / 60)
            line += f"ring {self.delays[-1]:6.0f} min"
            self.grave += any(
                size >= GRAVE
                for one in found
                for at, size in one.severities
                if right[0] <= at <= right[0] + GRAVE_WITHIN
            )
        return line + said

    def figures(self) -> str:
        """What to print at the end."""
        quarters = max(self.quiet_days / QUARTER_DAYS, 1e-9)
        crises = max(self.crises, 1)
        return (
            f"rings: recall {self.hits / crises:.2f}, precision "
            f"{self.hits / max(self.hits + self.false, 1):.2f}, quiet false a brand-quarter "
            f"{self.quiet_false / quarters:.2f}, median {median(self.delays or [0]):.0f} min after "
            f"visible, before the peak {self.before_peak / crises:.2f}\n"
            f"heads-ups: recall {self.noticed / crises:.2f}, within ten minutes "
            f"{self.soon / crises:.2f}, median {median(self.heads_up_delays or [0]):.0f} min, "
            f"quiet false a week {self.false_heads_up / max(self.quiet_days, 1) * WEEK_DAYS:.2f}\n"
            f"severity of {GRAVE:.0f} within six hours of the ring: {self.grave / crises:.2f} of "
            f"the crises; ever, {self.grave_else / max(self.else_, 1):.2f} of everything else"
        )


def report(found: Sequence[Incident]) -> dict[str, Any]:
    """Incidents in the form of a backtest's report."""
    return {
        "brands": [
            {
                "incidents": [
                    {
                        "heads_up_at": one.heads_up_at.isoformat(),
                        "severity": max((size for _, size in one.severities), default=0),
                        "rings": [
                            {"at": ring.at.isoformat(), "severity": ring.severity}
                            for ring in one.rings
                        ],
                    }
                    for one in found
                ]
            }
        ]
    }


def run(name: str, *, world: Path, buckets: Path | None, reads: bool, bar: Bar) -> Result:
    """One episode."""
    return incidents_of(heard_of(world, name, buckets, reads=reads), reads=reads, bar=bar)


def main() -> None:
    """Print a row an episode, and the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("world", type=Path)
    parser.add_argument("--buckets", type=Path)
    parser.add_argument("--reader", action="store_true")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--reports", type=Path)
    parser.add_argument("--largest", type=float, default=float("inf"))
    parser.add_argument("--false-rings", type=float, default=UNNAMED.false_rings_per_quarter)
    parser.add_argument("--heads-ups", type=float, default=UNNAMED.heads_up_per_week)
    options = parser.parse_args()
    episodes = [
        one
        for one in episodes_of(options.world)
        if (options.world / f"{one['id']}.jsonl").stat().st_size <= options.largest * 1e6
    ]
    work = partial(
        run,
        world=options.world,
        buckets=options.buckets,
        reads=options.reader,
        bar=bar_for(options.false_rings, options.heads_ups),
    )
    judged, looks, cost_s = Judged(), 0, 0.0
    with ProcessPoolExecutor(options.processes) as pool:
        results = pool.map(work, [episode["id"] for episode in episodes])
        for episode, result in zip(episodes, results, strict=True):
            line = judged.add(episode, result.incidents)
            print(f"{episode['id']:<26}{episode['kind']:<20}{line}", flush=True)
            looks, cost_s = looks + result.looks, cost_s + result.cost_s
            if options.reports:
                options.reports.mkdir(exist_ok=True, parents=True)
                path = options.reports / f"{episode['id']}.json"
                path.write_text(json.dumps(report(result.incidents)))
    print(judged.figures())
    print(f"{looks} looks, {cost_s / max(looks, 1) * 1e6:.0f} µs each")


if __name__ == "__main__":
    main()
