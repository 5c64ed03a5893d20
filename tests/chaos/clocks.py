"""Clocks that are wrong: a source five minutes ahead, a post of 2036, a heartbeat of ten years on.

A correct source speaks meanwhile, and an incident is open. All that the correct source says is
counted, and the incident stays open.
"""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

from chaos.live import Batches, Talk
from chaos.stage import PARTITIONS, Options, Stage, until
from chaos.tally import (
    Buckets,
    Row,
    count_dead_letters,
    doubled,
    expected,
    lost,
    transitions,
)
from msgspec.structs import replace
from unit.judge.talk import CHATTER, HOUR_S, Kind, Part, day
from unit.judge.talk import buckets as talking

from schemas.codec import encode
from schemas.mention import Author, Mention
from schemas.topics import BUCKETS

BRANDS = {"acme": "Acmecorp", "bolt": "Boltware", "storm": "Stormcola"}
AHEAD_S = 300.0
YEARS = timedelta(days=3652)
LOAD_S = 50.0
WAIT_S = 90.0
STORM_S = 50 * 60
STORM = Kind(negative=0.75, positive=0.05, outrage=0.4, boycott=0.1, new=0.85, first=0.1)


def run(options: Options) -> Row:
    """Return the row of the table."""
    with Stage("clocks", options, brands=BRANDS) as stage:
        worker = stage.worker()
        bootstrap = stage.broker.bootstrap
        with (
            closing(Batches(bootstrap, "right", PARTITIONS)) as right,
            closing(Batches(bootstrap, "ahead", PARTITIONS)) as ahead,
            closing(Batches(bootstrap, "decade", PARTITIONS)) as decade,
        ):
            _storm(right, options.seed)
            opened = until(lambda: bool(_open(bootstrap)), WAIT_S, every_s=1.0)
            stage.say("an incident is open" if opened else "no incident was opened")
            with (
                Talk(right, ["acme", "bolt", "storm"], per_s=24.0) as talk,
                Talk(ahead, ["acme"], per_s=10.0, ahead_s=AHEAD_S),
            ):
                time.sleep(10)
                stage.say("an archive with a post of 2036 is replayed")
                replay = _replay(stage)
                time.sleep(10)
                stage.say("a heartbeat from ten years on")
                decade.beat(datetime.now(UTC) + YEARS)
                time.sleep(max(LOAD_S * options.pace - 20, 5))
                talk.fall_silent()
                counts, wanted = Buckets(bootstrap), expected(right.said)
                until(lambda: not lost(wanted, _of(wanted, counts.look())), WAIT_S)
                replay.close()
        found = _of(wanted, counts.look())
        counts.close()
        steps = transitions(bootstrap)
        ended = [one for one in steps if one.state == "resolved"]
        strange = [one for one in steps if one.at > datetime.now(UTC) + timedelta(days=1)]
        faults = [] if opened else ["no incident was opened"]
        faults += [f"{one.incident} was resolved at {one.at}" for one in ended]
        faults += [f"{one.incident} has a step of {one.at}" for one in strange]
        return Row(
            "clocks",
            sent=len(right.said),
            counted=sum(found.values()),
            lost=lost(wanted, found),
            doubled=doubled(wanted, found),
            dead_letters=count_dead_letters(bootstrap),
            peak_bytes=stage.peak_bytes,
            took_s=stage.took_s,
            faults=(*faults, *counts.contradictions(), *_deaths(worker)),
            notes=(
                "sent is what the correct source said",
                f"besides: {len(ahead.said)} posts from a source {AHEAD_S:g} s ahead",
            ),
        )


def _deaths(worker) -> list[str]:
    # The replay may be refused while live sources speak; the worker has to live.
    return [f"the worker ended by itself with {code} (see {worker.log})" for code in worker.deaths]


def _of(wanted, found):
    """What was counted within the time in which the correct source spoke."""
    last = {brand: max(at for one, at in wanted if one == brand) for brand, _ in wanted}
    first = {brand: min(at for one, at in wanted if one == brand) for brand, _ in wanted}
    return type(found)({
        key: count
        for key, count in found.items()
        if key[0] in last and first[key[0]] <= key[1] <= last[key[0]]
    })  # fmt: skip


def _open(bootstrap: str) -> list:
    return [one for one in transitions(bootstrap) if one.brand == "storm" and one.state == "open"]


def _storm(right: Batches, seed: int) -> None:
    """A day of chatter about one brand, and a storm in its last hour, as buckets that were made."""
    length_s = 31 * HOUR_S
    begins_s = length_s - STORM_S
    start_s = int(time.time()) // 10 * 10 - length_s

    def storm(at_s: float) -> float:
        return 3000.0 if at_s >= begins_s else 0.0

    talk = [Part(CHATTER, day(20)), Part(STORM, storm, "storm")]
    for one in talking(talk, length_s=length_s, seed=seed, brand="storm", start_s=start_s):
        bucket = replace(one, sources=(right.source,))
        right.raw(BUCKETS.name, b"storm", encode(bucket))
    right.flush()


def _replay(stage: Stage):
    """Replay an archive of yesterday about a brand that is being listened to, one post of 2036."""
    start = datetime.now(UTC) - timedelta(days=1)
    times = [start + timedelta(seconds=number) for number in range(100)]
    times.append(datetime(2036, 1, 1, tzinfo=UTC))
    path = stage.folder / "archive.jsonl"
    path.write_bytes(
        b"".join(
            encode(
                Mention(id=f"old-{number}", created_at=at, text="Boltware", author=Author(id="a"))
            )
            + b"\n"
            for number, at in enumerate(times)
        )
    )
    return stage.run("replay", "ingest", "replay", str(path), "--source", "archive", forever=False)
