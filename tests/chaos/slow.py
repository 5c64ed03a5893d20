"""Everything is slow and nothing fails: the disk of the host, and Slack.

Ingest listens to a stream of X with a spool whose every fsync takes half a second, and so does that
of the page's store. Slack answers each call after eight seconds, nearly as long as alerting waits,
while incidents go on. Nothing may be lost or told twice; a webhook beside Slack is told meanwhile;
the page answers; and once Slack is well again it has to hear of all that waited.
"""

import json
import time
import urllib.request
from urllib.error import URLError

from chaos.host import Host
from chaos.live_run import BRANDS, listening, settle
from chaos.slack import steps_of_incidents
from chaos.stage import SLACK_TOKEN, Options, Stage, until
from chaos.tally import Row, told
from kafka import KafkaProducer

from agents.kafka.apache import free_ports
from schemas.codec import encode
from schemas.incident import Transition
from schemas.topics import INCIDENTS
from support.http_channel import HttpChannel
from support.slack_server import SlackServer

LOAD_S = 90.0
FSYNC_S = 0.5
ANSWER_S = 8.0
BESIDE_S = 45.0
"""So long after the last step at most the webhook knows of all, while Slack is slow."""

WAIT_S = 200.0
DESK_SECRET = "of the desk"  # noqa: S105 - of our own
ROUTES = """
receivers:
  - {name: comms, slack: {}}
  - {name: desk, webhook: {url: "%s", secret_from: DESK_SECRET}}
route: {receivers: [comms, desk]}
"""


def run(options: Options) -> Row:
    """Return the row of the table."""
    load_s = LOAD_S * options.pace
    [port] = free_ports(1)
    with (
        SlackServer({"alerts": "C0ALERTS1"}, clock_s=time.time()) as slack,
        HttpChannel() as desk,
        Host(options.folder / "slow-host") as host,
        Stage("slow", options, brands=BRANDS, variables=host.variables) as stage,
        listening(stage) as (x, _),
    ):
        routes = stage.folder / "routes.yaml"
        routes.write_text(ROUTES % desk.url, encoding="utf-8")
        stage.worker()
        stage.run(
            "alert", "alert", "--routes", str(routes), DESK_SECRET=DESK_SECRET,
            SLACK_BOT_TOKEN=SLACK_TOKEN, TOCSIN_SLACK_BASE_URL=slack.url,
        )  # fmt: skip
        store = stage.folder / "page.sqlite"
        stage.run(
            "page", "page", TOCSIN_PAGE_PORT=str(port), TOCSIN_PAGE_STORE=f"sqlite:///{store}"
        )
        steps = steps_of_incidents()
        slack.answer_s = ANSWER_S
        host.slow_down(FSYNC_S)
        x.begin()
        stage.say(f"fsync takes {FSYNC_S:g} s, Slack answers after {ANSWER_S:g} s")
        producer = KafkaProducer(bootstrap_servers=stage.broker.bootstrap)
        for one in steps:
            producer.send(INCIDENTS.name, key=one.brand.encode(), value=encode(one))
        producer.flush()
        producer.close()
        began_s = time.monotonic()
        beside = until(lambda: _knows_all(desk, steps), BESIDE_S)
        beside_s = time.monotonic() - began_s
        shown = until(lambda: _shown(port) >= {one.incident for one in steps}, BESIDE_S)
        time.sleep(max(began_s + load_s - time.monotonic(), 0))
        behind = len(told(slack, steps).lost)
        slack.answer_s = 0.0
        stage.say(f"Slack answers at once again; {behind} things were still to be told")

        def faults() -> list[str]:
            until(lambda: not told(slack, steps).lost, WAIT_S, every_s=1.0)
            found = told(slack, steps)
            return [
                *found.lost,
                *found.doubled,
                *slack.broken_rules,
                *([] if beside else [f"the webhook waited for Slack: {len(desk.taken)} notices"]),
                *([] if behind else ["Slack was not slow enough to show anything"]),
                *([] if shown else ["the page did not show all incidents on its slow disk"]),
            ]

        note = (
            f"fsync + {FSYNC_S:g} s; Slack + {ANSWER_S:g} s for {load_s:.0f} s, "
            f"{behind} things to tell at its end; {len(steps)} steps of incidents, all of which "
            f"the webhook had after {beside_s:.0f} s"
        )
        return settle(stage, x, (note,), faults)


def _knows_all(desk: HttpChannel, steps: list[Transition]) -> bool:
    """Whether the webhook has the last step of each incident."""
    notices = [json.loads(one.body) for one in list(desk.taken)]
    return {(one["incident"], one["seq"]) for one in notices} >= {
        (one.incident, one.seq) for one in steps if one.seq == max(each.seq for each in steps)
    }


def _shown(port: int) -> set[str]:
    """The incidents that the page tells of, none where it does not answer in time."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/api/v1/incidents", timeout=10
        ) as answer:
            return {one["id"] for one in json.load(answer)}
    except (URLError, TimeoutError):
        return set()
