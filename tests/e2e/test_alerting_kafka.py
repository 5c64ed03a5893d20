"""From the incidents topic of an embedded broker to a Slack of our own."""

import re
import time
from collections.abc import Iterator
from datetime import datetime

import msgspec
import pytest

from agents.alerting.dispatcher import Deliver
from agents.alerting.message.brands import brand_of
from agents.alerting.notifier import Outcome
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.errors import AccountError, TryLaterError
from agents.alerting.sinks.slack.sink import SlackSink
from agents.kafka.embedded import EmbeddedBroker
from schemas.brand import Brand
from schemas.dead_letter import DeadLetter
from schemas.incident import Transition
from schemas.topics import DEAD_LETTERS
from support.alert_examples import BRAND, transition
from support.alerting_run import Run
from support.incident_topic import Kafka, publish
from support.notifying import notifying
from support.slack_server import Fault, SlackServer
from support.topics import read_topic

OTHER = Brand(id="other", names=("Other",), slack_channel="#fallback")
BRANDS = {"nestle": BRAND, "other": OTHER}


class ImpatientError(BaseException):
    """Ends a consumer where a crash would."""


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(partitions=2) as running:
        yield running


@pytest.fixture
def kafka(broker: EmbeddedBroker, request: pytest.FixtureRequest) -> Kafka:
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name)
    broker.create_topic(name, 2)
    return Kafka(broker.bootstrap, name, f"group-{name}")


def slack_deliver(slack: SlackServer) -> Deliver:
    return notifying(SlackSink(SlackApi("xoxb-test", slack.url, timeout_s=2)), brand_of(BRANDS))


def later(seq: int, **changes: object) -> Transition:
    return transition(**{"seq": seq, "state": "escalating", "reason": "growing", **changes})


def other(seq: int = 0) -> Transition:
    return transition(incident="other-1", brand="other", seq=seq)


def test_an_incident_becomes_one_message_and_is_committed(kafka: Kafka, slack: SlackServer) -> None:
    publish(kafka, (0, transition()), (0, later(1)), (0, later(2, state="dismissed")))
    run = Run(kafka, slack_deliver(slack))()
    assert len(slack.roots()) == 1
    assert len(slack.replies()) == 1
    assert run.committed == 3
    assert run.metric("tocsin_records_received_total") == 3
    assert run.metric("tocsin_records_emitted_total") == 2
    assert run.metric("tocsin_records_dropped_total", reason="harmless") == 1


def test_trouble_on_the_way_loses_nothing_and_keeps_the_order(
    kafka: Kafka, slack: SlackServer
) -> None:
    slack.faults += [
        Fault("status", status=429, headers=(("Retry-After", "3"),)),
        Fault("status", status=500),
        Fault("hang_up"),
        Fault("lose_answer", "chat.postMessage"),
        Fault("garbage"),
        Fault("lose_answer", "chat.postMessage"),
        Fault("lose_answer", "chat.update"),
    ]
    publish(kafka, *((0, later(seq, severity=5 + seq)) for seq in range(4)))
    run = Run(kafka, slack_deliver(slack))()
    told = [reply["metadata"]["event_payload"]["seq"] for reply in slack.replies()]
    assert told == [1, 2, 3]
    [message] = slack.roots()
    assert message["metadata"]["event_payload"]["seq"] == 3
    assert run.committed == 4


def test_a_crash_between_post_and_commit_does_not_ring_twice(
    kafka: Kafka, slack: SlackServer
) -> None:
    publish(kafka, (0, transition()))
    deliver = slack_deliver(slack)

    def deliver_and_die(one: Transition, sent_at: datetime, partition: int) -> Outcome:
        deliver(one, sent_at, partition)
        raise ImpatientError

    died = Run(kafka, deliver_and_die)
    with pytest.raises(ImpatientError):
        died()
    assert died.committed is None
    assert len(slack.roots()) == 1
    # The embedded broker lets nobody into the group of a dead member for half a minute; a new
    # group begins where the dead one stood, as nothing was committed.
    run = Run(kafka._replace(group="after-the-crash"), slack_deliver(slack))()
    assert len(slack.roots()) == 1
    assert run.metric("tocsin_records_dropped_total", reason="duplicate") == 1
    assert run.committed == 1


