"""One incident that cannot be told or delivered: it still rings, and the others go on."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from agents.alerting import notifier
from agents.alerting.dispatcher import LONGEST_ASKED_S
from agents.alerting.message.brands import brand_of
from agents.alerting.notifier import Outcome, PlainlyError
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.errors import SlackError, TryLaterError
from agents.alerting.sinks.slack.sink import SlackSink
from agents.kafka.embedded import KAFKA_PYTHON_API, EmbeddedBroker
from schemas.base import EARLIEST
from schemas.brand import Brand
from schemas.codec import Decoder
from schemas.dead_letter import DeadLetter
from schemas.incident import Handling, Transition
from schemas.topics import DEAD_LETTERS
from support.alert_examples import BRAND, ONSET, transition
from support.alerting_run import Run
from support.incident_topic import Kafka, publish
from support.notifying import Told, notifying
from support.slack_server import Fault, SlackServer
from support.topics import read_topic
from support.waiting import PATIENCE_S

THIRD = Brand(id="third", names=("Third",), slack_channel="#third-alerts")
OTHER = Brand(id="other", names=("Other",), slack_channel="#fallback")
BRANDS = {"nestle": BRAND, "other": OTHER, "third": THIRD}
POISON = "poison-1"

Poison = Callable[[str], None]


@pytest.fixture(scope="module")
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(partitions=2) as running:
        yield running


@pytest.fixture
def kafka(broker: EmbeddedBroker, request: pytest.FixtureRequest) -> Kafka:
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name)
    broker.create_topic(name, 2)
    return Kafka(broker.bootstrap, name, f"group-{name}")


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Poison:
    """Return what makes a part of alerting fail for one incident, as a mistake of ours would."""

    def poison(name: str) -> None:
        sound = getattr(notifier, name)

        def failing(one: Transition, *more: object, **named: object) -> object:
            if isinstance(one, Transition) and one.incident == POISON:
                raise ZeroDivisionError("division by <!channel> zero")
            return sound(one, *more, **named)

        monkeypatch.setattr(notifier, name, failing)

    return poison


def slack_sink(slack: SlackServer) -> SlackSink:
    return SlackSink(SlackApi("xoxb-test", slack.url, timeout_s=2))


def sink(slack: SlackServer) -> Told:
    return Told(slack_sink(slack))


def letters(kafka: Kafka) -> dict[str, DeadLetter]:
    """Return the dead letters of the test's own topic, by offset."""
    raws = read_topic(kafka.bootstrap, DEAD_LETTERS.name)
    found = [Decoder(DeadLetter).decode(raw) for raw in raws]
    return {
        one.origin.removeprefix(kafka.topic): one
        for one in found
        if one.origin.startswith(f"{kafka.topic}[")
    }


def of(brand: str, seq: int = 0, **changes: object) -> Transition:
    at = ONSET + timedelta(minutes=42 + 10 * seq)
    return transition(**{"incident": f"{brand}-1", "brand": brand, "seq": seq, "at": at, **changes})


def bad(seq: int = 0) -> Transition:
    return of("third", seq, incident=POISON)


def three(slack: SlackServer) -> None:
    slack.channels["third-alerts"] = "C0THIRD01"
    slack.messages["C0THIRD01"] = []


def test_one_that_cannot_be_told_rings_in_one_line_and_the_others_go_on(
    kafka: Kafka, slack: SlackServer, poison: Poison
) -> None:
    three(slack)
    poison("message_of")
    publish(kafka, (0, of("nestle")), (0, bad()), (0, of("other")), (1, of("third")))
    run = Run(kafka, notifying(slack_sink(slack), brand_of(BRANDS)))()
    texts = [message["text"] for message in slack.roots("C0THIRD01")]
    assert min(texts).startswith(
        "Third: severity 8/10, new. Incident poison-1, step 0. Details could not be shown: "
        "ZeroDivisionError: division by ‹!channel&gt; zero"
    )
    assert (len(slack.roots()), len(slack.roots("C0FALLBK1")), len(texts)) == (1, 1, 2)
    assert run.committed == 3
    [(place, letter)] = letters(kafka).items()
    assert (place, letter.reason) == ("[0]@1", "undeliverable")
    assert re.search(r"told in one line: ZeroDivisionError: .*\(agents/alerting/notifier.py:\d+\)",
                     letter.detail)  # fmt: skip
    assert Decoder(Transition).decode(letter.payload) == bad()
    assert run.metric("tocsin_records_errored_total", reason="undeliverable") == 1
    assert run.metric("tocsin_records_emitted_total") == 4


