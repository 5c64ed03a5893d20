"""The clock of Tocsin's host jumps: an hour ahead, back again, an hour behind, and back again.

Kafka, X and Slack are other hosts and know the time. All that X says has to be counted where it
belongs, each step of an incident told once, and neither an hour late.
"""

import time
import urllib.request
from contextlib import closing
from urllib.error import URLError

from chaos.host import Host
from chaos.live_run import BRANDS, listening, settle
from chaos.slack import steps_of_incidents
from chaos.stage import SLACK_TOKEN, Options, Plan, Stage, until
from chaos.tally import Buckets, Row, expected, lost, told
from kafka import KafkaProducer

from agents.kafka.apache import free_ports
from schemas.codec import encode
from schemas.topics import INCIDENTS
from support.slack_server import Fault, SlackServer

JUMP_S = 3600
APART_S = 35.0
"""From one jump to the next."""

BEHIND_S = 90.0
"""So long after it was said at most a post is counted, whatever the clock does."""

WAIT_S = 120.0


def run(options: Options) -> Row:
    """Return the row of the table."""
    apart_s = APART_S * options.pace
    [port] = free_ports(1)
    with (
        Host(options.folder / "jumps-host") as host,
        SlackServer({"alerts": "C0ALERTS1"}, clock_s=time.time()) as slack,
        Stage("jumps", options, brands=BRANDS, variables=host.variables) as stage,
        listening(stage) as (x, _),
    ):
        stage.worker()
        stage.run("alert", "alert", SLACK_BOT_TOKEN=SLACK_TOKEN, TOCSIN_SLACK_BASE_URL=slack.url)
        stage.run("page", "page", TOCSIN_PAGE_PORT=str(port), TOCSIN_PAGE_STORE="sqlite://")
        producer = KafkaProducer(bootstrap_servers=stage.broker.bootstrap)
        steps = steps_of_incidents()
        late: list[str] = []
        share = len(steps) // 5

        def tell(part: int) -> None:
            """Publish a fifth of the steps while Slack refuses the first call of them."""
            slack.faults.append(Fault("status", "chat.postMessage", 500))
            slack.faults.append(Fault("status", "chat.update", 503))
            for one in steps[part * share : (part + 1) * share if part < 4 else len(steps)]:
                producer.send(INCIDENTS.name, key=one.brand.encode(), value=encode(one))
            producer.flush()

        def jump(part: int, ahead_s: int) -> None:
            """The clock jumps while Slack is waited for; see whether what came before it counts."""
            tell(part)
            time.sleep(1)
            host.set_clock(ahead_s)

        def look(what: str) -> None:
            old = expected([one for one in x.said if time.time() - one[1].timestamp() > BEHIND_S])
            with closing(Buckets(stage.broker.bootstrap)) as counts:
                if missing := lost(old, counts.look()):
                    late.append(f"{what}: {missing} posts older than {BEHIND_S:g} s do not count")

        x.begin()
        jumps = [
            (JUMP_S, "an hour ahead"),
            (0, "set right"),
            (-JUMP_S, "an hour behind"),
            (0, "set right"),
        ]
        acts = []
        for number, (ahead_s, what) in enumerate(jumps):
            at_s = 15 + number * apart_s
            acts.append((at_s, f"the clock is {what}", lambda n=number, s=ahead_s: jump(n, s)))
            acts.append((at_s + apart_s - 2, "look", lambda w=what: look(w)))
        Plan(stage, acts).play()
        tell(4)
        told_in_time = until(lambda: not told(slack, steps).lost, WAIT_S, every_s=1.0)
        page = _answers(port)
        producer.close()

        def faults() -> list[str]:
            found = told(slack, steps)
            return [
                *late,
                *found.lost,
                *found.doubled,
                *slack.broken_rules,
                *([] if page else ["the page does not answer"]),
                *([] if told_in_time else [f"not all was told {WAIT_S:g} s after the last jump"]),
            ]

        note = f"{len(jumps)} jumps of an hour; {len(steps)} steps of incidents"
        return settle(stage, x, (note,), faults)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            return bool(answer.status == 200)
    except (URLError, TimeoutError):
        return False
