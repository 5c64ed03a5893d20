"""SIGKILL of worker, alerting, ingest and broker at random times, the whole way under load.

Four brands live through a crisis in an archive that is replayed at speed and resumed after each
kill. Every mention is in its bucket once, each step of each incident is told to Slack once.
"""

import time

from chaos.archive import DAYS, write_archive
from chaos.stage import PARTITIONS, SLACK_TOKEN, WORKER_GIVES_UP, Options, Plan, Stage, until
from chaos.tally import (
    Buckets,
    Row,
    broken_steps,
    count_dead_letters,
    doubled,
    expected,
    judged,
    lost,
    step,
    told,
    transitions,
)

from support.slack_server import SlackServer

BRANDS = {"acme": "Acmecorp", "bolt": "Boltware", "crux": "Cruxfood", "dune": "Dunecola"}
LOAD_S = 110.0
WAIT_S = 200.0


def run(options: Options) -> Row:
    """Return the row of the table."""
    load_s = LOAD_S * options.pace
    with (
        SlackServer({"alerts": "C0ALERTS1"}, clock_s=time.time()) as slack,
        Stage("kills", options, brands=BRANDS) as stage,
    ):
        archive = stage.folder / "archive.jsonl"
        said = write_archive(archive, BRANDS, seed=options.seed, per_hour=40.0)
        worker = stage.worker()
        alert = stage.run(
            "alert", "alert", SLACK_BOT_TOKEN=SLACK_TOKEN, TOCSIN_SLACK_BASE_URL=slack.url
        )
        ingest = stage.run(
            "ingest", "ingest", "replay", str(archive), "--resume", "--source", "archive",
            "--speed", str(DAYS * 86_400 / load_s), forever=False,
        )  # fmt: skip
        kills = [
            (worker.kill, "kill the worker", 2),
            (alert.kill, "kill alerting", 4),
            (ingest.kill, "kill ingest", 4),
            (stage.kill_broker, "kill the broker", 2),
        ]
        acts = [
            (stage.chance.uniform(0.08, 0.95) * load_s, what, act)
            for act, what, times in kills
            for _ in range(times)
        ]
        count = Plan(stage, acts).play()
        faults = []
        if not ingest.done.wait(WAIT_S):
            faults.append(f"the replay did not come to its end (see {ingest.log})")
        stage.say("replayed; waiting for the last buckets")
        counts, wanted = Buckets(stage.broker.bootstrap), expected(said)
        until(lambda: not lost(wanted, counts.look()), WAIT_S)
        stage.say("counted; waiting for the judge and for Slack")
        bootstrap = stage.broker.bootstrap
        due = judged(bootstrap, stage.brands_file, PARTITIONS)

        def all_told() -> bool:
            seen = {step(one) for one in transitions(bootstrap)}
            return seen >= {step(one) for one in due} and not told(slack, due).lost

        until(all_told, WAIT_S, every_s=2.0)
        steps = transitions(stage.broker.bootstrap)
        seen, wanted_steps = {step(one) for one in steps}, {step(one) for one in due}
        unsaid, invented = wanted_steps - seen, seen - wanted_steps
        rung = told(slack, due)
        found = counts.look()
        counts.close()
        faults += counts.contradictions() + broken_steps(steps) + slack.broken_rules
        faults += stage.deaths(forgiven=(WORKER_GIVES_UP,))
        faults += [f"not said: {one}" for one in unsaid] + [f"invented: {one}" for one in invented]
        faults += [f"{brand} rang no bell" for brand in BRANDS if not _rang(brand, steps)]
        incidents = len({one.incident for one in steps})
        return Row(
            "kills",
            sent=len(said),
            counted=sum(found.values()),
            lost=lost(wanted, found) + len(unsaid) + len(rung.lost),
            doubled=doubled(wanted, found) + len(invented) + len(rung.doubled),
            dead_letters=count_dead_letters(stage.broker.bootstrap),
            peak_bytes=stage.peak_bytes,
            took_s=stage.took_s,
            faults=(*faults, *rung.lost, *rung.doubled),
            notes=(
                f"{count} kills; {rung.steps} steps of {incidents} incidents; {stage.starts()}",
            ),
        )


def _rang(brand: str, steps) -> bool:
    return any(one.brand == brand and one.state != "dismissed" for one in steps)