def test_a_step_that_cannot_be_told_calls_people_to_its_thread(
    slack: SlackServer, poison: Poison
) -> None:
    three(slack)
    alerts = sink(slack)
    alerts.deliver(bad(), THIRD, ONSET)
    poison("update_of")
    poison("message_of")
    with pytest.raises(PlainlyError, match="ZeroDivisionError"):
        alerts.deliver(bad(1), THIRD, ONSET)
    [reply] = slack.replies("C0THIRD01")
    assert reply["broadcast"]
    assert "step 1. Details could not be shown" in reply["text"]
    assert len(slack.roots("C0THIRD01")) == 1


def test_whatever_else_fails_rings_once_and_goes_on_in_its_thread(
    slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OverflowError("date value out of range")

    three(slack)
    monkeypatch.setattr(SlackSink, "find", failing)
    alerts = sink(slack)
    for seq in range(3):
        with pytest.raises(PlainlyError, match="date value out of range"):
            alerts.deliver(bad(seq), THIRD, ONSET)
    assert len(slack.roots("C0THIRD01")) == 1
    assert [reply["broadcast"] for reply in slack.replies("C0THIRD01")] == [True, True]


def test_what_no_part_of_slack_takes_is_shown_and_set_aside(kafka: Kafka) -> None:
    publish(kafka, (0, bad()), (0, of("other")))

    def deliver(one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        if one.incident == POISON:
            raise RuntimeError("no way")
        return "posted"

    run = Run(kafka, deliver)()
    assert [one.incident for one in run.shown] == [POISON]
    assert run.committed == 2
    assert letters(kafka)["[0]@0"].detail.startswith("RuntimeError: no way")


def test_a_console_that_fails_too_stops_nobody(kafka: Kafka) -> None:
    publish(kafka, (0, bad()), (0, of("other")))

    def deliver(one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        if one.incident == POISON:
            raise RuntimeError("no way")
        return "posted"

    def broken(_one: Transition) -> None:
        raise ValueError("no console")

    run = Run(kafka, deliver)
    run.last_resort = broken
    run()
    assert run.committed == 2


def test_what_no_channel_takes_is_set_aside_with_slacks_word(
    kafka: Kafka, slack: SlackServer
) -> None:
    slack.refusals["C0NESTLE1"] = "is_archived"
    publish(kafka, (0, of("nestle")))
    run = Run(kafka, notifying(slack_sink(slack), brand_of(BRANDS)))()
    assert letters(kafka)["[0]@0"].detail == "Slack: is_archived"
    assert [one.brand for one in run.shown] == ["nestle"]


def test_kafkas_own_errors_end_the_process(kafka: Kafka) -> None:
    publish(kafka, (0, of("nestle")))

    def deliver(_one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        raise KafkaTimeoutError("away")

    run = Run(kafka, deliver)
    with pytest.raises(KafkaTimeoutError):
        run()
    assert run.committed is None


def test_an_empty_record_is_counted_and_passed_over(kafka: Kafka) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, api_version=KAFKA_PYTHON_API)
    producer.send(kafka.topic, key=b"nestle", value=None, partition=0).get(timeout=PATIENCE_S)
    producer.close()
    publish(kafka, (0, of("nestle")))
    run = Run(kafka, lambda _one, _at, _partition: "posted")()
    assert run.committed == 2
    assert run.metric("tocsin_records_dropped_total", reason="tombstone") == 1
    assert letters(kafka) == {}


def test_a_message_that_can_never_be_changed_gets_one_successor(slack: SlackServer) -> None:
    slack.broken_updates = "message_not_found"
    alerts = sink(slack)
    alerts.deliver(of("nestle"), BRAND, ONSET)
    outcomes = [alerts.deliver(of("nestle", seq), BRAND, ONSET) for seq in range(1, 8)]
    assert outcomes == ["posted", *["updated"] * 6]
    assert len(slack.roots()) == 2
    told = [reply["metadata"]["event_payload"]["seq"] for reply in slack.replies()]
    assert told == list(range(1, 8))


def test_a_restart_does_not_make_another_successor(slack: SlackServer) -> None:
    slack.broken_updates = "message_not_found"
    for seq in range(8):
        sink(slack).deliver(of("nestle", seq), BRAND, ONSET)
    assert len(slack.roots()) == 2


def test_a_successor_is_kept_up_to_date(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(of("nestle"), BRAND, ONSET)
    slack.messages["C0NESTLE1"].clear()
    for seq in (1, 2, 3):
        alerts.deliver(of("nestle", seq), BRAND, ONSET)
    [message] = slack.roots()
    assert message["metadata"]["event_payload"]["seq"] == 3


def test_a_successor_that_people_delete_as_well_is_not_replaced(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(of("nestle"), BRAND, ONSET)
    slack.messages["C0NESTLE1"].clear()
    alerts.deliver(of("nestle", 1), BRAND, ONSET)
    slack.messages["C0NESTLE1"].clear()
    with pytest.raises(SlackError, match="thread_not_found"):
        alerts.deliver(of("nestle", 2), BRAND, ONSET)
    assert slack.roots() == []


def test_a_snoozed_incident_whose_message_is_gone_stays_quiet(slack: SlackServer) -> None:
    slack.broken_updates = "message_not_found"
    alerts = sink(slack)
    hands = Handling(snoozed_by="Ana", snoozed_until=ONSET + timedelta(days=1), snoozed_severity=8)
    for seq in range(6):
        alerts.deliver(of("nestle", seq, handling=hands), BRAND, ONSET)
    assert len(slack.roots()) == 2
    assert slack.replies() == []


def test_all_lanes_wait_for_slack_where_it_asks_for_patience(kafka: Kafka) -> None:
    publish(kafka, (0, of("nestle")), (1, of("other")))
    tried: list[tuple[str, float]] = []

    def deliver(one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        tried.append((one.brand, run.clock_s))
        if len(tried) == 1:
            raise TryLaterError("ratelimited", after_s=30)
        return "posted"

    run = Run(kafka, deliver, tick_s=1)
    run()
    assert len(tried) == 3
    asked_s = tried[0][1]
    assert [at_s - asked_s >= 30 for _, at_s in tried[1:]] == [True, True]


def test_an_absurd_wait_is_bounded(kafka: Kafka) -> None:
    publish(kafka, (0, of("nestle")))
    tried: list[float] = []

    def deliver(_one: Transition, _sent_at: datetime, _partition: int) -> Outcome:
        tried.append(run.clock_s)
        if len(tried) == 1:
            raise TryLaterError("ratelimited", after_s=1e9)
        return "posted"

    run = Run(kafka, deliver, tick_s=20)
    run()
    [waited_s] = [later - sooner for sooner, later in pairwise(tried)]
    assert LONGEST_ASKED_S <= waited_s < LONGEST_ASKED_S + 200


@pytest.mark.parametrize("said", ["nan", "inf", "-5", "Wed, 21 Oct 2026 07:28:00 GMT", "1e999", ""])
def test_a_wait_that_is_none_says_nothing(slack: SlackServer, said: str) -> None:
    slack.faults.append(Fault("status", status=429, headers=(("Retry-After", said),)))
    with pytest.raises(TryLaterError) as caught:
        sink(slack).deliver(of("nestle"), BRAND, ONSET)
    assert (caught.value.after_s, caught.value.everywhere) == (0, True)


def test_an_onset_at_the_beginning_of_the_calendar_is_looked_up(slack: SlackServer) -> None:
    one = msgspec.structs.replace(of("nestle"), onset=EARLIEST)
    assert sink(slack).deliver(one, BRAND, ONSET) == "posted"
