"""The notification log: what was delivered is known to whoever comes next, whenever we die."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from agents.alerting.log import TopicLog, UnwrittenError
from agents.alerting.message.brands import brand_of
from agents.alerting.notifier import Notifier
from agents.alerting.sinks.base import Sink
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.sink import SlackSink
from agents.cli.alert import command
from agents.kafka.clients import KafkaClients
from agents.kafka.embedded import EmbeddedBroker
from schemas.codec import Decoder
from schemas.incident import Transition
from schemas.notification import Notification, Snapshot
from schemas.topics import INCIDENTS, NOTIFICATIONS
from support.alert_examples import BRAND, heads_up, rung, transition
from support.alerting_run import Run
from support.incident_topic import Kafka, publish
from support.recording_sink import Recorder, RecordingSink
from support.slack_server import Fault, SlackServer
from support.topics import read_topic
from support.waiting import PATIENCE_S, until

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

TESTS = Path(__file__).parents[1]
NOW = datetime(2026, 11, 29, 16, tzinfo=UTC)
BRANDS = {"nestle": BRAND}


class Place(NamedTuple):
    """A topic of incidents, and one for the log, of one test's own."""

    kafka: Kafka
    log: str

    def topic_log(self, sink: Sink) -> TopicLog:
        return TopicLog(KafkaClients(self.kafka.bootstrap), sink.name, topic=self.log)

    def logged(self) -> list[Notification]:
        raws = read_topic(self.kafka.bootstrap, self.log)
        return [Decoder(Notification).decode(raw) for raw in raws]


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(partitions=2) as running:
        yield running


@pytest.fixture
def place(broker: EmbeddedBroker, request: pytest.FixtureRequest) -> Place:
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name)
    broker.create_topic(name, 2)
    broker.create_topic(f"{name}-log", 2)
    return Place(Kafka(broker.bootstrap, name, f"group-{name}"), f"{name}-log")


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        yield server


def step(seq: int, **changes: object) -> Transition:
    return transition(**{"seq": seq, "state": "escalating", "reason": "growing", **changes})


def run(place: Place, sink: Sink, log: TopicLog, group: str = "a") -> Run:
    kafka = place.kafka._replace(group=f"{place.kafka.group}-{group}")
    notifier = Notifier(sink, log, brand_of(BRANDS), now=lambda: NOW)
    made = Run(kafka, notifier.deliver)
    made.notifications = log
    made.answers = sink.answers
    return made


def live(place: Place, kind: str, url: str, group: str, *, dies: str) -> int:
    """Let a process deliver what is there; how it ended."""
    call = [sys.executable, "-m", "support.alerting_process", kind, url]
    kafka = place.kafka
    done = subprocess.run(
        [*call, kafka.bootstrap, kafka.topic, f"{kafka.group}-{group}", place.log, dies],
        env={**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent}"},
        timeout=60,
        check=False,
    )
    return done.returncode


def test_a_channel_that_nobody_can_search_gets_nothing_twice_after_a_kill(
    place: Place, recorder: Recorder
) -> None:
    publish(place.kafka, (1, transition()), (1, step(1, severity=9)))
    assert live(place, "recorder", recorder.url, "first", dies="logged") == -signal.SIGKILL
    assert recorder.ids() == ["nestle-20100317T0910/0"]
    # A new group begins where the dead one stood, as nothing was committed.
    assert live(place, "recorder", recorder.url, "second", dies="logged") == -signal.SIGKILL
    assert live(place, "recorder", recorder.url, "third", dies="never") == 0
    assert recorder.ids() == ["nestle-20100317T0910/0", "nestle-20100317T0910/1"]
    # What changed is known across the kill, too.
    assert "severity 8 → 9/10" in str(recorder.notices[1]["notice"]["update"])


def test_killed_before_the_log_is_written_it_gets_a_second_copy_with_the_same_id(
    place: Place, recorder: Recorder
) -> None:
    publish(place.kafka, (0, transition()))
    assert live(place, "recorder", recorder.url, "first", dies="unlogged") == -signal.SIGKILL
    assert live(place, "recorder", recorder.url, "second", dies="never") == 0
    assert recorder.ids() == ["nestle-20100317T0910/0"] * 2
    assert [one["notice"]["in_doubt"] for one in recorder.notices] == [True, True]


