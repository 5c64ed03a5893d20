"""Slack at its worst: 429, 500, answers that are lost or late, messages that somebody deletes.

Alerting is killed meanwhile, also right after Slack took a message. Each step is told once.
"""

import time
from datetime import timedelta

from chaos.stage import SLACK_TOKEN, Options, Plan, Stage, until
from chaos.tally import Row, count_dead_letters, told, transitions
from kafka import KafkaProducer

from schemas.codec import encode
from schemas.incident import Transition
from schemas.topics import INCIDENTS
from support.alert_examples import transition
from support.slack_server import Fault, SlackServer

BRANDS = {"acme": "Acmecorp", "bolt": "Boltware", "crux": "Cruxfood", "dune": "Dunecola"}
INCIDENTS_EACH = 6
STEPS = 4
LOAD_S = 55.0
WAIT_S = 150.0
AFTER_S = 3


def run(options: Options) -> Row:
    """Return the row of the table."""
    load_s = LOAD_S * options.pace
    with (
        SlackServer({"alerts": "C0ALERTS1"}, clock_s=time.time()) as slack,
        Stage("slack", options, brands=BRANDS) as stage,
    ):
        alert = stage.run(
            "alert",
            "alert",
            SLACK_BOT_TOKEN=SLACK_TOKEN,
            TOCSIN_SLACK_BASE_URL=slack.url,
            TOCSIN_LOG_LEVEL="INFO",
        )
        steps = steps_of_incidents()
        deleted = stage.chance.choice(steps).incident
        producer = KafkaProducer(bootstrap_servers=stage.broker.bootstrap)

        def publish(first: int, last: int) -> None:
            for one in steps[first:last]:
                producer.send(INCIDENTS.name, key=one.brand.encode(), value=encode(one))
            producer.flush()

        def delete() -> None:
            slack.delete(deleted)

        def lose_answer_and_kill() -> None:
            before = len(slack.calls)
            slack.faults.append(Fault("lose_answer", "chat.postMessage"))
            until(lambda: len(slack.calls) > before and not slack.faults, 5.0, every_s=0.01)
            alert.kill()

        faults = [
            Fault("status", status=429, headers=(("Retry-After", str(AFTER_S)),)),
            Fault("status", "chat.postMessage", 500),
            Fault("status", "chat.update", 503),
            Fault("hang_up", "chat.postMessage"),
            Fault("lose_answer", "chat.postMessage"),
            Fault("lose_answer", "chat.update"),
            Fault("late", "chat.postMessage"),
            Fault("late", "chat.update"),
            Fault("garbage", "chat.update"),
        ]
        stage.chance.shuffle(faults)
        share = len(steps) // 10
        acts = [
            (load_s * part / 10, f"steps {part * share} to {(part + 1) * share}",
             lambda p=part: publish(p * share, (p + 1) * share if p < 9 else len(steps)))
            for part in range(10)
        ]  # fmt: skip
        acts += [
            (stage.chance.uniform(0.1, 0.95) * load_s, f"Slack: {fault.kind} {fault.method}",
             lambda f=fault: slack.faults.append(f))
            for fault in faults
        ]  # fmt: skip
        acts += [
            (stage.chance.uniform(0.2, 0.9) * load_s, "an answer is lost, and alerting killed",
             lose_answer_and_kill)
            for _ in range(2)
        ]  # fmt: skip
        acts.append((0.5 * load_s, f"somebody deletes {deleted}", delete))
        Plan(stage, acts).play()
        stage.say("all is on Kafka; waiting for Slack")
        gone = {deleted: 1}
        until(lambda: not told(slack, steps, gone=gone).lost, WAIT_S, every_s=1.0)
        time.sleep(3)
        rung = told(slack, transitions(stage.broker.bootstrap), gone=gone)
        producer.close()
        return Row(
            "slack",
            sent=len(steps),
            counted=rung.steps - len(rung.lost),
            lost=len(rung.lost),
            doubled=len(rung.doubled),
            dead_letters=count_dead_letters(stage.broker.bootstrap),
            peak_bytes=alert.peak_bytes,
            took_s=stage.took_s,
            faults=(*rung.lost, *rung.doubled, *slack.broken_rules, *stage.deaths()),
            notes=(f"steps of incidents; {len(faults) + 2} faults, 2 kills, one message deleted",),
        )


def steps_of_incidents() -> list[Transition]:
    """Every incident in its order, the incidents among each other."""
    return [
        transition(
            incident=f"{brand}-2010031{number}T0910",
            brand=brand,
            seq=seq,
            severity=5 + seq,
            at=transition().at + timedelta(minutes=10 * seq),
        )
        for seq in range(STEPS)
        for number in range(INCIDENTS_EACH)
        for brand in BRANDS
    ]
