"""Who is called where nobody takes it: exact, whatever happens, across any number of restarts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.alerting.caller import GIVE_UP_S, Caller
from agents.alerting.elsewhere import Elsewhere
from agents.alerting.log import MemoryLog
from agents.alerting.message.flat import flat
from agents.alerting.message.model import Message
from agents.alerting.notifier import Notifier, PlainlyError
from agents.alerting.past_steps import PastStep
from agents.alerting.plan import ReceiverPlan
from agents.alerting.planned import Planned
from agents.alerting.routing.load import load_routes
from agents.alerting.sinks.base import (
    Delivered,
    Notice,
    RejectedError,
    RetryableError,
    Search,
    SinkError,
)
from schemas.brand import Brand
from schemas.incident import Handling, Ring, Transition
from support.alert_examples import BRAND, MARQUE, heads_up, transition

START = datetime(2026, 11, 29, 2, tzinfo=UTC)
ROUTES = """
receivers:
  - {name: comms, console: {}}
  - {name: lead, console: {}}
  - {name: head, console: {}}
route:
  receivers: [comms]
  repeat: 30m
  escalate:
    - {after: 10m, receivers: [lead]}
    - {after: 25m, receivers: [head, lead]}
  routes:
    - {match: {level: heads_up}, group_wait: 2m, receivers: [comms]}
"""
NAMES = ("comms", "lead", "head")
TAKEN = Handling(acknowledged_by="Ana", acknowledged_at=START, acknowledged_severity=8)


class Channel:
    """A sink that keeps what it was handed; ``error`` is raised instead while it is set."""

    title = "A channel"
    lasting = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.got: list[Notice] = []
        self.error: Exception | None = None

    def deliver(self, notice: Notice) -> Delivered:
        if self.error is not None:
            raise self.error
        self.got.append(notice)
        return Delivered(ref=self.name)

    def answers(self) -> bool:
        return True


class Life:
    """Alerting with routes and a clock of its own; ``restart`` loses all but log and topic."""

    def __init__(self, text: str = ROUTES, brand: Brand = BRAND) -> None:
        self.routes = load_routes(text, "routes.yaml")
        self.brand = brand
        self.now = START
        self.jumped = timedelta()
        """By how much the host's clock, which says when calls are due, was set meanwhile."""
        self.topic: list[PastStep] = []
        self.channels = {one.name: Channel(one.name) for one in self.routes.receivers}
        self.logs = {one.name: MemoryLog() for one in self.routes.receivers}
        self.undelivered: list[str] = []
        self.restart()

    def restart(self) -> None:
        self.callers: dict[str, Caller] = {}
        self.notifiers: dict[str, Notifier] = {}
        for receiver in self.routes.receivers:
            name, channel, log = (
                receiver.name,
                self.channels[receiver.name],
                self.logs[receiver.name],
            )
            for step in self.topic:
                log.doubt(step.transition.incident)
            plan = ReceiverPlan(self.routes, receiver)
            notifier = Notifier(channel, log, lambda _: self.brand, now=self._now, plan=plan)
            elsewhere = Elsewhere(
                plan, self.channels.__getitem__, lambda _: self.brand, now=self._now
            )
            self.notifiers[name] = notifier
            self.callers[name] = Caller(
                plan,
                notifier,
                log,
                channel,
                self,
                now=self._now,
                clock_s=self._clock_s,
                delivered=lambda _outcome, _transition: None,
                errored=lambda _: None,
                undelivered=self._given_up(name, elsewhere),
                planned=Planned(
                    tuple(one for one in self.routes.maintenance if name in one.receivers),
                    channel,
                    log,
                    {self.brand.id: self.brand},
                    now=self._now,
                    clock_s=self._clock_s,
                    errored=lambda _: None,
                ),
            )
            self.callers[name].read(0, len(self.topic))

    def before(self, _partition: int, _offset: int) -> list[PastStep]:
        return self.topic

    def step(self, told: Transition) -> None:
        self.topic.append(PastStep(told, self.now))
        for notifier in self.notifiers.values():
            notifier.deliver(told, self.now)

    def turn(self) -> None:
        for caller in self.callers.values():
            caller.turn(lambda _: True)

    def minutes(self, count: int) -> None:
        """Let time pass; the loop turns twice a minute."""
        for _ in range(2 * count):
            self.now += timedelta(seconds=30)
            self.turn()

    def called(self) -> list[tuple[str, str]]:
        """Return who was called, with the reason, in the order of receivers."""
        return [
            (name, one.reason.value)
            for name in NAMES
            for one in self.channels[name].got
            if one.loud
        ]

    def ids(self) -> dict[str, list[str]]:
        return {name: [one.id for one in channel.got] for name, channel in self.channels.items()}

    def _now(self) -> datetime:
        return self.now + self.jumped

    def _clock_s(self) -> float:
        return self.now.timestamp()

    def _given_up(self, name: str, elsewhere: Elsewhere) -> Callable[[Transition, str], None]:
        def give_up(told: Transition, why: str) -> None:
            self.undelivered.append(f"{name} → {elsewhere(told, why)}")

        return give_up


