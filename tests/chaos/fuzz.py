"""Hostile records and plain bytes on every topic, good ones between them.

The commands live, every good mention counts, and what cannot be read is in the dead letters.
"""

import time
from collections.abc import Iterable
from contextlib import closing, suppress
from itertools import islice

from chaos.live import Batches, Talk
from chaos.stage import PARTITIONS, SLACK_TOKEN, Options, Stage, until
from chaos.tally import Buckets, Row, count_dead_letters, doubled, expected, lost
from kafka import KafkaProducer
from kafka.errors import MessageSizeTooLargeError

from support.hostile import HostileRecord, hostile_records
from support.slack_server import SlackServer

BRANDS = {"acme": "Acmecorp", "bolt": "Boltware", "nestle": "Nestlé", "kitkat": "KitKat"}
GOOD = ["acme", "bolt"]
"""The hostile records speak of the others."""

HOSTILE = 20_000
SLICE = 200
WAIT_S = 150.0


def run(options: Options) -> Row:
    """Return the row of the table."""
    with (
        SlackServer({"alerts": "C0ALERTS1"}, clock_s=time.time()) as slack,
        Stage("fuzz", options, brands=BRANDS) as stage,
    ):
        stage.worker()
        stage.run("alert", "alert", SLACK_BOT_TOKEN=SLACK_TOKEN, TOCSIN_SLACK_BASE_URL=slack.url)
        stage.run("page", "page", TOCSIN_PAGE_PORT="0")
        stage.run("learn", "learn")
        count = round(HOSTILE * options.pace)
        records = hostile_records(options.seed)
        with (
            closing(Batches(stage.broker.bootstrap, "right", PARTITIONS)) as right,
            Talk(right, GOOD, per_s=40.0) as talk,
        ):
            sent = publish(stage.broker.bootstrap, islice(records, count))
            stage.say(f"{sent} hostile records are on Kafka; good ones go on")
            time.sleep(8)
            talk.fall_silent()
            counts, wanted = Buckets(stage.broker.bootstrap), expected(right.said)
            until(lambda: not lost(wanted, counts.look()), WAIT_S)
            until(lambda: _is_still(stage), 30.0, every_s=2.0)
        found = counts.look()
        counts.close()
        dead = count_dead_letters(stage.broker.bootstrap)
        faults = [] if dead > sent // 10 else ["too little is in the dead letters"]
        return Row(
            "fuzz",
            sent=len(right.said),
            counted=sum(count for (brand, _), count in found.items() if brand in GOOD),
            lost=lost(wanted, found),
            doubled=doubled(wanted, found),
            dead_letters=dead,
            peak_bytes=stage.peak_bytes,
            took_s=stage.took_s,
            faults=(*faults, *counts.contradictions(GOOD), *stage.deaths()),
            notes=(f"{sent:,} hostile records beside; worker, alert, page and learn",),
        )


def publish(bootstrap: str, records: Iterable[HostileRecord]) -> int:
    """Put the records on their topics; how many Kafka took.

    It refuses some by itself: too large ones, and such without a key on a compacted topic. An
    idempotent producer would stop at the first of those.
    """
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=False, acks=1, retries=0, linger_ms=5
    )
    futures = []
    for number, record in enumerate(records):
        with suppress(MessageSizeTooLargeError):
            futures.append(producer.send(record.topic, key=record.key, value=record.value))
        if number % SLICE == 0:
            time.sleep(0.15)
    producer.flush(60)
    producer.close(timeout=60)
    return sum(future.succeeded() for future in futures)


def _is_still(stage: Stage) -> bool:
    before = count_dead_letters(stage.broker.bootstrap)
    time.sleep(2)
    return count_dead_letters(stage.broker.bootstrap) == before