@pytest.mark.parametrize("dies", ["unlogged", "logged"])
def test_slack_is_exact_whenever_alerting_is_killed(
    place: Place, slack: SlackServer, dies: str
) -> None:
    publish(place.kafka, (0, heads_up()), (0, rung()), (0, step(2, severity=9)))
    for life in range(3):
        killed = live(place, "slack", slack.url, f"life-{life}", dies=dies)
        assert killed == -signal.SIGKILL
        if dies == "unlogged":
            break  # nothing is logged in any of its lives, and each goes as far as the first step
    assert live(place, "slack", slack.url, "last", dies="never") == 0
    assert len(slack.roots()) == 2
    told = [reply["metadata"]["event_payload"]["seq"] for reply in slack.replies()]
    assert told == [2]


def test_the_log_says_what_stands_where_in_the_partition_of_the_incident(
    place: Place, slack: SlackServer
) -> None:
    publish(place.kafka, (1, transition()), (1, step(1, severity=9)))
    sink = SlackSink(SlackApi("xoxb-test", slack.url, timeout_s=2))
    with closing(place.topic_log(sink)) as log:
        run(place, sink, log)()
    first, second = place.logged()
    [message] = slack.roots()
    assert (first.sink, first.incident, first.reason) == ("slack", "nestle-20100317T0910", "rings")
    assert (second.reason, second.told.seq, second.told.severity) == ("graver", 1, 9)
    assert (second.ref, second.at) == (f"C0NESTLE1/{message['ts']}/0", NOW)
    with closing(place.topic_log(sink)) as log:
        log.read(0)
        assert log.of("nestle-20100317T0910") is None
        log.read(1)
        standing = log.of("nestle-20100317T0910")
        assert standing is not None
        assert (standing.last, standing.sure) == (second, False)
        log.forget(1)
        assert log.of("nestle-20100317T0910") is None


def test_an_app_that_may_not_read_its_channel_is_exact_after_a_restart(
    place: Place, slack: SlackServer
) -> None:
    slack.unscoped = {"conversations.history", "conversations.replies", "users.conversations"}
    for group, steps in (("a", [transition()]), ("b", [step(1, severity=9)])):
        publish(place.kafka, *((0, one) for one in steps))
        sink = SlackSink(SlackApi("xoxb-test", slack.url, timeout_s=2))
        with closing(place.topic_log(sink)) as log:
            run(place, sink, log, group)()
    assert len(slack.roots()) == 1
    assert len(slack.replies()) == 1
    assert "severity 8 → 9/10" in slack.replies()[0]["text"]


def test_a_message_that_was_deleted_is_replaced_after_a_restart_as_before(
    place: Place, slack: SlackServer
) -> None:
    publish(place.kafka, (0, transition()))
    sink = SlackSink(SlackApi("xoxb-test", slack.url, timeout_s=2))
    with closing(place.topic_log(sink)) as log:
        run(place, sink, log, "a")()
    slack.messages["C0NESTLE1"].clear()
    publish(place.kafka, (0, step(1)), (0, step(2)))
    with closing(place.topic_log(sink)) as log:
        run(place, sink, log, "b")()
    [message] = slack.roots()
    assert message["metadata"]["event_payload"]["seq"] == 2


def test_nothing_is_delivered_before_the_log_was_read(place: Place, recorder: Recorder) -> None:
    publish(place.kafka, (0, transition()), (1, step(1, incident="other-1")))
    sink = RecordingSink(recorder.url)
    known: list[tuple[str, bool]] = []

    class Reading(TopicLog):
        def read(self, partition: int) -> None:
            super().read(partition)
            known.append((f"read {partition}", bool(recorder.notices)))

    with closing(place.topic_log(sink)) as log:
        run(place, sink, log, "a")()
    recorder.notices.clear()
    with closing(Reading(KafkaClients(place.kafka.bootstrap), sink.name, topic=place.log)) as log:
        run(place, sink, log, "b")(from_beginning=True)
    assert sorted(known) == [("read 0", False), ("read 1", False)]
    assert recorder.notices == []


def test_what_is_no_notification_is_passed_over(place: Place, recorder: Recorder) -> None:
    publish(place.kafka._replace(topic=place.log), (0, b"{"), (0, b""))
    publish(place.kafka, (0, transition()))
    sink = RecordingSink(recorder.url)
    with closing(place.topic_log(sink)) as log:
        run(place, sink, log)()
    assert len(recorder.notices) == 1


def _is_settled(log: TopicLog, incident: str) -> bool:
    try:
        log.settle(incident)
    except UnwrittenError:
        return False
    return True


