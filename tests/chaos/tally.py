"""What came out: mentions in buckets against those that were said, transitions against Slack."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from agents.alerting.policy import Effect, NotifyReason, decide, told_by
from agents.alerting.sinks.slack.identity import INCIDENT_EVENT, STEP_EVENT
from agents.cli.common.start import by_id
from agents.kafka.clients import KafkaClients
from agents.kafka.topic_reader import TopicReader
from pipeline.apart import part_name
from pipeline.brands import load_brands
from pipeline.detection.shard import JudgeShard
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError
from schemas.incident import Transition
from schemas.mention import ALL_BRANDS
from schemas.notification import Snapshot
from schemas.topics import BUCKETS, DEAD_LETTERS, INCIDENTS
from support.slack_server import SlackServer

BUCKET_S = 10
Key = tuple[str, int]
"""Brand, and start of the bucket in seconds."""


class Row(NamedTuple):
    """One line of the table. ``faults``: what else must not be, one a line."""

    scenario: str
    sent: int
    counted: int
    lost: int
    doubled: int
    dead_letters: int
    peak_bytes: int
    took_s: float
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Nothing lost, nothing doubled, nothing else wrong."""
        return not (self.lost or self.doubled or self.faults)


class Tail:
    """A topic from its beginning on; each look adds what came since."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.values: list[bytes | None] = []
        self._consumer = KafkaClients(bootstrap).consumer("chaos")
        self._reader = TopicReader(self._consumer, [topic])

    def look(self) -> list[bytes | None]:
        """Read to the end that the topic has now."""
        ends = self._reader.ends()
        while not self._reader.reached(ends):
            self.values += [record.value for record in self._reader.poll(0.5)]
        return self.values

    def close(self) -> None:
        self._consumer.close()


class Buckets:
    """The mentions of each bucket of each brand; copies of one bucket count once."""

    def __init__(self, bootstrap: str) -> None:
        self._tail = Tail(bootstrap, BUCKETS.name)
        self._decode = Decoder(Bucket).decode
        self._seen = 0
        self._counted: dict[Key, dict[int, Bucket]] = {}
        self._contradicted: list[Key] = []

    def look(self) -> Counter[Key]:
        values = self._tail.look()
        for value in values[self._seen :]:
            try:
                bucket = self._decode(value or b"")
            except UnreadableError:
                continue  # a hostile one
            if bucket.brand == ALL_BRANDS:
                continue
            key = (part_name(bucket.brand, bucket.apart), round(bucket.start.timestamp()))
            copies = self._counted.setdefault(key, {})
            before = copies.setdefault(bucket.revision, bucket)
            if _content(before) != _content(bucket):
                self._contradicted.append(key)
        self._seen = len(values)
        return Counter({
            key: max(copies.items())[1].mentions + max(copies.items())[1].own
            for key, copies in self._counted.items()
        })  # fmt: skip

    def contradictions(self, brands: Iterable[str] | None = None) -> list[str]:
        """Say which buckets, of some brands, have two contents under one revision."""
        return [
            f"two buckets {key} with one revision differ"
            for key in self._contradicted
            if brands is None or key[0] in brands
        ]

    def close(self) -> None:
        self._tail.close()


def _content(bucket: Bucket) -> tuple[int, ...]:
    return (bucket.mentions, bucket.own, bucket.negative, bucket.positive, bucket.authors)


def expected(said: Iterable[tuple[str, datetime]]) -> Counter[Key]:
    """Count posts as the roll-up should: by brand and bucket."""
    return Counter((brand, int(at.timestamp() // BUCKET_S) * BUCKET_S) for brand, at in said)


def lost(wanted: Counter[Key], found: Counter[Key]) -> int:
    """Mentions that are in no bucket, or in one too few."""
    return sum((wanted - found).values())


def wait_for_all(wanted: Counter[Key], counts: Buckets, *, quiet_s: float) -> None:
    """Wait until nothing is lost, as long as ever more is counted: until none came for a while.

    A machine that has much else to do is slow, and has lost nothing for that.
    """
    left, since_s = lost(wanted, counts.look()), time.monotonic()
    while left and time.monotonic() - since_s < quiet_s:
        time.sleep(1)
        before, left = left, lost(wanted, counts.look())
        if left != before:
            since_s = time.monotonic()


def doubled(wanted: Counter[Key], found: Counter[Key]) -> int:
    """Mentions that are counted and were not said, of the brands that were spoken of."""
    brands = {brand for brand, _ in wanted}
    ours = Counter({key: count for key, count in found.items() if key[0] in brands})
    return sum((ours - wanted).values())


def count_dead_letters(bootstrap: str) -> int:
    """How many there are."""
    tail = Tail(bootstrap, DEAD_LETTERS.name)
    try:
        return len(tail.look())
    finally:
        tail.close()


def transitions(bootstrap: str) -> list[Transition]:
    """All that can be read, copies too."""
    tail = Tail(bootstrap, INCIDENTS.name)
    found = []
    try:
        for value in tail.look():
            try:
                found.append(Decoder(Transition).decode(value or b""))
            except UnreadableError:
                continue
    finally:
        tail.close()
    return found


def judged(bootstrap: str, brands_file: Path, partitions: int) -> list[Transition]:
    """What one undisturbed judge says of the buckets as they lie on Kafka."""
    brands = by_id(load_brands(brands_file.read_text(encoding="utf-8"), str(brands_file)))
    shards: dict[int, JudgeShard] = {}
    found: list[Transition] = []
    consumer = KafkaClients(bootstrap).consumer("chaos")
    reader = TopicReader(consumer, [BUCKETS.name])
    ends = reader.ends()
    while not reader.reached(ends):
        for record in reader.poll(0.5):
            shard = shards.get(record.partition)
            if shard is None:
                shard = shards[record.partition] = JudgeShard(
                    record.partition,
                    table={},
                    brands=brands,
                    width_s=BUCKET_S,
                    partitions=partitions,
                )
            told = shard.apply(record.offset, record.value).transitions
            found += told
            for one in told:
                shard.acknowledge(one)
    consumer.close()
    return found


def step(one: Transition) -> tuple[object, ...]:
    """What is decided of a transition, without what depends on when it was said."""
    return (one.incident, one.seq, one.state, one.reason, one.at)


class Told(NamedTuple):
    """How alerts reached Slack: steps not told, told twice, and what it is about."""

    steps: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]


def told(
    slack: SlackServer,
    steps: Iterable[Transition],
    *,
    gone: Mapping[str, int] = MappingProxyType({}),
) -> Told:
    """Hold Slack against what alerting's policy says of ``steps``, each of which is told once.

    Figures that are only stated anew may be overtaken by the next; none is told twice.
    ``gone``: incidents whose message was deleted in Slack, and how many new ones that allows.
    """
    by_incident: dict[str, dict[int, Transition]] = {}
    for one in steps:
        by_incident.setdefault(one.incident, {})[one.seq] = one
    roots, newest, replies = _in_slack(slack)
    missing: list[str] = []
    twice: list[str] = []
    count = 0
    for incident, by_seq in by_incident.items():
        wanted = _wanted([one for _, one in sorted(by_seq.items()) if not one.refreshed])
        if not wanted:
            continue  # what is only known to have been harmless
        count += len(wanted)
        stands, last = newest.get(incident, -1), max(wanted)
        messages = sum(reason.makes_message for reason in wanted.values())
        if stands < last:
            missing.append(f"{incident}: Slack stands at step {stands} of {last}")
        if roots[incident] < messages:
            missing.append(f"{incident}: {roots[incident]} messages of {messages}")
        if roots[incident] > messages + gone.get(incident, 0):
            twice.append(f"{incident}: {roots[incident]} messages, not {messages}")
        times = {seq: replies[incident, seq] for seq in sorted(by_seq)}
        twice += [f"{incident}: step {seq} told {n} times" for seq, n in times.items() if n > 1]
        if incident not in gone:
            missing += [
                f"{incident}: step {seq} is not in its thread"
                for seq, reason in wanted.items()
                if reason.tells_step and not times[seq]
            ]
    return Told(count, tuple(missing), tuple(twice))


def _wanted(steps: list[Transition]) -> dict[int, NotifyReason]:
    """Why Slack is told of each step of one incident that it is to hear of, by its number."""
    before: Snapshot | None = None
    found: dict[int, NotifyReason] = {}
    for one in steps:
        reason = decide(one, before)
        if reason.effect is not Effect.NOTHING:
            found[one.seq] = reason
            before = told_by(one, reason, before)
    return found


def _in_slack(
    slack: SlackServer,
) -> tuple[Counter[str], dict[str, int], Counter[tuple[str, int]]]:
    """Messages of each incident, the newest step that they state, and how often a step is told."""
    roots: Counter[str] = Counter()
    newest: dict[str, int] = {}
    replies: Counter[tuple[str, int]] = Counter()
    for message in (one for channel in slack.messages.values() for one in list(channel)):
        event: dict[str, Any] = message.get("metadata") or {}
        payload = event.get("event_payload", {})
        if event.get("event_type") == INCIDENT_EVENT:
            roots[payload["incident"]] += 1
            newest[payload["incident"]] = max(payload["seq"], newest.get(payload["incident"], -1))
        elif event.get("event_type") == STEP_EVENT:
            replies[payload["incident"], payload["seq"]] += 1
    return roots, newest, replies


def broken_steps(found: Iterable[Transition]) -> list[str]:
    """Incidents with a hole among their steps, or with two steps of one number that differ."""
    by_incident: dict[str, dict[int, Transition]] = {}
    faults = []
    for one in found:
        before = by_incident.setdefault(one.incident, {}).setdefault(one.seq, one)
        if (before.state, before.reason, before.at) != (one.state, one.reason, one.at):
            faults.append(f"{one.incident}: step {one.seq} is told in two ways")
    faults += [
        f"{incident}: steps {sorted(steps)}"
        for incident, steps in by_incident.items()
        if sorted(steps) != list(range(len(steps)))
    ]
    return faults
