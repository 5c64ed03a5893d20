import io
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from rich.console import Console

from agents.alerting.message.addresses import post_url
from agents.alerting.message.brands import words_of
from agents.alerting.message.compose import message_of, update_of
from agents.alerting.message.model import Message
from agents.alerting.message.sections import evidence
from agents.alerting.policy import decide, snapshot
from agents.alerting.sinks.console import ConsoleSink
from schemas.brand import Brand
from schemas.bucket import Example
from schemas.incident import Completeness, Drivers, Reason, Resemblance, Transition, Volume
from support.alert_examples import (
    BRAND,
    MARQUE,
    ONSET,
    example,
    heads_up,
    rung,
    sighting,
    transition,
)
from support.notifying import Told


def lines(story: Message) -> str:
    told = [story.why]
    told += [line for part in (*story.parts, *story.closing) for line in part.lines]
    return "\n".join(told)


def volume(**changes: float) -> Volume:
    values = {
        "last_10_min": 5.0,
        "last_hour": 30.0,
        "usual_per_hour": 10.0,
        "since_onset": 30,
        "return_period_s": 0.0,
    }
    return Volume(**{**values, **changes})  # type: ignore[arg-type]


def test_the_headline_says_brand_severity_state_and_likeness() -> None:
    headline = message_of(transition(), BRAND).headline
    assert headline == "Nestlé: severe (8/10), new. Looks like Nestlé/Greenpeace 2010"


def test_the_headline_in_french() -> None:
    headline = message_of(transition(), MARQUE).headline
    expected = "Nestlé\u00a0: grave (8/10), nouvelle alerte. Ressemble à Nestlé/Greenpeace 2010"
    assert headline == expected


def test_an_episode_of_the_users_own_is_called_by_its_title() -> None:
    own = Resemblance(
        episode="our-recall", kind="crisis", distance=0.2, phase=0.5, title="our recall of 2019"
    )
    story = message_of(transition(pattern="our-recall", nearest=(own,)), BRAND)
    assert story.headline.endswith("Looks like our recall of 2019")
    assert "Nearest episodes: our recall of 2019 (50% of the way)." in lines(story)


def test_an_alert_that_rests_on_history_says_so() -> None:
    seen = Completeness(from_history=True)
    told = transition(reason="history_crisis_pattern", completeness=seen)
    assert "known from past counts alone" in lines(message_of(told, BRAND))
    assert "past counts that were handed in" in lines(message_of(told, BRAND))
    assert "chiffres passés" in lines(message_of(told, MARQUE))
    assert "past counts" not in lines(message_of(transition(), BRAND))


def test_the_summary_stands_alone_on_a_locked_phone() -> None:
    summary = message_of(transition(), BRAND).summary
    assert summary.startswith("🔔 Nestlé 8/10, new: 1,240 mentions in the last hour, usually 40.")
    assert "46% of what came on top is negative, usually 18%. So many independent" in summary
    assert summary.endswith("what they say is of the kind of a crisis.")


def test_reasons_are_sentences_with_figures_heaviest_first() -> None:
    like = message_of(transition(), BRAND).parts[1]
    assert like.heading == "What it is like"
    assert like.lines[:2] == (
        evidence.sentence(words_of(BRAND), transition().reasons[2]),
        "Its course so far points the same way.",
    )


def test_what_speaks_against_it_is_told_as_well() -> None:
    reasons = (
        Reason(code="complaint", value=0.21, normal=0.11, weight=-0.1),
        Reason(code="surge", value=14.0, weight=-0.3),
        Reason(code="outrage", value=0.3, normal=0.1, weight=-0.2),
    )
    parts = {one.heading: one for one in message_of(transition(reasons=reasons), BRAND).parts}
    against = parts["What speaks against it"]
    assert against.lines == (
        "21% of the extra posts complain about product or service, against 11% usually.",
    )


def test_an_unknown_reason_is_shown_with_its_figures() -> None:
    reasons = (Reason(code="moon_phase", value=0.5, normal=0.25, weight=1.0),)
    assert "moon phase: 0.5, usually 0.2." in lines(message_of(transition(reasons=reasons), BRAND))


def test_an_unknown_rule_is_shown_by_its_name() -> None:
    assert "Rule: gut feeling." in lines(message_of(transition(reason="gut_feeling"), BRAND))


def test_a_reposted_post_is_not_shown_as_a_number() -> None:
    reasons = (Reason(code="concentration", value=0.5, weight=1.0, detail="1729"),)
    assert "the same thing: one reposted post." in lines(
        message_of(transition(reasons=reasons), BRAND)
    )


