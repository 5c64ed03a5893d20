"""Everything is slow and nothing fails: the disk of ingest, and Slack.

Ingest listens to a stream of X with a spool whose every fsync takes half a second. Slack answers
each call after eight seconds, nearly as long as alerting waits, while incidents go on. Nothing may
be lost or told twice, and once Slack is well again it has to hear of all that waited.
"""

import time
from pathlib import Path

from chaos.live_run import BRANDS, listening, settle
from chaos.slack import steps_of_incidents
from chaos.stage import SLACK_TOKEN, Options, Stage, until
from chaos.tally import Row, told
from kafka import KafkaProducer

from schemas.codec import encode
from schemas.topics import INCIDENTS
from support.slack_server import SlackServer

LOAD_S = 90.0
FSYNC_S = 0.5
ANSWER_S = 8.0
WAIT_S = 200.0
SLOW_DISK = str(Path(__file__).parent / "slow_disk.py")


def run(options: Options) -> Row:
    """Return the row of the table."""
    load_s = LOAD_S * options.pace
    with (
        SlackServer({"alerts": "C0ALERTS1"}, clock_s=time.time()) as slack,
        Stage("slow", options, brands=BRANDS) as stage,
        listening(stage, program=[SLOW_DISK, str(FSYNC_S)]) as (x, _),
    ):
        stage.worker()
        stage.run("alert", "alert", SLACK_BOT_TOKEN=SLACK_TOKEN, TOCSIN_SLACK_BASE_URL=slack.url)
        steps = steps_of_incidents()
        slack.answer_s = ANSWER_S
        x.begin()
        stage.say(f"fsync takes {FSYNC_S:g} s, Slack answers after {ANSWER_S:g} s")
        producer = KafkaProducer(bootstrap_servers=stage.broker.bootstrap)
        for one in steps:
            producer.send(INCIDENTS.name, key=one.brand.encode(), value=encode(one))
        producer.flush()
        producer.close()
        time.sleep(load_s)
        slack.answer_s = 0.0
        behind = len(told(slack, steps).lost)
        stage.say(f"Slack answers at once again; {behind} things were still to be told")

        def faults() -> list[str]:
            until(lambda: not told(slack, steps).lost, WAIT_S, every_s=1.0)
            found = told(slack, steps)
            return [*found.lost, *found.doubled, *slack.broken_rules]

        note = (
            f"fsync + {FSYNC_S:g} s; Slack + {ANSWER_S:g} s for {load_s:.0f} s, "
            f"{behind} things to tell at its end; {len(steps)} steps of incidents"
        )
        return settle(stage, x, (note,), faults)
