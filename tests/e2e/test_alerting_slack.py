"""The Slack sink against a Slack of our own over real HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from agents.alerting.notifier import RESTATED_PER_MIN, RestatingError
from agents.alerting.sinks.slack.api import SlackApi
from agents.alerting.sinks.slack.check import CannotRingError, check_slack
from agents.alerting.sinks.slack.errors import AccountError, PlaceError, TryLaterError
from agents.alerting.sinks.slack.sink import SlackSink
from schemas.brand import Brand
from schemas.bucket import Watched
from schemas.incident import Handling, Learned, Transition
from support.alert_examples import BRAND, ONSET, example, heads_up, rung, transition
from support.notifying import SENT, Told
from support.slack_server import Fault, SlackServer


def sink(slack: SlackServer, default: str = "", refused: list[str] | None = None) -> Told:
    api = SlackApi("xoxb-test", slack.url, timeout_s=2)
    codes = refused if refused is not None else []
    return Told(SlackSink(api, default_channel=default, refused=codes.append))


def later(seq: int, state: str = "escalating", **changes: object) -> Transition:
    at = ONSET + timedelta(minutes=42 + 30 * seq)
    return transition(**{"seq": seq, "state": state, "reason": "growing", "at": at, **changes})


def test_first_transition_is_posted_in_the_brands_channel(slack: SlackServer) -> None:
    assert sink(slack).deliver(transition(), BRAND, SENT) == "posted"
    [message] = slack.roots()
    assert message["metadata"]["event_payload"]["incident"] == "nestle-20100317T0910"
    assert message["text"].startswith("🔔 Nestlé 8/10, new: 1,240 mentions in the last hour")


def test_an_incident_first_seen_reopened_is_posted(slack: SlackServer) -> None:
    assert sink(slack).deliver(later(5, "reopened"), BRAND, SENT) == "posted"


def test_a_heads_up_is_one_quiet_line_that_says_what_would_make_it_ring(
    slack: SlackServer,
) -> None:
    assert sink(slack).deliver(heads_up(), BRAND, SENT) == "posted"
    [message] = slack.roots()
    assert message["text"].startswith("◇ Nestlé, heads-up: 1,240 mentions in the last hour")
    shown = str(message["blocks"])
    assert "31% of what came on top attacks the brand, usually 3%." in shown
    assert "It rings from 48 independent hostile voices an hour (now 23)." in shown
    assert "So much comes about once in 3 years for this brand." in shown
    assert slack.replies() == []


def test_a_heads_up_of_the_watch_list_says_whose_post_and_links_it(slack: SlackServer) -> None:
    post = "1212092628029698048"
    at = datetime(2020, 1, 1, tzinfo=UTC)
    step = Watched(kind="critic", post=post, handle="Greenpeace", count=12)
    told = heads_up(reason="critic_spreads", watched=(step,), at=at)
    assert sink(slack).deliver(told, BRAND, SENT) == "posted"
    [message] = slack.roots()
    assert "@Greenpeace's post has been passed on or answered 12 times." in message["text"]
    shown = str(message["blocks"])
    assert "A critic's post about the brand begins to spread." in shown
    assert f"https://x.com/Greenpeace/status/{post}" in shown


def test_what_the_watch_list_told_during_an_incident_stands_in_its_evidence(
    slack: SlackServer,
) -> None:
    step = Watched(kind="campaign", handle="<!channel>", count=24)
    sink(slack).deliver(rung(watched=(step,)), BRAND, SENT)
    [message] = slack.evidence()
    assert "@‹!channel> has written to 24 accounts about the brand" in str(message["blocks"])


def test_a_heads_up_that_rings_is_a_new_message_and_the_quiet_line_points_to_it(
    slack: SlackServer,
) -> None:
    alerts = sink(slack)
    alerts.deliver(heads_up(), BRAND, SENT)
    assert alerts.deliver(rung(), BRAND, SENT) == "posted"
    quiet, alert = sorted(slack.roots(), key=lambda one: one["ts"])
    assert "this heads-up rang at 17\xa0Mar\xa02010, 09:52 UTC" in quiet["text"]
    assert alert["text"].startswith("🔔 Nestlé 8/10, new: ")
    assert slack.replies() == []
    assert alerts.deliver(later(2, "fading", reason="falling"), BRAND, SENT) == "updated"
    assert [reply["thread_ts"] for reply in slack.replies()] == [alert["ts"]]


def test_after_a_restart_the_alert_is_found_and_not_its_heads_up(slack: SlackServer) -> None:
    sink(slack).deliver(heads_up(), BRAND, SENT)
    sink(slack).deliver(rung(), BRAND, SENT)
    assert sink(slack).deliver(rung(), BRAND, SENT) == "duplicate"
    sink(slack).deliver(later(2, "fading", reason="falling"), BRAND, SENT)
    _, alert = sorted(slack.roots(), key=lambda one: one["ts"])
    assert alert["metadata"]["event_payload"]["seq"] == 2


def test_a_heads_up_that_comes_to_nothing_is_changed_and_calls_nobody(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(heads_up(), BRAND, SENT)
    over = heads_up(seq=1, state="dismissed", reason="harmless_kind")
    assert alerts.deliver(over, BRAND, SENT) == "updated"
    [message] = slack.roots()
    assert message["text"].startswith("✓ Nestlé, over, never rang: ")
    assert "tocsin feedback missed" in str(message["blocks"])
    assert "not of the kind of a crisis" in str(message["blocks"])
    assert slack.replies() == []


def test_dismissed_of_old_is_never_posted(slack: SlackServer) -> None:
    assert sink(slack).deliver(transition(state="dismissed"), BRAND, SENT) == "harmless"
    assert slack.calls == []


def test_a_later_transition_updates_the_message_and_replies_once(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    assert alerts.deliver(later(1, severity=9), BRAND, SENT) == "updated"
    [message] = slack.roots()
    assert message["text"].startswith("🔔 Nestlé 9/10, escalating: ")
    [reply] = slack.replies()
    assert "severity 8 → 9/10" in reply["text"]
    assert reply["broadcast"]


def test_an_easing_step_stays_in_the_thread(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    alerts.deliver(later(1, "fading", reason="falling", severity=6), BRAND, SENT)
    assert [reply["broadcast"] for reply in slack.replies()] == [False]


def test_a_reopened_incident_is_told_to_all_again(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    alerts.deliver(later(1, "resolved", reason="back_to_normal", severity=2), BRAND, SENT)
    alerts.deliver(later(2, "reopened", reason="renewed", severity=2), BRAND, SENT)
    assert [reply["broadcast"] for reply in slack.replies()] == [False, True]


def test_an_ack_is_shown_in_the_message_and_calls_nobody(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    hands = Handling(acknowledged_by="Ana <!here>", acknowledged_at=ONSET, acknowledged_severity=8)
    told = later(1, "open", reason="acknowledged", by="Ana", feedback="f", handling=hands)
    assert alerts.deliver(told, BRAND, SENT) == "updated"
    [message] = slack.roots()
    assert "Acknowledged by Ana ‹!here>, 09:10 UTC." in str(message["blocks"])
    [reply] = slack.replies()
    assert reply["text"].startswith("👤 Nestlé · In hand: severity stays 8/10")
    assert not reply["broadcast"]


def test_a_snooze_changes_the_message_in_silence_until_it_breaks(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(severity=5), BRAND, SENT)
    until = ONSET + timedelta(hours=5)
    holds = Handling(snoozed_by="Ana", snoozed_until=until, snoozed_severity=5)
    over = Handling(snoozed_by="Ana", snoozed_severity=5)
    for step in (
        later(1, "open", reason="snoozed", severity=5, by="Ana", handling=holds),
        later(2, severity=6, handling=holds),
        later(3, severity=7, reason="snooze_broken", handling=over),
    ):
        assert alerts.deliver(step, BRAND, SENT) == "updated"
        [message] = slack.roots()
        assert message["metadata"]["event_payload"]["seq"] == step.seq
    snoozed, broken = slack.replies()
    assert "Snoozed by Ana until 14:10 UTC, or until severity reaches 7." in str(snoozed["blocks"])
    assert "is broken: severity rose from 5 to 7." in str(broken["blocks"])
    assert (snoozed["broadcast"], broken["broadcast"]) == (False, True)


def test_a_false_alarm_closes_the_message_and_says_what_changes(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    learned = Learned(budget=0.5, weights=(("nestle-greenpeace-2010", 0.5),))
    told = later(1, "resolved", reason="false_alarm", by="Ana", note="a film", learned=learned)
    alerts.deliver(told, BRAND, SENT)
    [message] = slack.roots()
    assert message["text"].startswith("✓ Nestlé 8/10, false alarm: ")
    shown = str(message["blocks"])
    assert "Marked as a false alarm by Ana" in shown
    assert "Ana: “a film”" in shown
    assert "Likeness to Nestlé/Greenpeace 2010 counts 50% of its weight." in shown


def test_buttons_are_those_that_make_sense(slack: SlackServer) -> None:
    api = SlackApi("xoxb-test", slack.url, timeout_s=2)
    alerts = Told(SlackSink(api, with_buttons=True))

    def pressable() -> list[str]:
        [message] = slack.roots()
        rows = [block for block in message["blocks"] if block["type"] == "actions"]
        pressed = [one for row in rows for one in row["elements"]]
        values = {one["value"] for one in pressed if one["type"] == "button"}
        values |= {option["value"] for one in pressed for option in one.get("options", ())}
        assert values <= {transition().incident}
        return [one["action_id"] for row in rows for one in row["elements"]]

    alerts.deliver(transition(), BRAND, SENT)
    assert pressable() == ["tocsin_ack", "tocsin_snooze", "tocsin_false_alarm", "tocsin_label"]
    alerts.deliver(later(1, "resolved", reason="back_to_normal"), BRAND, SENT)
    assert pressable() == ["tocsin_false_alarm", "tocsin_label"]
    alerts.deliver(later(2, "resolved", reason="false_alarm", by="Ana"), BRAND, SENT)
    assert pressable() == ["tocsin_label"]
    alerts.deliver(
        later(3, "resolved", reason="false_alarm", by="Ana", examples=(example(1, " "),)),
        BRAND,
        SENT,
    )
    assert pressable() == []


def test_a_second_copy_is_dropped(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    alerts.deliver(later(1), BRAND, SENT)
    calls = len(slack.calls)
    assert alerts.deliver(transition(), BRAND, SENT) == "duplicate"
    assert alerts.deliver(later(1), BRAND, SENT) == "duplicate"
    assert len(slack.calls) == calls


def test_after_a_restart_a_second_copy_is_known_again(slack: SlackServer) -> None:
    sink(slack).deliver(transition(), BRAND, SENT)
    assert sink(slack).deliver(transition(), BRAND, SENT) == "duplicate"
    assert len(slack.roots()) == 1


def test_after_a_restart_the_next_step_finds_its_message(slack: SlackServer) -> None:
    sink(slack).deliver(transition(), BRAND, SENT)
    assert sink(slack).deliver(later(1, severity=9), BRAND, SENT) == "updated"
    assert len(slack.roots()) == 1
    assert "severity 8 → 9/10" in slack.replies()[0]["text"]


def test_the_message_is_found_behind_a_busy_channel(slack: SlackServer) -> None:
    sink(slack).deliver(transition(), BRAND, SENT)
    chatter = {"text": "lunch?", "metadata": {"event_type": "other"}}
    slack.messages["C0NESTLE1"] += [
        {**chatter, "ts": f"17000{number:05}.000200"} for number in range(2, 700)
    ]
    assert sink(slack).deliver(transition(), BRAND, SENT) == "duplicate"


def test_an_answer_lost_after_the_post_does_not_ring_twice(slack: SlackServer) -> None:
    alerts = sink(slack)
    slack.faults.append(Fault("lose_answer", "chat.postMessage"))
    with pytest.raises(TryLaterError):
        alerts.deliver(transition(), BRAND, SENT)
    assert alerts.deliver(transition(), BRAND, SENT) == "duplicate"
    assert len(slack.roots()) == 1


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
def test_an_answer_lost_during_a_step_tells_it_once(slack: SlackServer, method: str) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    slack.faults.append(Fault("lose_answer", method))
    with pytest.raises(TryLaterError):
        alerts.deliver(later(1), BRAND, SENT)
    alerts.deliver(later(1), BRAND, SENT)
    assert len(slack.replies()) == 1
    assert slack.roots()[0]["metadata"]["event_payload"]["seq"] == 1


def test_a_crash_between_reply_and_update_is_mended(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    slack.faults.append(Fault("hang_up", "chat.update"))
    with pytest.raises(TryLaterError):
        alerts.deliver(later(1), BRAND, SENT)
    assert sink(slack).deliver(later(1), BRAND, SENT) == "updated"
    assert len(slack.replies()) == 1
    assert slack.roots()[0]["metadata"]["event_payload"]["seq"] == 1


def test_a_step_cut_in_half_is_told_once_though_the_one_before_is_read_again(
    slack: SlackServer,
) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    slack.faults.append(Fault("hang_up", "chat.update"))
    with pytest.raises(TryLaterError):
        alerts.deliver(later(1), BRAND, SENT)
    restarted = sink(slack)
    assert restarted.deliver(transition(), BRAND, SENT) == "duplicate"
    assert restarted.deliver(later(1), BRAND, SENT) == "updated"
    assert len(slack.replies()) == 1


@pytest.mark.parametrize(
    ("fault", "code", "after_s"),
    [
        (Fault("status", status=429, headers=(("Retry-After", "30"),)), "ratelimited", 30),
        (Fault("status", status=500), "http_500", 0),
        (Fault("status", status=503), "http_503", 0),
        (Fault("hang_up"), "connection", 0),
        (Fault("garbage"), "not_json", 0),
        (Fault("error", error="internal_error"), "internal_error", 0),
    ],
)
def test_passing_trouble_asks_to_come_again(
    slack: SlackServer, fault: Fault, code: str, after_s: float
) -> None:
    slack.faults.append(fault)
    with pytest.raises(TryLaterError) as caught:
        sink(slack).deliver(transition(), BRAND, SENT)
    assert (caught.value.code, caught.value.after_s) == (code, after_s)


def test_nobody_listens(slack: SlackServer) -> None:
    url = slack.url
    slack.close()
    api = SlackApi("xoxb-test", url, timeout_s=1)
    with pytest.raises(TryLaterError, match="connection"):
        Told(SlackSink(api)).deliver(transition(), BRAND, SENT)


def test_a_refused_token_is_an_account_error(slack: SlackServer) -> None:
    slack.faults.append(Fault("error", error="invalid_auth"))
    with pytest.raises(AccountError, match="invalid_auth"):
        sink(slack).deliver(transition(), BRAND, SENT)


def test_a_refused_channel_falls_back_to_the_default_one(slack: SlackServer) -> None:
    codes: list[str] = []
    slack.refusals["C0NESTLE1"] = "is_archived"
    assert sink(slack, "#fallback", codes).deliver(transition(), BRAND, SENT) == "posted"
    assert len(slack.roots("C0FALLBK1")) == 1
    assert codes == ["is_archived"]


def test_the_fallback_message_is_found_and_updated(slack: SlackServer) -> None:
    slack.refusals["C0NESTLE1"] = "not_in_channel"
    sink(slack, "#fallback").deliver(transition(), BRAND, SENT)
    assert sink(slack, "#fallback").deliver(later(1), BRAND, SENT) == "updated"
    assert len(slack.roots("C0FALLBK1")) == 1


def test_no_channel_at_all_is_said(slack: SlackServer) -> None:
    slack.refusals["C0NESTLE1"] = "is_archived"
    with pytest.raises(PlaceError, match="is_archived"):
        sink(slack).deliver(transition(), BRAND, SENT)


def test_a_deleted_message_is_posted_again(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    slack.messages["C0NESTLE1"].clear()
    assert alerts.deliver(later(1), BRAND, SENT) == "posted"
    assert len(slack.roots()) == 1


def test_refused_blocks_are_sent_as_plain_words(slack: SlackServer) -> None:
    slack.faults.append(Fault("error", "chat.postMessage", error="invalid_blocks"))
    assert sink(slack).deliver(transition(), BRAND, SENT) == "posted"
    assert slack.roots()[0]["blocks"] is None


def test_without_the_right_to_read_alerts_still_go_out(slack: SlackServer) -> None:
    slack.unscoped = {"conversations.history", "conversations.replies"}
    alerts = sink(slack)
    assert alerts.deliver(transition(), BRAND, SENT) == "posted"
    assert alerts.deliver(later(1), BRAND, SENT) == "updated"


def check(slack: SlackServer, *brands: Brand, default: str = "") -> None:
    check_slack(SlackApi("xoxb-test", slack.url, timeout_s=2), brands, default)


def test_a_start_where_all_is_well_says_nothing(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    check(slack, BRAND, default="C0FALLBK1")
    assert caplog.messages == []


def test_a_start_names_all_that_keeps_it_from_ringing(slack: SlackServer) -> None:
    slack.scopes = ["channels:read"]
    with pytest.raises(CannotRingError) as caught:
        check(slack, BRAND, Brand(id="acme", names=("Acme",)))
    said = str(caught.value).splitlines()
    assert said == [
        "brand acme: no slack_channel; give it one or use --default-channel",
        "SLACK_BOT_TOKEN lacks the scope chat:write: add it to the Slack app",
    ]


def test_a_start_warns_of_a_channel_that_the_bot_is_not_in(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    check(slack, Brand(id="acme", names=("Acme",), slack_channel="#elsewhere"))
    assert "the bot is no member of #elsewhere" in caplog.text


def test_a_start_warns_where_it_may_not_read(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    slack.scopes = ["chat:write"]
    check(slack, BRAND)
    assert "lacks channels:history, channels:read, groups:history, groups:read" in caplog.text


def test_a_start_while_slack_is_away_goes_on(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults.append(Fault("status", status=503))
    check(slack, BRAND)
    assert "Slack cannot be asked now" in caplog.text


def test_what_it_rests_on_stands_in_the_thread_once_and_changes_with_each_step(
    slack: SlackServer,
) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    [root] = slack.roots()
    [evidence] = slack.evidence()
    assert evidence["thread_ts"] == root["ts"]
    assert not evidence["broadcast"]
    assert "That video about palm oil" in str(evidence["blocks"])
    assert "That video about palm oil" not in str(root["blocks"])
    alerts.deliver(later(1, severity=9, negative_share=0.61), BRAND, SENT)
    [evidence] = slack.evidence()
    assert "61% of the extra posts" in str(evidence["blocks"])


def test_a_process_that_ends_before_the_thread_leaves_it_to_the_next(slack: SlackServer) -> None:
    sink(slack).deliver(transition(), BRAND, SENT)
    [evidence] = slack.evidence()
    sink(slack).deliver(later(1), BRAND, SENT)
    assert [one["ts"] for one in slack.evidence()] == [evidence["ts"]]
    slack.messages["C0NESTLE1"].remove(evidence)
    sink(slack).deliver(later(2), BRAND, SENT)
    sink(slack).deliver(later(3), BRAND, SENT)
    assert len(slack.evidence()) == 1


def test_figures_stated_anew_change_the_message_in_silence(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    volume = replace(transition().volume, last_hour=1882.0)
    anew = transition(seq=1, at=ONSET + timedelta(hours=1), volume=volume, refreshed=True)
    assert alerts.deliver(anew, BRAND, SENT) == "updated"
    assert alerts.deliver(anew, BRAND, SENT) == "duplicate"
    [root] = slack.roots()
    assert "1,882 mentions in the last hour" in root["text"]
    assert slack.replies() == []
    # A step tells what changed since people were last told something, not since the figures were.
    alerts.deliver(later(2), BRAND, SENT)
    [reply] = slack.replies()
    assert "(before: 1,240)" in reply["text"]


def test_figures_that_grow_little_by_little_call_people_all_the_same(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(severity=4), BRAND, SENT)
    for seq, severity in enumerate((5, 4, 5, 4, 6, 7), start=1):
        alerts.deliver(transition(seq=seq, severity=severity, refreshed=True), BRAND, SENT)
    assert [reply["broadcast"] for reply in slack.replies()] == [True, True]


def test_a_silent_change_that_slack_refuses_waits_for_nobody(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    slack.faults.append(Fault("status", method="chat.update", status=503))
    with pytest.raises(RestatingError):
        alerts.deliver(transition(seq=1, refreshed=True), BRAND, SENT)
    assert alerts.deliver(transition(seq=2, refreshed=True), BRAND, SENT) == "updated"


def test_silent_changes_leave_room_for_what_rings(slack: SlackServer) -> None:
    alerts = sink(slack)
    alerts.deliver(transition(), BRAND, SENT)
    told = [
        alerts.deliver(transition(seq=seq, refreshed=True), BRAND, SENT)
        for seq in range(1, RESTATED_PER_MIN + 3)
    ]
    assert told == ["updated"] * RESTATED_PER_MIN + ["put_off"] * 2
    assert alerts.deliver(later(99, severity=9), BRAND, SENT) == "updated"