def test_nothing_is_committed_before_slack_has_it(kafka: Kafka) -> None:
    publish(kafka, (0, transition()))

    def die(_one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        raise ImpatientError

    run = Run(kafka, die)
    with pytest.raises(ImpatientError):
        run()
    assert run.committed is None


def test_reading_again_from_the_beginning_rings_nothing_twice(
    kafka: Kafka, slack: SlackServer
) -> None:
    publish(kafka, (0, transition()), (0, later(1)))
    Run(kafka, slack_deliver(slack))()
    Run(kafka._replace(group="again"), slack_deliver(slack))(from_beginning=True)
    assert len(slack.roots()) == 1
    assert len(slack.replies()) == 1


def test_a_partition_that_waits_does_not_hold_back_another(kafka: Kafka) -> None:
    publish(kafka, (0, transition()), (0, later(1)), (1, other()), (1, other(1)))
    order: list[tuple[str, int]] = []
    failures = iter(range(3))

    def deliver(one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        if one.brand == "nestle" and next(failures, None) is not None:
            raise TryLaterError("http_503")
        order.append((one.brand, one.seq))
        return "posted"

    Run(kafka, deliver, tick_s=0.7)()
    assert order.index(("other", 1)) < order.index(("nestle", 0))
    assert order.index(("nestle", 0)) < order.index(("nestle", 1))


def test_no_channel_takes_it_so_it_is_shown_and_the_next_goes_out(
    kafka: Kafka, slack: SlackServer
) -> None:
    slack.refusals["C0NESTLE1"] = "is_archived"
    publish(kafka, (0, transition()), (0, other()))
    run = Run(kafka, slack_deliver(slack))()
    assert [one.brand for one in run.shown] == ["nestle"]
    assert len(slack.roots("C0FALLBK1")) == 1
    assert run.committed == 2
    assert run.metric("tocsin_records_errored_total", reason="is_archived") == 1


def test_what_fails_alone_for_long_is_shown_and_left_behind(kafka: Kafka) -> None:
    publish(kafka, (0, transition()), (0, other()))

    def deliver(one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        if one.brand == "nestle":
            raise TryLaterError("http_500")
        return "posted"

    run = Run(kafka, deliver, tick_s=30)()
    assert [one.brand for one in run.shown] == ["nestle"]
    assert run.committed == 2


@pytest.mark.parametrize("error", [TryLaterError("http_500"), AccountError("invalid_auth")])
def test_while_slack_is_away_or_refuses_the_token_everything_waits(
    kafka: Kafka, error: Exception
) -> None:
    publish(kafka, (0, transition()))
    attempts = iter(range(40))

    def deliver(_one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        if next(attempts, None) is None:
            return "posted"
        raise error

    def away() -> bool:
        raise error

    run = Run(kafka, deliver, tick_s=120)
    run.answers = away
    run()
    assert run.shown == []
    assert run.committed == 1


def test_what_cannot_be_read_goes_to_the_dead_letters(kafka: Kafka) -> None:
    wrong = msgspec.json.encode({**msgspec.to_builtins(transition()), "schema": 99})
    publish(kafka, (0, b"{"), (0, wrong), (0, b'{"schema":1,"incident":"\\u0000"}'))
    publish(kafka, (0, transition()))
    run = Run(kafka, lambda _one, _at, _partition: "posted")()
    assert run.committed == 4
    assert run.metric("tocsin_records_errored_total", reason="unknown_schema") == 1
    raws = read_topic(kafka.bootstrap, DEAD_LETTERS.name)
    letters = [msgspec.json.decode(raw, type=DeadLetter) for raw in raws]
    found = {
        letter.origin: letter.reason for letter in letters if letter.origin.startswith(kafka.topic)
    }
    assert found == {
        f"{kafka.topic}[0]@0": "malformed_json",
        f"{kafka.topic}[0]@1": "unknown_schema",
        f"{kafka.topic}[0]@2": "control_characters",
    }


def test_old_records_do_not_ring(kafka: Kafka) -> None:
    publish(kafka, (0, transition()))
    run = Run(kafka, lambda _one, _at, _partition: "posted")
    run.oldest_s = time.time() + 60
    run()
    assert run.metric("tocsin_records_dropped_total", reason="stale") == 1
