import io
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from agents.alerting.message.compose import message_of, update_of
from agents.alerting.message.neutral import outside
from agents.alerting.policy import snapshot
from agents.alerting.sinks.console import ConsoleSink
from agents.alerting.sinks.slack.blocks import evidence, message, mrkdwn, reply
from agents.alerting.sinks.slack.identity import INCIDENT_EVENT, metadata
from schemas.incident import Drivers, Reason, Transition
from support.alert_examples import BRAND, MARQUE, example, transition
from support.notifying import Told
from support.slack_server import PINGS, broken_rules

ATTACKS = st.sampled_from(
    [
        "<!channel>", "<!here|x>", "<@U123>", "<#C1>", "<!subteam^S1>", "@here", "@Channel",
        "@everyone", "*bold*", "_it_", "~no~", "`code`", "```", "> quote", "[red]x[/red]",
        "[link=file:///etc]x[/link]", "\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\u202e", "\u2066",
        "\u200b", "\ufeff", "\u2028", "\x00", "\r\n", "&lt;!channel&gt;", "<http://evil.example|bank>",
        "\U000e0041", "Z\u0351\u036b\u0343\u036a\u0302", "\ud83d", ":smile:", "{brand}", "%s",
    ]
)  # fmt: skip
HOSTILE = st.lists(ATTACKS | st.text(max_size=30), max_size=12).map("".join)


def hostile_transition(text: str) -> Transition:
    reason = Reason(code="concentration", value=0.4, weight=1.0, detail=f"#{text}")
    return transition(
        incident=(text or "x")[:256].replace("\x00", "0"),
        reason=text,
        pattern=text,
        model=text,
        examples=(example(1, text), example(2, text), example(3, text), example(4, text)),
        drivers=Drivers(
            hashtags=((text, 1),), links=((text, 2),), authors=((text, 3),), terms=((text, 4),)
        ),
        reasons=(reason, Reason(code=text, value=1.0, weight=0.5, detail=text)),
    )


@given(HOSTILE, st.integers(min_value=1, max_value=400))
def test_what_comes_from_outside_is_short_visible_and_inert(text: str, limit: int) -> None:
    shown = outside(text, limit)
    assert len(shown) <= limit
    assert not [c for c in shown if unicodedata.category(c)[0] == "C" and c not in "\u200c\u200d"]
    assert not any(ping in shown.lower() for ping in PINGS)
    assert "\n" not in shown


@given(HOSTILE)
def test_neutralising_twice_changes_nothing_more(text: str) -> None:
    assert outside(outside(text, 10_000), 10_000) == outside(text, 10_000)


@given(HOSTILE)
def test_mrkdwn_leaves_nothing_to_parse(text: str) -> None:
    escaped = mrkdwn(text)
    assert "<" not in escaped
    assert ">" not in escaped


def test_what_people_write_is_left_as_it_is() -> None:
    for text in (
        "C’est « nul » à 100 % !",
        "日本語のテキスト",
        "مرحبا بالعالم",
        "👩‍👩‍👧 ❤️ R&D",
        "snake_case *",
    ):
        assert outside(text) == text


def test_a_joiner_is_kept_in_scripts_that_need_it_only() -> None:
    assert outside("می\u200cخواهم") == "می\u200cخواهم"
    assert outside("pass\u200dword") == "password"


@settings(max_examples=40)
@given(HOSTILE)
def test_slack_gets_a_valid_message_that_pings_nobody(text: str) -> None:
    for brand in (BRAND, MARQUE):
        told = hostile_transition(text)
        fallback, blocks = message(message_of(told, brand))
        identity = metadata(INCIDENT_EVENT, "nestle-1", snapshot(transition()))
        assert broken_rules({"text": fallback, "blocks": blocks, "metadata": identity}) == []
        fallback, blocks = evidence(message_of(told, brand))
        assert broken_rules({"text": fallback, "blocks": blocks, "metadata": identity}) == []
        fallback, blocks = reply(update_of(told, brand, snapshot(transition())))
        assert broken_rules({"text": fallback, "blocks": blocks, "metadata": identity}) == []


@settings(max_examples=40)
@given(HOSTILE)
def test_slack_parses_nothing_that_a_stranger_wrote(text: str) -> None:
    _, quiet = evidence(message_of(hostile_transition("quiet"), BRAND))
    _, loud = evidence(message_of(hostile_transition(text), BRAND))
    assert loud[1] == quiet[1]
    assert [block["type"] for block in loud].count("section") == 1


@settings(max_examples=15)
@given(HOSTILE)
def test_the_terminal_gets_no_control_sequence(text: str) -> None:
    written = io.StringIO()
    console = Console(file=written, width=100, color_system=None)
    Told(ConsoleSink(console)).deliver(hostile_transition(text), BRAND)
    shown = written.getvalue().replace("\n", "")
    assert not [
        c for c in shown if unicodedata.category(c) in {"Cc", "Cf"} and c not in "\u200c\u200d"
    ]


def test_rich_markup_of_a_stranger_is_shown_not_obeyed() -> None:
    written = io.StringIO()
    console = Console(file=written, width=100, force_terminal=True)
    Told(ConsoleSink(console)).deliver(hostile_transition("[blink]x[/blink]"), BRAND)
    assert "[blink]x[/blink]" in written.getvalue()
    assert "\x1b[5m" not in written.getvalue()
