"""What the sinks that post to an address do beyond the contract that all sinks pass."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from agents.alerting.address import Address, AddressError
from agents.alerting.notifier import compose
from agents.alerting.policy import decide, snapshot
from agents.alerting.sinks.alertmanager import LASTS_S, REFRESH_S, AlertmanagerSink
from agents.alerting.sinks.base import Notice, RejectedError
from agents.alerting.sinks.webhook import WebhookSink
from agents.secret import Secret
from schemas.export import json_schema
from schemas.incident import Transition
from schemas.webhook import WebhookNotice
from support.alert_examples import BRAND, ONSET, heads_up, rung, transition
from support.http_channel import HttpChannel
from support.slack_server import Fault

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)


@pytest.fixture
def channel() -> Iterator[HttpChannel]:
    with HttpChannel() as server:
        yield server


def notice(told: Transition, before: Transition | None = None, ref: str = "") -> Notice:
    known = snapshot(before) if before else None
    made = compose(told, BRAND, decide(told, known), known, failed=lambda _: None)
    return replace(made, ref=ref)


def webhook(channel: HttpChannel) -> WebhookSink:
    return WebhookSink(Address(channel.url), Secret("quite secret"), now=lambda: NOW)


def alertmanager(channel: HttpChannel) -> AlertmanagerSink:
    return AlertmanagerSink(Address(f"http://127.0.0.1:{channel.port}/am/"), now=lambda: NOW)


def alerts(channel: HttpChannel) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(channel.taken[-1].body)
    return found


@pytest.mark.parametrize(
    "url",
    ["http://hooks.acme.example/a", "ftp://a/b", "https:///x", "https://a b/", "http://10.0.0.7/"],
)
def test_nothing_is_posted_in_the_clear_to_another_machine(url: str) -> None:
    with pytest.raises(AddressError) as caught:
        Address(url)
    assert url not in str(caught.value)


def test_an_address_shows_only_its_host() -> None:
    address = Address("https://me:pass@hooks.acme.example/T0SECRET")
    assert repr(address) == "Address(hooks.acme.example)"


def test_an_account_in_the_address_is_sent_as_basic_authentication(channel: HttpChannel) -> None:
    url = channel.url.replace("//", "//me:p%40ss@")
    WebhookSink(Address(url), Secret("s"), now=lambda: NOW).deliver(notice(transition()))
    assert channel.taken[0].headers["authorization"] == "Basic bWU6cEBzcw=="


def test_no_redirect_is_followed(channel: HttpChannel) -> None:
    with HttpChannel() as other:
        location = (("Location", other.url),)
        channel.faults.append(Fault("status", status=307, headers=location))
        with pytest.raises(RejectedError, match="http_307"):
            webhook(channel).deliver(notice(transition()))
        assert (channel.calls, other.calls) == (1, 0)


@pytest.mark.parametrize("told", [transition(), heads_up(), rung(severity=3)])
def test_a_webhook_gets_what_the_published_schema_says(
    channel: HttpChannel, told: Transition
) -> None:
    webhook(channel).deliver(notice(told))
    said = json.loads(channel.taken[0].body)
    Draft202012Validator(json_schema(WebhookNotice)).validate(said)
    assert said["severity_word"] == ("moderate" if told.severity == 3 else "severe")
    if told.level == "ring":
        assert said["text"].index("Can it wait") < said["text"].index("What decided")


def test_an_alert_bears_what_others_route_by(channel: HttpChannel) -> None:
    alertmanager(channel).deliver(notice(transition()))
    [alert] = alerts(channel)
    assert channel.taken[0].path == "/am/api/v2/alerts"
    assert alert["labels"] == {
        "alertname": "TocsinIncident",
        "brand": "nestle",
        "incident": "nestle-20100317T0910",
        "level": "ring",
        "severity": "severe",
        "pattern": "nestle-greenpeace-2010",
    }
    assert "Nestlé: severe (8/10)" in alert["annotations"]["summary"]
    assert "palm oil" not in str(alert), "no stranger's post reaches somebody else's template"
    assert datetime.fromisoformat(alert["startsAt"]) == ONSET
    assert datetime.fromisoformat(alert["endsAt"]) == NOW + timedelta(seconds=LASTS_S)


def test_it_is_sent_again_well_before_it_ends() -> None:
    assert REFRESH_S * 3 <= LASTS_S


def test_what_becomes_graver_takes_the_place_of_the_alert_of_before(channel: HttpChannel) -> None:
    sink = alertmanager(channel)
    ref = sink.deliver(notice(transition())).ref
    graver = transition(seq=1, state="escalating", reason="growing", severity=9)
    sink.deliver(notice(graver, transition(), ref))
    old, new = alerts(channel)
    assert (old["labels"]["severity"], old["endsAt"]) == ("severe", "2026-11-29T03:00:00Z")
    assert new["labels"]["severity"] == "extreme"
    assert datetime.fromisoformat(new["endsAt"]) > NOW


def test_what_is_over_is_resolved(channel: HttpChannel) -> None:
    sink = alertmanager(channel)
    ref = sink.deliver(notice(transition())).ref
    over = transition(seq=1, state="resolved", reason="back_to_normal")
    sink.deliver(notice(over, transition(), ref))
    assert [one["endsAt"] for one in alerts(channel)] == ["2026-11-29T03:00:00Z"]