def step(seq: int, **changes: object) -> Transition:
    values = {"seq": seq, "state": "escalating", "reason": "growing", **changes}
    return transition(**values)


def taken(seq: int) -> Transition:
    held = Handling(acknowledged_by="Ana", acknowledged_at=START, acknowledged_severity=8)
    return step(seq, reason="acknowledged", handling=held)


def test_the_next_are_called_one_after_the_other_while_nobody_has_it() -> None:
    life = Life()
    life.step(transition())
    life.minutes(9)
    assert life.called() == [("comms", "rings")]
    life.minutes(2)
    assert life.called() == [("comms", "rings"), ("lead", "escalated")]
    life.minutes(15)
    assert life.called() == [
        ("comms", "rings"),
        ("lead", "escalated"),
        ("lead", "called_again"),
        ("head", "escalated"),
    ]


def test_the_first_who_has_it_stops_it() -> None:
    life = Life()
    life.step(transition())
    life.minutes(11)
    life.step(taken(1))
    life.minutes(120)
    assert life.called() == [("comms", "rings"), ("lead", "escalated")]
    # Whoever was called hears who has it; whoever was not is left in peace.
    said = [flat(channel.got[-1].message).full for channel in map(life.channels.get, NAMES[:2])]
    assert all("Ana" in text for text in said)
    assert life.channels["head"].got == []


def test_a_snooze_stops_it_and_its_end_begins_anew() -> None:
    life = Life()
    life.step(transition())
    held = Handling(snoozed_by="Ana", snoozed_until=START + timedelta(hours=1), snoozed_severity=8)
    life.step(step(1, reason="snoozed", handling=held))
    life.minutes(60)
    assert life.called() == [("comms", "rings")]
    life.step(step(2, reason="unsnoozed", handling=replace(held, snoozed_until=None)))
    life.minutes(9)
    assert life.called() == [("comms", "rings")]
    life.minutes(2)
    assert life.called()[-1] == ("lead", "escalated")


def test_people_are_reminded_until_somebody_has_it() -> None:
    life = Life()
    life.step(transition())
    life.minutes(95)
    reasons = [reason for name, reason in life.called() if name == "comms"]
    assert reasons == ["rings", "called_again", "called_again", "called_again"]
    assert "Still in nobody’s hands after 30 min" in str(life.channels["comms"].got[1].update)


def test_the_message_says_who_is_next_and_when() -> None:
    life = Life()
    life.step(transition())
    message = life.channels["comms"].got[0].message
    assert isinstance(message, Message)
    assert message.parts[0].heading == "Who is called"
    assert "lead at 02:10 UTC, then head at 02:25 UTC" in message.parts[0].lines[0]
    french = Life(brand=MARQUE)
    french.step(transition())
    assert "lead à" in flat(french.channels["comms"].got[0].message).full


def test_whoever_is_called_next_reads_first_why() -> None:
    life = Life()
    life.step(transition())
    life.minutes(11)
    [notice] = life.channels["lead"].got
    said = flat(notice.message)
    assert said.short.startswith("Nobody has it after 10 min: lead is called now.")
    assert "head at 02:25 UTC" in said.full


def test_what_a_channel_forgets_is_said_again_and_not_logged() -> None:
    life = Life()
    life.channels["comms"].refresh_s = 60.0  # type: ignore[attr-defined]
    life.restart()
    life.step(transition())
    logged = life.logs["comms"].of(transition().incident)
    life.minutes(5)
    again = life.channels["comms"].got[1:]
    assert [one.reason.value for one in again] == ["refreshed"] * 5
    assert not any(one.loud for one in again)
    assert life.logs["comms"].of(transition().incident) == logged
    life.step(step(1, state="resolved", reason="back_to_normal"))
    life.minutes(5)
    assert len(life.channels["comms"].got) == 7, "what is over is left to end"