def test_an_earlier_course_that_looked_harmless_is_told_as_that() -> None:
    reasons = (Reason(code="course", value=1.0, weight=-0.3),)
    told = lines(message_of(transition(reasons=reasons), BRAND))
    assert "Its course so far looked more harmless." in told


def test_that_the_talk_names_the_brand_is_no_news() -> None:
    told = lines(message_of(transition(), BRAND))
    assert "Hashtags: #palmoil (388), #killer (120)" in told


def test_what_could_not_be_seen_is_said() -> None:
    seen = lines(message_of(transition(), BRAND))
    assert "Only 93% of the time since the onset was seen" in seen
    assert "Missed: 09:30 UTC to 09:33 UTC (connection lost; fetched afterwards, but" in seen
    assert "Silent sources, so nothing is known from them: rss." in seen


def test_a_sample_is_called_one() -> None:
    completeness = Completeness(sampled=True)
    told = lines(message_of(transition(completeness=completeness), BRAND))
    assert "The source is a sample: counts are estimates." in told


def test_completeness_is_claimed_only_where_nothing_is_missing() -> None:
    assert "by all sources" not in lines(message_of(transition(), BRAND))
    assert "by all sources" in lines(message_of(transition(completeness=Completeness()), BRAND))


def test_no_usual_level_is_not_called_zero() -> None:
    facts = message_of(transition(volume=volume(usual_per_hour=0.0)), BRAND).facts
    assert facts[0].value == "30 in the last hour; no usual level known yet"


def test_no_more_than_five_examples_are_shown() -> None:
    examples = tuple(example(number) for number in range(1, 8))
    assert len(message_of(transition(examples=examples), BRAND).quotes) == 5


def test_nothing_known_is_still_a_message() -> None:
    bare = transition(
        reasons=(), nearest=(), examples=(), drivers=Drivers(), pattern="", model="", peak=None
    )
    assert message_of(bare, BRAND).headline.endswith("Like no known episode")
    assert message_of(bare, Brand(id="x", names=())).headline.startswith("x: ")


def test_a_link_is_given_only_for_a_post_that_is_certainly_on_x() -> None:
    at = ONSET.replace(year=2026)
    milliseconds = round(at.timestamp() * 1000) - 1_288_834_974_657
    real = Example(
        id=str((milliseconds << 22) + 5),
        handle="someone",
        followers=1,
        created_at=at,
        kind="original",
        text="",
        p_negative=0.5,
    )
    assert post_url(real) == f"https://x.com/someone/status/{real.id}"
    assert post_url(example()) == ""
    assert post_url(msgspec.structs.replace(real, handle="a_simulated_person_1")) == ""
    assert post_url(msgspec.structs.replace(real, created_at=ONSET)) == ""
    assert post_url(msgspec.structs.replace(real, handle="a/../b?")) == ""


@pytest.mark.parametrize(
    ("handle", "url"),
    [
        ("bo@b.example", "https://mastodon.example/@bo@b.example/1137"),
        ("ana@mastodon.example", "https://mastodon.example/@ana/1137"),
        ("bo@b.example/../?x", ""),
        ("bo", ""),
    ],
)
def test_a_link_to_a_post_on_mastodon_is_made_of_its_instance_and_its_account(handle, url) -> None:
    post = msgspec.structs.replace(example(), id="mastodon.example/1137", handle=handle)
    assert post_url(post) == url
    assert post_url(msgspec.structs.replace(post, id="mastodon.example/1137#1767")) == url
    assert post_url(msgspec.structs.replace(post, id="10.0.0.1/1137")) == ""


def later(seq: int, **changes: object) -> Transition:
    at = ONSET + timedelta(hours=seq + 1)
    return transition(
        **{"seq": seq, "at": at, "state": "escalating", "reason": "growing", **changes}
    )


def test_a_change_says_what_changed_from_what_and_why() -> None:
    change = update_of(later(1, severity=9), BRAND, snapshot(transition()))
    assert change.headline == "Escalating: severity 8 → 9/10, 17\u00a0Mar\u00a02010, 11:10 UTC"
    assert change.lines[0] == "It keeps growing."
    assert "(before: 1,240), 46% of the extra posts negative (before: 46%)" in change.lines[1]


def test_the_end_says_how_much_it_was() -> None:
    over = later(9, state="resolved", reason="back_to_normal", peak=ONSET + timedelta(hours=3))
    change = update_of(over, BRAND, snapshot(later(8)))
    assert "1,240 mentions in 10 h; peak: 12:10 UTC." in change.lines


