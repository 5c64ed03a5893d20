"""How much memory a page takes: of its brands, and of incidents that go on and are written about.

    python benchmarks/page_memory.py [--brands 10000]

Each part is filled in a process of its own, to more than it may hold, and then with twice as much:
what the process grew by has to stay the same. So there are more incidents, channels of each, steps,
posts and notes than are kept.
"""

import argparse
import gc
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from agents.alerting.message.brands import brand_of as finder
from agents.coverage.memory import CoverageMemory
from agents.coverage.verdict import status_of
from agents.incidents.memory import IncidentMemory
from agents.web.catalogue import PAGE_WORDS
from agents.web.feeds.data import brand_states
from agents.web.notified import NotifiedMemory
from agents.web.playbooks import Playbooks
from agents.web.store.courses import Courses
from agents.web.store.posts import Archive
from agents.web.store.store import Store
from agents.web.views.desk import Desk
from agents.web.views.market import called
from agents.web.views.now import now_page
from pipeline.detection.patterns.library import load_episodes
from schemas.brand import Brand
from schemas.bucket import Bucket, Example
from schemas.incident import Completeness, Drivers, Transition, Volume
from schemas.mention import ALL_BRANDS
from schemas.notification import Notification, Snapshot

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
PARTITIONS = 32
INCIDENTS = 1_500
STEPS_EACH = 100
STEPS = 5_000
"""Of one of them; all are more than the memory keeps."""


def main() -> None:
    """Measure each part in a process of its own, or one part in this one."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--brands", type=int, default=10_000)
    options.add_argument("--part", choices=PARTS)
    options.add_argument("--times", type=int, default=1)
    given = options.parse_args()
    if given.part:
        began = resident()
        told = PARTS[given.part](given.brands, given.times)
        print(f"{(resident() - began) / 1e6:.0f} MB{told}")
        return
    for part in PARTS:
        for times in (1, 2):
            run = [sys.executable, __file__, "--part", part, "--brands", str(given.brands)]
            done = subprocess.run(
                [*run, "--times", str(times)], check=True, capture_output=True, text=True
            )
            print(f"{part}, told {times} times as much: {done.stdout.strip()}", flush=True)


def resident() -> int:
    """Bytes of this process in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


KEPT: list[object] = []
"""So that nothing is freed before it is measured."""


def of_brands(count: int, times: int) -> str:
    """All brands, what is heard of them, what is usual of each, and the pages of all of them."""
    brands = {
        f"brand-{n}": Brand(id=f"brand-{n}", names=(f"Brand {n}", f"The Brand {n}"))
        for n in range(count)
    }
    coverage = CoverageMemory(brands, PARTITIONS, blind_after_s=120)
    for minute in range(30 * times):
        at = NOW - timedelta(minutes=30 - minute / times)
        for partition in range(PARTITIONS):
            coverage.take(partition, minute * 1000, 0, tick(ALL_BRANDS, at))
        for number, brand in enumerate(brands):
            if number % 10 == minute % 10:
                coverage.take(number % PARTITIONS, minute * 1000 + 1, 0, tick(brand, at))
    place = tempfile.mkdtemp()
    store = Store(f"sqlite:///{place}/page.db")
    for brand in brands:
        for hour in range(3):
            store.take(tick(brand, NOW - timedelta(hours=hour + 1)), int(NOW.timestamp()))
    store.flush()
    desk = desk_of(store, brands, coverage)
    before = resident()
    KEPT.extend((brands, coverage, store, desk))
    KEPT.append(len(now_page(PAGE_WORDS["en"], desk, lambda _: None)))
    KEPT.append(len(brand_states(desk)))
    first = resident() - before
    for _ in range(times):
        now_page(PAGE_WORDS["en"], desk, lambda _: None)
        brand_states(desk)
    return f", of it {first / 1e6:.0f} MB since all brands were shown (what is usual is kept)"


def of_incidents(_count: int, times: int) -> str:
    """Incidents that go on for a week, with steps, notes and ever other posts."""
    memory = IncidentMemory()
    KEPT.append(memory)
    for number in range(INCIDENTS):
        for step in range(STEPS_EACH * times):
            memory.take(said(number, step))
    for step in range(STEPS * times):
        memory.take(said(0, step))
    newest = memory.all()
    steps = sum(len(one.trail) for one in newest)
    return f", {len(newest):,} incidents with {steps:,} steps"


def of_notes(_count: int, times: int) -> str:
    """Incidents about which people write a note at each step, as long as one may be."""
    memory = IncidentMemory()
    KEPT.append(memory)
    for number in range(INCIDENTS):
        for step in range(100 * times):
            note = f"{step} " + "we called the factory again. " * 33
            memory.take(replace(said(number, step), by="ana@example.com", note=note, examples=()))
    steps = sum(len(one.trail) for one in memory.all())
    return f", {steps:,} steps"


def of_channels(_count: int, times: int) -> str:
    """What each of many channels was told of each incident."""
    memory = NotifiedMemory()
    KEPT.append(memory)
    for number in range(INCIDENTS):
        for channel in range(60 * times):
            memory.note(
                Notification(
                    incident=f"i-{number}", brand="acme", sink=f"channel-{channel}", at=NOW,
                    reason="ring",
                    told=Snapshot(seq=1, state="open", severity=5, last_hour=9, negative_share=0.5),
                )
            )  # fmt: skip
    return ""


def tick(brand: str, at: datetime) -> Bucket:
    """A bucket of a brand, or a tick of a partition's clock."""
    return Bucket(
        brand=brand, start=at, width_s=10, watermark=at + timedelta(seconds=10),
        mentions=0 if brand == ALL_BRANDS else 3, sources=("x",),
    )  # fmt: skip


def said(number: int, step: int) -> Transition:
    """One step of an incident, with five posts that no other step has."""
    at = NOW + timedelta(seconds=step)
    posts = tuple(
        Example(
            id=f"{number}-{step}-{one}", handle=f"who_{step}_{one}", created_at=at, followers=9,
            kind="original", text="The same forest, the same lies, and nobody answers. " * 3,
            p_negative=0.9, lang="en",
        )
        for one in range(5)
    )  # fmt: skip
    return Transition(
        incident=f"i-{number}", seq=step, brand=f"brand-{number}", state="open",
        reason="growing", at=at, onset=NOW, rung_at=NOW, severity=5, pattern="boycott-call",
        evidence=3.0, confidence=0.8, level="ring", examples=posts, drivers=Drivers(),
        completeness=Completeness(),
        volume=Volume(last_10_min=9.0, last_hour=9.0, usual_per_hour=1.0, since_onset=9,
                      return_period_s=1e6),
    )  # fmt: skip


def desk_of(store: Store, brands: dict[str, Brand], coverage: CoverageMemory) -> Desk:
    """What the views are made from."""
    return Desk(
        brands=brands,
        find=finder(brands),
        incidents=(),
        statuses={brand: status_of(coverage.of(brand), NOW) for brand in brands},
        sources=(),
        undelivered=(),
        courses=Courses(store),
        archive=Archive(store),
        playbooks=Playbooks(),
        episodes={one.name: one for one in load_episodes()},
        now=NOW,
        failed=lambda _told, _error: None,
        called=called(brands.values()),
    )


PARTS: dict[str, Callable[[int, int], str]] = {
    "brands": of_brands,
    "incidents": of_incidents,
    "notes": of_notes,
    "channels": of_channels,
}


if __name__ == "__main__":
    main()
