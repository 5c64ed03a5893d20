"""The chart of an alert goes into its thread in Slack, and never holds anything up."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.picture import HEIGHT, WIDTH, open_drawing
from agents.alerting.sinks.slack.sink import NO_PICTURES_S, SlackSink
from schemas.incident import Course, Transition
from support.alert_examples import BRAND, ONSET, rung
from support.notifying import SENT, Told
from support.slack_server import Fault, SlackServer


class World:
    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.now_s = 0.0
        self.refused: list[str] = []
        self.told = Told(
            SlackSink(
                SlackApi("xoxb-test", slack.url, timeout_s=2),
                refused=self.refused.append,
                draw=open_drawing(),
                clock_s=lambda: self.now_s,
            )
        )

    def tell(self, transition: Transition) -> str:
        return self.told.deliver(transition, BRAND, SENT)

    @property
    def shared(self) -> list[dict]:
        return [one for one in self.slack.uploads.values() if "channel" in one]


@pytest.fixture
def world(slack: SlackServer) -> World:
    return World(slack)


def ringing(seq: int = 1, **changes: object) -> Transition:
    at = ONSET + timedelta(minutes=42 + 30 * (seq - 1))
    counts = (3, 2, 4, 3, 2, 5, 3, 2, 9, 30, 80, 160)
    course = Course(until=at, step_s=600, mentions=counts)
    return rung(**{"seq": seq, "at": at, "course": course, **changes})


def louder(seq: int = 2) -> Transition:
    first = ringing()
    return ringing(
        seq, state="escalating", reason="growing", severity=first.severity + 1, rings=first.rings
    )


def test_the_thread_has_the_chart_beside_the_sparkline_of_the_message(world: World) -> None:
    world.tell(ringing())
    [root] = world.slack.roots()
    [upload] = world.shared
    assert (upload["channel"], upload["thread"]) == ("C0NESTLE1", root["ts"])
    assert upload["name"] == "nestle-1.png"
    picture = Image.open(BytesIO(upload["bytes"]))
    assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
    assert upload["alt"].startswith("Mentions an hour from 07:52 UTC to 09:52 UTC: up to 960")
    assert upload["title"] == upload["alt"]
    assert "█" in str(root["blocks"])


def test_a_step_that_is_told_brings_a_new_one_and_a_silent_refresh_none(world: World) -> None:
    world.tell(ringing())
    world.tell(louder())
    assert len(world.shared) == 2
    world.tell(ringing(3, state="escalating", reason="growing", refreshed=True, severity=8))
    assert len(world.shared) == 2


@pytest.mark.parametrize("broken", ["url", "bytes", "complete", "hang_up"])
def test_what_slack_does_not_take_leaves_the_alert_as_it_is(world: World, broken: str) -> None:
    world.slack.refuses_bytes = broken == "bytes"
    method = {"complete": "files.completeUploadExternal"}.get(broken, "files.getUploadURLExternal")
    if broken == "hang_up":
        world.slack.faults.append(Fault("hang_up", method))
    elif broken != "bytes":
        world.slack.faults.append(Fault("error", method, error="internal_error"))
    assert world.tell(ringing()) == "posted"
    assert len(world.slack.roots()) == 1
    assert len(world.slack.evidence()) == 1
    assert world.shared == []
    assert len(world.refused) == 1


def test_without_the_scope_alerts_go_out_and_nothing_is_tried_for_a_while(world: World) -> None:
    world.slack.unscoped.add("files.getUploadURLExternal")
    assert world.tell(ringing()) == "posted"
    assert world.tell(louder()) == "updated"
    assert world.slack.methods().count("files.getUploadURLExternal") == 1
    world.slack.unscoped.clear()
    world.now_s += NO_PICTURES_S
    world.tell(ringing(3, state="escalating", reason="growing", severity=10))
    assert len(world.shared) == 1