def test_a_log_that_kafka_does_not_take_is_waited_for_and_then_written(
    broker: EmbeddedBroker,
) -> None:
    told = Snapshot(seq=0, state="open", severity=8, last_hour=1.0, negative_share=0.0)
    said = Notification(
        sink="x", incident="i", brand="b", at=NOW, reason="rings", ref="", told=told
    )
    broker.create_topic("waits", 1)
    with closing(TopicLog(KafkaClients(broker.bootstrap), "x", topic="waits", write_s=0.3)) as log:
        log.keep(0, said)
        broker.go_down()
        later = Notification(
            sink="x", incident="j", brand="b", at=NOW, reason="rings", ref="", told=told
        )
        with pytest.raises(UnwrittenError):
            log.keep(0, later)
        with pytest.raises(UnwrittenError):
            log.settle("j")
        broker.come_up()
        until(lambda: _is_settled(log, "j"))
    raws = list(read_topic(broker.bootstrap, "waits"))
    assert [Decoder(Notification).decode(raw).incident for raw in raws] == ["i", "j"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=503),
        Fault("status", status=401),
        Fault("status", status=404),
        Fault("status", status=429, headers=(("Retry-After", "30"),)),
        Fault("hang_up"),
    ],
    ids=["503", "401", "404", "429", "hang_up"],
)
def test_a_sink_that_refuses_holds_back_no_other(
    place: Place, slack: SlackServer, recorder: Recorder, fault: Fault
) -> None:
    publish(place.kafka, (0, transition()), (0, step(1, severity=9)))
    recorder.always = fault
    refusing = RecordingSink(recorder.url)
    fine = SlackSink(SlackApi("xoxb-test", slack.url, timeout_s=2))
    with closing(place.topic_log(refusing)) as one, closing(place.topic_log(fine)) as other:
        slow = run(place, refusing, one, "recorder")
        waiting = Thread(target=slow, daemon=True)
        waiting.start()
        until(lambda: recorder.calls >= 2)
        done = run(place, fine, other, "slack")()
        assert done.committed == 2
        assert (len(slack.roots()), len(slack.replies())) == (1, 1)
        assert recorder.ids() == []
        recorder.always = None
        waiting.join(timeout=PATIENCE_S)
    assert slow.committed == 2
    if fault.status == 404:  # no place takes it, so it is shown instead, and set aside
        assert [one.seq for one in slow.shown] == [0, 1]
        return
    assert slow.shown == []
    assert recorder.ids() == ["nestle-20100317T0910/0", "nestle-20100317T0910/1"]
    assert sorted((one.sink, one.told.seq) for one in place.logged()) == [
        ("recorder", 0),
        ("recorder", 1),
        ("slack", 0),
        ("slack", 1),
    ]


def test_the_command_delivers_to_two_sinks_side_by_side(
    broker: EmbeddedBroker, slack: SlackServer, tmp_path: Path
) -> None:
    brands = tmp_path / "brands.yaml"
    brands.write_text(
        "brands:\n  - id: nestle\n    names: [Nestlé]\n    slack_channel: '#nestle-alerts'\n",
        encoding="utf-8",
    )
    publish(Kafka(broker.bootstrap, INCIDENTS.name, ""), (0, transition()))
    environment = {
        "TOCSIN_KAFKA_BOOTSTRAP": broker.bootstrap,
        "TOCSIN_PARTITIONS": "2",
        "COLUMNS": "120",
        "SLACK_BOT_TOKEN": "xoxb-test",
        "TOCSIN_SLACK_BASE_URL": slack.url,
    }
    arguments = ["--brands", str(brands), "--sink", "slack", "--sink", "console", "--once"]
    done = CliRunner().invoke(command, arguments, env=environment)
    assert done.exit_code == 0, done.output
    assert "Nestlé: severe (8/10), new." in done.stdout
    assert len(slack.roots()) == 1
    # A terminal keeps nothing, and so is not in the log.
    raws = read_topic(broker.bootstrap, NOTIFICATIONS.name)
    assert {Decoder(Notification).decode(raw).sink for raw in raws} == {"slack"}


def test_the_command_says_what_slack_needs(tmp_path: Path) -> None:
    brands = tmp_path / "brands.yaml"
    brands.write_text("brands:\n  - id: nestle\n    names: [Nestlé]\n", encoding="utf-8")
    done = CliRunner().invoke(
        command, ["--brands", str(brands), "--sink", "slack"], env={"SLACK_BOT_TOKEN": ""}
    )
    assert done.exit_code == 2
    assert "--sink slack needs SLACK_BOT_TOKEN" in done.output
