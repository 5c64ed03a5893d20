"""Hostile records and plain bytes on every topic, good ones between them.

The commands live, every good mention counts, and what cannot be read is in the dead letters.
"""

import time
from contextlib import closing

from chaos.live import Batches, Talk
from chaos.stage import PARTITIONS, SLACK_TOKEN, Options, Stage, until
from chaos.tally import Buckets, Row, count_dead_letters, doubled, expected, lost

from support.hostile import hostile_records
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
        SlackServer({"alerts": "C0ALERTS1"}) as slack,
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
            sent = 0
            for number in range(count):
                record = next(records)
                sent += right.raw(record.topic, record.key, record.value)
                if number % SLICE == 0:
                    time.sleep(0.15)
            right.flush()
            stage.say(f"{sent} hostile records are on Kafka; good ones go on")
            time.sleep(8)
            talk.fall_silent()
            counts, wanted = Buckets(stage.broker.bootstrap), expected(right.said)
            until(lambda: not lost(wanted, counts.look()), WAIT_S)
            until(lambda: _is_still(stage), 30.0, every_s=2.0)
        found = counts.look()
        counts.close()
        dead = count_dead_letters(stage.broker.bootstrap)
        faults = [] if dead else ["nothing is in the dead letters"]
        return Row(
            "fuzz",
            sent=len(right.said),
            counted=sum(count for (brand, _), count in found.items() if brand in GOOD),
            lost=lost(wanted, found),
            doubled=doubled(wanted, found),
            dead_letters=dead,
            peak_bytes=stage.peak_bytes,
            took_s=stage.took_s,
            faults=(*faults, *counts.contradictions, *stage.deaths()),
            notes=(f"{sent:,} hostile records beside; worker, alert, page and learn",),
        )


def _is_still(stage: Stage) -> bool:
    before = count_dead_letters(stage.broker.bootstrap)
    time.sleep(2)
    return count_dead_letters(stage.broker.bootstrap) == before