@pytest.mark.parametrize(("severity", "loud"), [(7, False), (9, True)])
def test_who_hears_of_it_late_is_called_only_where_it_is_graver_than_known(
    severity: int, *, loud: bool
) -> None:
    life = Life(
        ROUTES.replace("group_wait: 2m, receivers: [comms]}", "receivers: [comms]}")
        + "    - {match: {pattern: boycott-call}, receivers: [comms, head]}\n"
    )
    life.step(transition())
    life.step(taken(1))
    life.step(replace(taken(2), reason="growing", pattern="boycott-call", severity=severity))
    [notice] = life.channels["head"].got
    assert notice.loud is loud


def test_a_new_ring_calls_everybody_anew() -> None:
    life = Life()
    life.step(transition(rings=(Ring(at=START, severity=8),)))
    life.minutes(12)
    life.step(taken(1))
    life.step(step(2, state="resolved", reason="back_to_normal"))
    life.minutes(60)
    rings = (Ring(at=START, severity=8), Ring(at=START + timedelta(hours=1), severity=8))
    life.step(step(3, state="reopened", reason="renewed", rings=rings))
    life.minutes(11)
    assert life.called() == [
        ("comms", "rings"),
        ("comms", "reopened"),
        ("lead", "escalated"),
        ("lead", "called_again"),
    ]


def test_a_heads_up_waits_and_one_that_rings_meanwhile_is_told_as_a_ring_only() -> None:
    life = Life()
    life.step(heads_up())
    life.minutes(1)
    assert life.channels["comms"].got == []
    life.step(transition(seq=1))
    assert life.called() == [("comms", "rings")]
    other = Life()
    other.step(heads_up())
    other.minutes(3)
    [notice] = other.channels["comms"].got
    assert (notice.reason.value, notice.loud) == ("heads_up", False)


def test_one_that_is_over_within_the_wait_is_not_told() -> None:
    life = Life()
    life.step(heads_up())
    life.step(heads_up(seq=1, state="dismissed", reason="not_rare_enough"))
    life.minutes(10)
    assert life.channels["comms"].got == []


def test_a_receiver_that_is_away_holds_up_no_other_and_is_called_when_it_is_back() -> None:
    life = Life()
    life.channels["lead"].error = RetryableError("timeout")
    life.step(transition())
    life.minutes(14)
    assert life.called() == [("comms", "rings")]
    life.channels["lead"].error = None
    life.minutes(12)
    assert [name for name, _ in life.called()] == ["comms", "lead", "lead", "head"]


def test_a_clock_that_jumps_ahead_gives_up_no_call_that_has_been_tried_for_minutes_only() -> None:
    life = Life()
    life.channels["lead"].error = RetryableError("timeout")
    life.step(transition())
    life.minutes(12)
    life.jumped = timedelta(hours=1)
    life.minutes(2)
    assert life.undelivered == []
    life.channels["lead"].error = None
    life.minutes(2)
    assert "lead" in {name for name, _ in life.called()}


@pytest.mark.parametrize("error", [RejectedError("gone"), RetryableError("timeout")])
def test_a_call_that_is_not_taken_is_said_elsewhere_once(error: SinkError) -> None:
    life = Life()
    life.channels["head"].error = error
    life.step(transition())
    life.minutes(26 + round(GIVE_UP_S / 60) + 2)
    assert life.undelivered == ["head → comms"]
    instead = [one for one in life.channels["comms"].got if one.reason.value == "instead"]
    assert [one.loud for one in instead] == [True]
    assert "head can’t be reached" in flat(instead[0].message).title.replace("'", "’")


def test_a_fault_of_ours_with_one_call_ends_nothing_and_is_said_elsewhere() -> None:
    life = Life()
    life.channels["lead"].error = ZeroDivisionError("ours")
    life.step(transition())
    life.minutes(11)
    assert life.undelivered == ["lead → comms"]
    life.channels["lead"].error = None
    life.minutes(15)
    assert ("head", "escalated") in life.called()


def test_a_channel_is_not_searched_for_what_is_not_routed_there() -> None:
    searched: list[str] = []

    class Searched(Channel):
        def find(self, _search: Search) -> None:
            searched.append(self.name)

    life = Life()
    life.channels = {name: Searched(name) for name in NAMES}
    life.restart()
    life.step(transition())
    assert searched == ["comms"]


def test_a_fault_of_ours_with_a_step_reaches_nobody_who_is_not_routed() -> None:
    life = Life()
    for name, outcome in (("comms", "posted"), ("lead", "unrouted")):
        notifier = life.notifiers[name]
        notifier._bring = None  # type: ignore[method-assign, assignment]
        with pytest.raises(PlainlyError) as caught:
            notifier.deliver(transition(), START)
        assert caught.value.outcome == outcome
    assert [len(life.channels[name].got) for name in NAMES] == [1, 0, 0]


