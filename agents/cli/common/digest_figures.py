"""The figures of a digest, out of Kafka: the page's own counts, in a store that is then dropped."""

import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Final

from agents.alerting.digest.compose import RECORD_DAYS, BrandWarmth, DigestFigures
from agents.alerting.message.brands import name_of
from agents.kafka.clients import KafkaClients
from agents.web.store.courses import USUAL_DAYS, Courses
from agents.web.store.opening import Keeper
from agents.web.store.store import Store
from pipeline.brands.competitors import competitors_of
from pipeline.detection.incident.merge import Incident, merge_all
from schemas.brand import Brand
from schemas.bucket import Bucket
from schemas.codec import Decoder, UnreadableError
from schemas.incident import Transition
from schemas.topics import BUCKETS, INCIDENTS

BEFORE: Final = timedelta(days=USUAL_DAYS + 1)
"""What is usual is known from so long before a digest begins."""


def gather(
    kafka: KafkaClients, since: datetime, until: datetime, brands: Mapping[str, Brand]
) -> DigestFigures:
    """Read what a digest from ``since`` to ``until`` is to say.

    Raises:
        KafkaError, NoTopicError: it cannot be read.
    """
    store = Store("sqlite://")
    with closing(store):
        complete_until = _fill(kafka, store, since - BEFORE, until)
        incidents = _incidents(kafka, brands)
        return figures_of(
            Courses(store), incidents, complete_until, since=since, until=until, brands=brands
        )


def figures_of(
    courses: Courses,
    incidents: Iterable[Incident],
    complete_until: datetime | None,
    *,
    since: datetime,
    until: datetime,
    brands: Mapping[str, Brand],
) -> DigestFigures:
    """Return the figures, of what was counted and of the incidents of ``brands``."""
    start_s, end_s = int(since.timestamp()), int(until.timestamp())
    span_s = end_s - start_s
    counted = {one: slot for one, slot in courses.sums(start_s, end_s).items() if one in brands}
    missed = courses.missed_s(start_s, end_s)
    known = sorted(incidents, key=lambda one: one.onset)
    month = until - timedelta(days=RECORD_DAYS)
    return DigestFigures(
        since=since,
        until=until,
        complete_until=complete_until,
        brands=len(brands),
        posts=sum(slot.mentions for slot in counted.values()),
        heard=1 - sum(min(missed.get(one, 0), span_s) for one in brands) / (span_s * len(brands)),
        incidents=[one for one in known if since <= _noticed(one) < until],
        recent=[one for one in known if one.rung_at is not None and month <= one.rung_at < until],
        warmth=_warmth(
            courses, {one: slot.mentions for one, slot in counted.items()}, start_s, end_s, brands
        ),
    )


def _noticed(one: Incident) -> datetime:
    return one.rung_at or one.newest.heads_up_at or one.onset


def _warmth(
    courses: Courses, said: Mapping[str, int], start_s: int, end_s: int, brands: Mapping[str, Brand]
) -> list[BrandWarmth]:
    """How many times its usual each brand was at, where that is known."""
    days = (end_s - start_s) / 86_400
    times = {}
    for one in brands:
        usual = courses.usual(one, end_s)
        if usual.hours:
            usually = days * sum(band.middle for band in usual.hours)
            times[one] = (said.get(one, 0) + 1) / (usually + 1)
    found = []
    for one, own in times.items():
        rivals = [
            times[name] for name in competitors_of(brands[one], brands.values()) if name in times
        ]
        mean = sum(rivals) / len(rivals) if rivals else None
        found.append(BrandWarmth(name_of(brands[one]), own, mean))
    return found


def _fill(
    kafka: KafkaClients,
    store: Store,
    since: datetime,
    until: datetime,
) -> datetime | None:
    """Take the buckets; return up to when all of them are complete."""
    since_ms = round(1000 * max(0.0, since.timestamp()))
    reader = kafka.reader("tocsin-digest", (BUCKETS.name,), since_ms={BUCKETS.name: since_ms})
    keeper = Keeper(store, keep=until - since + BEFORE, spoiled=lambda: None, now_s=time.time)
    decode = Decoder(Bucket).decode
    reached: dict[int, datetime] = {}
    with closing(reader):
        for record in reader.there_now():
            keeper.take(record)
            try:
                bucket = decode(record.value)
            except UnreadableError:
                continue  # what cannot be read was buried by the worker
            if bucket.watermark > reached.get(record.partition, datetime.min.replace(tzinfo=UTC)):
                reached[record.partition] = bucket.watermark
    store.flush()
    return min(reached.values(), default=None)


def _incidents(kafka: KafkaClients, brands: Mapping[str, Brand]) -> list[Incident]:
    decode = Decoder(Transition).decode
    told = []
    for record in kafka.read(INCIDENTS.name):
        try:
            transition = decode(record.value)
        except UnreadableError:
            continue
        if transition.brand in brands:
            told.append(transition)
    return list(merge_all(told).values())
