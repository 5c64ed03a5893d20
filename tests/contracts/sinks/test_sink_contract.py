"""What every sink has to pass: docs/develop/adding-a-sink.md says how to have one pass it."""

import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from agents.alerting.message.model import Line
from agents.alerting.notifier import Outcome, compose
from agents.alerting.policy import NotifyReason, decide, snapshot
from agents.alerting.sinks.base import (
    Notice,
    RejectedError,
    RetryableError,
    Search,
    Searchable,
    UnauthorizedError,
)
from contracts.sinks.harnesses import WAIT_S, Harness, Trouble
from schemas.brand import Brand
from schemas.incident import Handling, Transition
from support.alert_examples import BRAND, ONSET, heads_up, rung, transition
from support.any_record import any_record
from support.notifying import Told

OTHER = Brand(id="other", names=("Other",), slack_channel="#fallback")
HELD = Handling(snoozed_by="Ana", snoozed_until=ONSET + timedelta(days=1), snoozed_severity=8)


def step(seq: int, **changes: object) -> Transition:
    at = ONSET + timedelta(minutes=42 + 30 * seq)
    values = {"seq": seq, "at": at, "state": "escalating", "reason": "growing", **changes}
    return transition(**values)


def notice(
    told: Transition, before: Transition | None = None, ref: str = "", brand: Brand = BRAND
) -> Notice:
    """Return what a sink is handed of ``told``, composed as alerting does."""
    known = snapshot(before) if before else None

    def fail(error: Exception) -> None:
        raise error

    made = compose(told, brand, decide(told, known), known, failed=fail)
    return replace(made, ref=ref)


def fails(channel: Harness, kind: Trouble) -> None:
    if kind not in channel.troubles:
        pytest.skip(f"nothing of this kind ({kind}) goes wrong in this channel")
    channel.trouble(kind)


def test_its_names_are_fit_for_the_log_for_metrics_and_for_people(channel: Harness) -> None:
    sink = channel.sink()
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,40}", sink.name)
    assert sink.title
    assert isinstance(sink.lasting, bool)


def test_what_rings_is_seen(channel: Harness) -> None:
    channel.sink().deliver(notice(transition()))
    assert channel.seen() == 1
    assert channel.shows("Nestlé: severe (8/10), new. Looks like Nestlé/Greenpeace 2010")


def test_it_speaks_the_language_of_the_brand(channel: Harness) -> None:
    marque = Brand(id="nestle", names=("Nestlé",), slack_channel="C0NESTLE1", alert_language="fr")
    channel.sink().deliver(notice(transition(), brand=marque))
    assert channel.shows("nouvelle alerte")


def test_its_reference_fits_the_log_and_is_understood_by_the_next_process(
    channel: Harness,
) -> None:
    first = transition()
    ref = channel.sink().deliver(notice(first)).ref
    assert len(ref) <= 1000
    worse = step(1, severity=9)
    channel.sink().deliver(notice(worse, first, ref))
    assert channel.shows("severity 8 → 9/10")


@pytest.mark.parametrize(
    ("before", "told", "reason"),
    [
        (None, heads_up(), NotifyReason.HEADS_UP),
        (heads_up(), heads_up(seq=1, state="dismissed"), NotifyReason.HEADS_UP_CHANGED),
        (heads_up(), rung(), NotifyReason.HEADS_UP_RANG),
        (None, transition(), NotifyReason.RINGS),
        (None, step(3, state="fading"), NotifyReason.FOUND_EASING),
        (transition(), step(1, severity=9), NotifyReason.GRAVER),
        (transition(), step(1, state="reopened"), NotifyReason.REOPENED),
        (transition(), step(1, state="fading", severity=6), NotifyReason.PROGRESS),
        (transition(), step(1, reason="snoozed", handling=HELD), NotifyReason.SNOOZED),
        (transition(), step(1, handling=HELD), NotifyReason.SNOOZE_HOLDS),
        (
            transition(),
            step(1, state="resolved", reason="false_alarm", by="Ana"),
            NotifyReason.FALSE_ALARM,
        ),
    ],
    ids=lambda one: one.value if isinstance(one, NotifyReason) else "",
)
def test_whatever_is_decided_can_be_delivered(
    channel: Harness, before: Transition | None, told: Transition, reason: NotifyReason
) -> None:
    sink = channel.sink()
    ref = sink.deliver(notice(before)).ref if before else ""
    made = notice(told, before, ref)
    assert made.reason is reason
    assert len(sink.deliver(made).ref) <= 1000