PLANNED = (
    ROUTES
    + """
maintenance:
  - name: Launch
    from: "2026-11-29 02:00"
    to: "2026-11-29 03:00"
    zone: UTC
    receivers: [comms]
"""
)


def test_a_planned_time_calls_nobody_below_its_severity_and_says_when_it_begins_and_ends() -> None:
    life = Life(PLANNED)
    life.turn()
    life.step(transition(severity=6))
    life.minutes(58)
    assert life.called() == []
    assert [one.reason.value for one in life.channels["comms"].got] == ["planned", "rings"]
    life.restart()
    life.turn()
    life.minutes(3)
    planned = [one for one in life.channels["comms"].got if one.reason.value.startswith("planned")]
    assert [one.id[-2:] for one in planned] == ["/0", "/1"], "each once, across a restart"
    assert life.called()[0] == ("comms", "called_again"), "it goes on, and nobody has it"


def test_what_is_grave_enough_calls_in_a_planned_time_too() -> None:
    life = Life(PLANNED)
    life.step(transition(severity=7))
    assert life.called() == [("comms", "rings")]


ACTIONS = st.lists(
    st.one_of(
        st.integers(1, 20),
        st.sampled_from(["growing", "ack", "let_go", "ring", "resolve"]),
    ),
    max_size=12,
)


def perform(life: Life, actions: list[int | str], restarts: frozenset[int]) -> None:
    seq, rings, held = 0, 1, Handling()
    over = False
    life.step(transition(rings=(Ring(at=START, severity=8),)))
    for number, action in enumerate(actions):
        if number in restarts:
            life.restart()
        if isinstance(action, int):
            life.minutes(action)
            continue
        seq += 1
        rung = tuple(Ring(at=START + timedelta(seconds=n), severity=8) for n in range(rings))
        if action == "ack":
            held = Handling(acknowledged_by="Ana", acknowledged_at=START, acknowledged_severity=8)
        elif action == "let_go":
            held = Handling()
        elif action == "ring":
            rings += 1
            rung = (*rung, Ring(at=START + timedelta(seconds=rings), severity=8))
        state = "resolved" if action == "resolve" else "reopened" if over else "escalating"
        over = action == "resolve"
        life.step(step(seq, state=state, rings=rung, handling=held))


@given(actions=ACTIONS, restarts=st.frozensets(st.integers(0, 11)))
def test_restarts_change_nothing_of_who_is_called_and_when(
    actions: list[int | str], restarts: frozenset[int]
) -> None:
    steady, restarted = Life(), Life()
    perform(steady, actions, frozenset())
    perform(restarted, actions, restarts)
    assert restarted.ids() == steady.ids()
    for ids in restarted.ids().values():
        assert len(set(ids)) == len(ids), "nobody is called twice"


def test_killed_between_the_channel_and_the_log_the_call_bears_the_same_id() -> None:
    life = Life()
    life.step(transition())
    before = life.logs["lead"]
    life.logs["lead"] = Forgetful()
    life.restart()
    life.minutes(10)
    life.logs["lead"] = before
    life.restart()
    life.minutes(1)
    ids = life.ids()["lead"]
    assert len(ids) >= 2
    assert set(ids) == {"nestle-20100317T0910/0/0.0"}


class Forgetful(MemoryLog):
    """Keeps nothing, as where a process dies before the log is written."""

    def keep(self, partition: int, delivered: object) -> None:
        pass


def test_a_step_of_something_else_is_no_call() -> None:
    life = Life()
    life.step(transition())
    life.step(replace(step(1), severity=7))
    [_, second] = life.channels["comms"].got
    assert (second.loud, second.call) == (False, "")


def test_the_log_says_who_is_next_and_who_decides_for_the_page() -> None:
    life = Life(ROUTES.replace("  repeat: 30m", "  repeat: 30m\n  decides: Claire Destrée"))
    life.step(transition())
    standing = life.logs["comms"].of(transition().incident)
    assert standing is not None
    assert [(one.receiver, one.at) for one in standing.last.ahead] == [
        ("lead", START + timedelta(minutes=10)),
        ("head", START + timedelta(minutes=25)),
        ("lead", START + timedelta(minutes=25)),
    ]
    assert standing.last.decides == "Claire Destrée"
    [notice] = life.channels["comms"].got
    assert isinstance(notice.message, Message)
    assert "Get a decision from Claire Destrée." in notice.message.advice.lines
    assert any("lead at 02:10 UTC" in line for line in notice.message.hands)
    life.step(transition(seq=1, reason="acknowledged", handling=TAKEN))
    standing = life.logs["comms"].of(transition().incident)
    assert standing is not None
    assert standing.last.ahead == ()