def test_people_hear_of_a_second_wave() -> None:
    assert decide(later(2), snapshot(later(1, state="fading"))).loud
    assert not decide(later(2), snapshot(later(1, state="peaking"))).loud


@pytest.mark.parametrize(
    ("before", "after", "state", "loud"),
    [
        (5, 6, "escalating", False),
        (6, 7, "escalating", True),
        (9, 3, "fading", False),
        (3, 3, "reopened", True),
    ],
)
def test_people_hear_again_of_a_graver_word_or_a_return(
    before: int, after: int, state: str, *, loud: bool
) -> None:
    earlier = snapshot(transition(severity=before))
    assert decide(later(1, severity=after, state=state), earlier).loud is loud


def shown(*transitions: Transition, brand: Brand = BRAND) -> str:
    written = io.StringIO()
    sink = Told(ConsoleSink(Console(file=written, width=120)))
    for one in transitions:
        sink.deliver(one, brand)
    return written.getvalue()


def test_the_console_shows_a_panel_when_it_rings() -> None:
    text = shown(transition())
    assert "Nestlé: severe (8/10), new." in text
    assert "Can it wait?" in text


def test_the_console_shows_a_line_for_each_later_step() -> None:
    first, second = shown(transition()), shown(transition(), later(1, severity=9))
    added = second.removeprefix(first)
    assert "Nestlé" in added
    assert "severity 8 → 9/10" in added
    assert "╭" not in added


def test_the_console_shows_a_panel_again_when_it_is_back() -> None:
    assert shown(transition(), later(1, state="reopened")).count("╭") == 2


def test_the_console_drops_second_copies_and_harmless_ones() -> None:
    sink = Told(ConsoleSink(Console(file=io.StringIO())))
    outcomes = [
        sink.deliver(one, BRAND)
        for one in (transition(), transition(), later(1), transition(), later(2, state="dismissed"))
    ]
    assert outcomes == ["posted", "duplicate", "updated", "duplicate", "harmless"]


def test_a_heads_up_wakes_nobody_and_says_what_would_make_it_ring() -> None:
    told = message_of(heads_up(), BRAND)
    assert told.headline.startswith("Nestlé: heads-up since")
    decided = told.parts[0]
    assert decided.heading == "What decided"
    assert decided.lines[-1].startswith("It rings from 48 independent hostile voices an hour")
    assert told.closing[-1].lines == (
        "Nobody needs to be woken. Read what they say; it will tell if it rings.",
    )


def test_severity_is_told_with_where_it_may_end() -> None:
    seen = sighting(severity_low=5.2, severity_high=9.4)
    facts = {one.label: one for one in message_of(rung(sighting=seen), BRAND).facts}
    assert facts["Severity"].value == "8/10"
    assert facts["Severity"].beside == "it may end anywhere from 5 to 9"


NOTHING = {"ring_at_once": None, "ring_in_an_hour": None}
HOSTILE = "independent hostile voices"


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({}, f"It rings from 48 {HOSTILE} an hour (now 23)."),
        (
            {"ring_in_an_hour": 90},
            (
                f"from 46 {HOSTILE} an hour, if the others come within minutes, and from 90, if "
                "they come evenly over the next hour (now 23)."
            ),
        ),
        (
            {"ring_at_once": None, "ring_in_an_hour": 1234},
            f"from 1,234 {HOSTILE}, if they come evenly over the next hour (now 23).",
        ),
        (
            {"ring_at_once": 25, "ring_in_an_hour": 20},
            (
                f"from 25 {HOSTILE} an hour, if the others come within minutes (now 23), or from "
                "20 an hour, if that goes on for another hour (now 23)."
            ),
        ),
        (
            {**NOTHING, "ring_attacks": 0.55},
            "It rings from 55% attacks among what comes on top (now 31%).",
        ),
        ({"ring_attacks": 0.46}, "voices an hour (now 23), or from 46% attacks among what"),
        (NOTHING, "It would take both more voices"),
        ({**NOTHING, "ring_lasting_s": 7_800}, "It rings if it goes on like this for 2 h 10 min."),
        ({"ring_lasting_s": 7_800}, "(now 23). It also rings if it goes on like this for 2 h"),
    ],
)
def test_what_would_make_it_ring_is_only_what_could(seen: dict[str, Any], said: str) -> None:
    told = heads_up(sighting=sighting(**seen))
    shown = message_of(told, BRAND).parts[0].lines[-1]
    assert said in shown.replace("\u00a0", " ")