def test_a_line_is_delivered_where_no_more_can_be_said(channel: Harness) -> None:
    sink = channel.sink()
    first = replace(notice(transition()), message=Line("Only this is certain"))
    ref = sink.deliver(first).ref
    assert channel.shows("Only this is certain")
    second = notice(step(1), transition(), ref)
    sink.deliver(replace(second, message=Line("and this"), update=Line("and this"), loud=True))
    assert channel.shows("and this")


def test_an_incident_is_brought_in_order_and_each_step_once(channel: Harness) -> None:
    alerts = Told(channel.sink())
    steps = [transition(), step(1, severity=9), step(2, state="fading", severity=5)]
    outcomes: list[Outcome] = []
    for one in steps:
        outcomes += [alerts.deliver(one, BRAND), alerts.deliver(one, BRAND)]
    assert outcomes[1::2] == ["duplicate"] * 3
    assert set(outcomes[::2]) <= {"posted", "updated"}
    assert channel.seen() == 3


def test_a_wait_that_is_asked_for_is_handed_on(channel: Harness) -> None:
    sink = channel.sink()
    fails(channel, "wait")
    with pytest.raises(RetryableError) as caught:
        sink.deliver(notice(transition()))
    assert caught.value.after_s == WAIT_S
    assert channel.seen() == 0
    sink.deliver(notice(transition()))
    assert channel.seen() == 1


@pytest.mark.parametrize("kind", ["server", "timeout", "lost_answer"])
def test_passing_trouble_asks_to_come_again_and_loses_nothing(
    channel: Harness, kind: Trouble
) -> None:
    alerts = Told(channel.sink())
    fails(channel, kind)
    with pytest.raises(RetryableError) as caught:
        alerts.deliver(transition(), BRAND)
    assert re.fullmatch(r"[a-z0-9_]+", caught.value.code)
    alerts.deliver(transition(), BRAND)
    assert channel.shows("8/10")
    if channel.drops_copies:
        assert channel.seen() == 1


def test_killed_after_sending_shows_it_once_to_the_next_process(channel: Harness) -> None:
    # The log was not written: only the channel, or the id of the notice, knows of it.
    if not channel.drops_copies:
        pytest.skip("a channel that can neither be searched nor drops copies may show it twice")
    channel.sink().deliver(notice(transition()))
    Told(channel.sink()).deliver(transition(), BRAND)
    assert channel.seen() == 1


def test_a_second_attempt_bears_the_same_id() -> None:
    assert notice(transition()).id == notice(transition()).id
    assert notice(transition()).id != notice(step(1), transition()).id


def test_one_place_that_refuses_holds_back_no_other(channel: Harness) -> None:
    alerts = Told(channel.sink())
    fails(channel, "place")
    with pytest.raises(RejectedError):
        alerts.deliver(transition(), BRAND)
    other = transition(incident="other-1", brand="other")
    assert alerts.deliver(other, OTHER) == "posted"
    assert channel.seen() == 1


def test_a_refused_account_is_called_so(channel: Harness) -> None:
    sink = channel.sink()
    fails(channel, "account")
    with pytest.raises(UnauthorizedError):
        sink.deliver(notice(transition()))
    assert channel.seen() == 0


def test_a_message_that_is_found_too_odd_goes_out_in_plain_words(channel: Harness) -> None:
    sink = channel.sink()
    fails(channel, "odd")
    sink.deliver(notice(transition()))
    assert channel.shows("8/10")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_record(Transition))
def test_whatever_the_schema_lets_through_is_accepted(channel: Harness, told: Transition) -> None:
    if told.state == "dismissed" and told.heads_up_at is None:
        return
    # An id stands in what a machine keeps, where nobody reads it: it may be spelled in any way.
    channel.sink().deliver(notice(replace(told, incident="nestle-1")))


def test_whether_the_channel_is_there_is_told(channel: Harness) -> None:
    assert channel.sink().answers()


def test_a_sink_that_can_be_searched_finds_what_it_was_told_last(channel: Harness) -> None:
    sink = channel.sink()
    if not isinstance(sink, Searchable):
        pytest.skip("this channel cannot be searched")
    search = Search(incident=transition().incident, brand=BRAND, since_s=0.0)
    assert sink.find(search) is None
    ref = sink.deliver(notice(transition())).ref
    ref = sink.deliver(notice(step(1, severity=9), transition(), ref)).ref
    restarted = channel.sink()
    assert isinstance(restarted, Searchable)
    found = restarted.find(search)
    assert found is not None
    assert (found.ref, found.told) == (ref, snapshot(step(1, severity=9)))
