"""The digest: when it is due, what it says, that it goes out once, and faults of its schedule."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.alerting.digest.compose import BrandWarmth, DigestFigures, digest_of
from agents.alerting.digest.send import is_sent, notice_of, send
from agents.alerting.i18n import LANGUAGES
from agents.alerting.log import MemoryLog
from agents.alerting.routing.digests import DAYS, DigestSchedule
from agents.alerting.routing.load import RouteFaultsError, load_routes
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.sink import SlackSink
from pipeline.detection.incident.merge import merge_all
from support.alert_examples import BRAND, ONSET, heads_up, rung
from support.slack_server import SlackServer

NAMES = {"nestle": "Nestlé"}
UNTIL = ONSET + timedelta(hours=12)
DAILY = DigestSchedule(
    name="daily", every="day", at=time(8), zone="Europe/Paris", receivers=("comms",)
)


def figures(**changes: object) -> DigestFigures:
    values: dict[str, object] = {
        "since": UNTIL - timedelta(days=1),
        "until": UNTIL,
        "complete_until": UNTIL,
        "brands": 30,
        "posts": 48_212,
        "heard": 0.994,
        "incidents": (),
    }
    return DigestFigures(**{**values, **changes})  # type: ignore[arg-type]


def said(code: str = "en", **changes: object) -> str:
    told = digest_of(LANGUAGES[code], figures(**changes), NAMES)  # type: ignore[index]
    return "\n".join([told.title, *told.lines]).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as running:
        yield running
        assert running.broken_rules == []


@given(st.integers(1_704_067_200, 1_800_000_000), st.sampled_from(["day", "week"]))
def test_each_moment_is_in_one_digest_and_each_begins_where_the_last_one_ended(
    at_s: int, every: str
) -> None:
    now = datetime.fromtimestamp(at_s, UTC)
    schedule = replace(DAILY, every=every, on="wed")
    due = schedule.last_due(now)
    assert due <= now
    # A day of summer time may have an hour more.
    assert now - due < timedelta(days=7 if every == "week" else 1, hours=1, seconds=1)
    assert schedule.last_due(due - timedelta(microseconds=1)) == schedule.begins(due)
    assert schedule.last_due(due) == due


def test_it_is_due_at_eight_by_the_clock_in_winter_and_in_summer() -> None:
    summer, winter = datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert DAILY.last_due(summer) == datetime(2026, 7, 1, 6, tzinfo=UTC)
    assert DAILY.last_due(winter) == datetime(2026, 12, 1, 7, tzinfo=UTC)
    weekly = replace(DAILY, every="week", on="mon")
    assert weekly.last_due(winter).weekday() == DAYS.index("mon")


def test_a_quiet_day_is_told_with_its_proof() -> None:
    warmth = [BrandWarmth("Nestlé", 1.4, 0.9), BrandWarmth("Acme", 0.8)]
    shown = said(warmth=warmth, allowed_per_month=5.0)
    assert shown.startswith("▤ Nothing rang: 48,212 posts, 0 heads-ups")
    assert "30 brands" in shown
    assert "Heard 99% of the time." in shown
    assert "Nestlé: 1.4 times its usual; its competitors 0.9 times theirs." in shown
    assert "In 30 days: 0 rings, of which 0 were called false; at most 5 are allowed here." in shown


@pytest.mark.parametrize("complete_until", [None, UNTIL - timedelta(hours=2)])
def test_nothing_rang_is_not_said_of_what_was_not_judged(complete_until: datetime | None) -> None:
    shown = said(complete_until=complete_until)
    assert "Nothing rang" not in shown
    assert "Whether something rang is not known" in shown


def test_what_rang_and_what_did_not_is_listed_and_false_rings_are_counted() -> None:
    false = replace(rung(), seq=2, state="resolved", reason="false_alarm")
    rang = list(merge_all([rung(), false]).values())
    quiet = list(merge_all([heads_up()]).values())
    shown = said(incidents=[*rang, *quiet], recent=rang)
    assert shown.startswith("▤ It rang once: 48,212 posts, 1 heads-up")
    assert "🔔 Nestlé rang 17 Mar 2010, 09:52 UTC, 8/10 at its worst, like Nestlé" in shown
    assert "◇ Nestlé, heads-up 17 Mar 2010, 09:22 UTC; it did not ring." in shown
    assert "In 30 days: 1 rings, of which 1 were called false." in shown


def test_in_french_it_is_written_not_translated() -> None:
    quiet = list(merge_all([heads_up()]).values())
    shown = said("fr", incidents=quiet)
    assert shown.startswith("▤ Rien n’a sonné : 48 212 messages, 1 pré-alerte")
    assert "À l’écoute 99 % du temps." in shown


def test_it_goes_out_once_by_the_log_and_by_slack_itself(slack: SlackServer) -> None:
    due = datetime(2023, 11, 14, 22, tzinfo=UTC)
    key = DAILY.key(due)
    told = digest_of(LANGUAGES["en"], figures(), NAMES)
    sink = SlackSink(SlackApi("xoxb-test", slack.url, timeout_s=2), receiver="comms")
    log = MemoryLog()
    assert not is_sent(DAILY, due, sink, log, BRAND)
    send(notice_of(key, told, BRAND, due), sink, log, due)
    assert is_sent(DAILY, due, sink, log, BRAND)
    # A process that ended before it could note it finds it in the channel.
    assert is_sent(DAILY, due, sink, MemoryLog(), BRAND)
    assert not is_sent(DAILY, due + timedelta(days=1), sink, log, BRAND)
    [message] = slack.roots()
    assert message["text"].startswith("▤ Nothing rang: 48,212 posts")
    assert "Heard 99% of the time." in str(message["blocks"])


ROUTES = """
receivers:
  - {{name: comms, slack: {{}}}}
  - {{name: am, alertmanager: {{url: "https://am.acme.example/"}}}}
route: {{receivers: [comms, am]}}
digests:
  - {digest}
"""


def test_a_schedule_is_read_from_the_routes() -> None:
    text = "{name: monday, every: week, on: fri, at: '17:30', zone: Europe/Paris, brand: 'nes*', "
    routes = load_routes(ROUTES.format(digest=text + "receivers: [comms]}"), "routes.yaml")
    [schedule] = routes.digests
    assert (schedule.at, schedule.on, schedule.brands) == (time(17, 30), "fri", ("nes*",))


@pytest.mark.parametrize(
    ("digest", "fault"),
    [
        ("{name: d, at: '08:00', zone: Europe/Paris, receivers: [comms]}", "is not complete"),
        (
            "{name: d, every: month, at: '08:00', zone: Europe/Paris, receivers: [comms]}",
            "'every' is 'month'",
        ),
        ("{name: d, every: day, at: '08:00', zone: Paris, receivers: [comms]}", "no time zone"),
        (
            "{name: d, every: day, at: '24:00', zone: Europe/Paris, receivers: [comms]}",
            "no time of day",
        ),
        (
            "{name: d, every: day, at: '08:00', zone: Europe/Paris, receivers: [am]}",
            "goes to alertmanager am",
        ),
        (
            "{name: d, every: day, at: '08:00', zone: Europe/Paris, receivers: [nobody]}",
            "no receiver 'nobody'",
        ),
    ],
)
def test_faults_of_a_schedule_are_told_with_their_line(digest: str, fault: str) -> None:
    with pytest.raises(RouteFaultsError) as raised:
        load_routes(ROUTES.format(digest=digest), "routes.yaml")
    assert fault in str(raised.value)
    assert "routes.yaml:7" in str(raised.value)
