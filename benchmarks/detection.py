"""What the detector makes of a world by other hands: recall, precision, delay, quiet false rings.

    python benchmarks/detection.py WORLD [--reports FOLDER]

WORLD: a folder with ``truth.json``, ``brands.json`` and ``<episode>.jsonl`` in the form of X's
stream (not part of this repository). Posts are read, scored and rolled up as in the worker; the
voices of the buckets go to the detector. ``--reports`` keeps one JSON file an episode, in the form
of a backtest's report, for a judge of your own.

A ring is right from half an hour before the onset of a crisis to its end; elsewhere it is false,
once an incident. Delays are minutes after a person could see it.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from agents.ingest.formats import BadLine, open_mentions
from pipeline.backtest.rolling import Rolling
from pipeline.brands import Matcher
from pipeline.detection.detector import Detector, Look
from pipeline.rollup import RollupRules
from pipeline.sentiment import load_model
from pipeline.sentiment.contract import SentimentModel
from schemas.brand import Brand, Brands
from schemas.bucket import Bucket

EARLY = timedelta(minutes=30)
QUARTER_DAYS = 365.25 / 4


class Incident(NamedTuple):
    """Moments of one incident."""

    heads_up_at: datetime
    rings: list[tuple[datetime, float]]


def brand_of(entry: dict[str, Any]) -> Brand:
    """The brand of an episode, at the project's defaults."""
    return Brand(
        id="brand",
        names=tuple(dict.fromkeys(entry["spellings"])),
        handles=tuple(one.lstrip("@") for one in entry["handles"]),
        own_accounts=tuple(one["username"] for one in entry["own_accounts"]),
        hashtags=tuple(one.lstrip("#") for one in entry.get("hashtags", ())),
    )


def buckets_of(path: Path, brand: Brand, model: SentimentModel) -> Iterator[Bucket]:
    """Read, score and roll up one episode."""
    matcher = Matcher(Brands(brands=(brand,)))
    rolling = Rolling(brand, RollupRules(), model)
    last = None
    for item in open_mentions([path], input_format=None, mapping=None):
        if isinstance(item, BadLine) or not matcher.match(item):
            continue
        last = item.created_at
        yield from rolling.feed(item)
    if last is not None:
        yield from rolling.roll(last + timedelta(minutes=1))


def incidents_of(buckets: Iterator[Bucket]) -> list[Incident]:
    """What the detector makes of them."""
    detector = Detector()
    found: list[Incident] = []
    is_open = False
    for bucket in buckets:
        start_s = int(bucket.start.timestamp())
        for gap in bucket.gaps:
            detector.miss(int(gap.start.timestamp()), int(gap.end.timestamp()))
        looks = detector.come_to(start_s)
        if bucket.voices is not None:
            looks += detector.take(start_s, bucket.voices)
        for look in looks:
            is_open = take(found, look, is_open=is_open)
    return found


def take(found: list[Incident], look: Look, *, is_open: bool) -> bool:
    """Note one look; whether an incident is open after it."""
    at = datetime.fromtimestamp(look.at_s, UTC)
    if look.step.why is not None:
        if not is_open:
            found.append(Incident(at, []))
        if look.step.level == "ring":
            found[-1].rings.append((at, look.severity.now))
        return True
    return is_open and not look.step.over


def moment(written: str | None) -> datetime | None:
    """A time of the truth."""
    return datetime.fromisoformat(written) if written else None


def main() -> None:
    """Print a row an episode, and the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("world", type=Path)
    parser.add_argument("--reports", type=Path)
    options = parser.parse_args()
    model = load_model()
    episodes = json.loads((options.world / "truth.json").read_text())["episodes"]
    brands = {e["episode"]: e for e in json.loads((options.world / "brands.json").read_text())}
    hits, crises, false, quiet_false, quiet_days = 0, 0, 0, 0, 0.0
    delays: list[float] = []
    begun = time.process_time()
    for episode in episodes:
        name = episode["id"]
        brand = brand_of(brands[name])
        found = incidents_of(buckets_of(options.world / f"{name}.jsonl", brand, model))
        if options.reports:
            options.reports.mkdir(exist_ok=True, parents=True)
            (options.reports / f"{name}.json").write_text(json.dumps(report(found)))
        crisis = episode["crisis"]
        first = moment(episode.get("onset" if crisis else "event_start"))
        last = moment(episode.get("end" if crisis else "event_end"))
        right: list[datetime] = []
        for incident in found:
            rings = [at for at, _ in incident.rings]
            inside = [at for at in rings if first and last and first - EARLY <= at <= last]
            if crisis:
                right += inside[:1]
            if rings and not (crisis and rings[0] in inside):
                false += 1
                quiet_false += not inside
        start, end = moment(episode["stream_start"]), moment(episode["stream_end"])
        if start and end:
            whole = end - start - ((min(last, end) - first + EARLY) if first and last else EARLY)
            quiet_days += whole.total_seconds() / 86_400
        crises += crisis
        visible = moment(episode.get("visible_from"))
        said = ""
        if crisis and right:
            hits += 1
            if visible:
                delays.append((min(right) - visible).total_seconds() / 60)
                said = f"{delays[-1]:6.0f} min"
        rang = sum(bool(one.rings) for one in found)
        print(
            f"{name:<28}{episode['kind']:<20}{'crisis' if crisis else 'calm':<8}{rang:>3}  {said}"
        )
    quarters = max(quiet_days / QUARTER_DAYS, 1e-9)
    print(
        f"recall {hits / max(crises, 1):.2f}, precision {hits / max(hits + false, 1):.2f}, "
        f"quiet false rings a brand-quarter {quiet_false / quarters:.2f}, median "
        f"{statistics.median(delays) if delays else float('nan'):.0f} min after visible; "
        f"{time.process_time() - begun:.0f} s of processor time"
    )


def report(found: list[Incident]) -> dict[str, Any]:
    """Incidents in the form of a backtest's report."""
    return {
        "brands": [
            {
                "incidents": [
                    {
                        "heads_up_at": one.heads_up_at.isoformat(),
                        "severity": max((size for _, size in one.rings), default=0),
                        "rings": [
                            {"at": at.isoformat(), "severity": size} for at, size in one.rings
                        ],
                    }
                    for one in found
                ]
            }
        ]
    }


if __name__ == "__main__":
    main()
