"""No word argues against its heading or gives the all-clear too early; one probability is told."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.alerting.message.addresses import post_url
from agents.alerting.message.brands import words_of
from agents.alerting.message.compose import heads_up_of, message_of, update_of
from agents.alerting.message.flat import flat
from agents.alerting.message.sections.evidence import sentence
from agents.alerting.message.sections.outlook import eases, morning, until
from agents.alerting.message.sections.urgency import urgency
from agents.alerting.policy import snapshot
from agents.alerting.routing.team import Team
from agents.alerting.sinks.slack import blocks, buttons
from pipeline.forecast import project
from schemas.brand import Brand
from schemas.incident import (
    Course,
    Projection,
    Reason,
    Reply,
    Resemblance,
    TakenOff,
    Term,
    Transition,
    Volume,
)
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
from support.any_record import any_record

FOR = (
    "attacking",
    "fierce",
    "accusing",
    "attacks_passed_on",
    "leading_post",
    "sample",
    "passed_on",
)
HARMLESS = ("positive", "praise", "sad", "complaint", "off_topic", "rivals")
OTHER = ("surge", "acceleration", "negative_shift", "repost_share", "outrage", "boycott", "course")
SHARES = st.floats(0.0, 1.0)
WEIGHTS = st.floats(-3.0, 3.0)
TERMS = st.builds(
    Term, code=st.sampled_from(FOR + HARMLESS), share=SHARES, usual=SHARES, weight=WEIGHTS
)
REASONS = st.builds(
    Reason,
    code=st.sampled_from(FOR + HARMLESS + OTHER),
    value=SHARES,
    normal=st.none() | SHARES,
    weight=WEIGHTS,
)
AT = ONSET + timedelta(minutes=42)


def part(told: Transition, heading: str, brand=BRAND) -> tuple[str, ...]:
    found = [one.lines for one in message_of(told, brand).parts if one.heading == heading]
    return found[0] if found else ()


def to_come(hour: int, *, growing: bool = False) -> Projection:
    return Projection(
        next_hour=hour, next_hour_low=1, next_hour_high=2 * hour,
        next_day=9 * hour, next_day_low=1, next_day_high=20 * hour, growing=growing,
    )  # fmt: skip


def said_of(one: Term) -> str:
    return sentence(words_of(BRAND), Reason(code=one.code, value=one.share, normal=one.usual))


@given(st.lists(TERMS, max_size=8), st.lists(REASONS, max_size=8))
def test_what_stands_under_against_argues_against(terms: list[Term], reasons: list[Reason]) -> None:
    seen = sighting(terms=tuple(terms))
    told = rung(sighting=seen, reasons=tuple(reasons))
    lines = set(part(told, "What speaks against it"))
    # What a reader takes for a reason to worry, by a table of the test's own.
    calm = {said_of(one) for one in terms if (one.share > one.usual) != (one.code in FOR)}
    worrying = {said_of(one) for one in terms if (one.share > one.usual) == (one.code in FOR)}
    assert not lines & (worrying - calm)
    words = words_of(BRAND)
    for one in reasons:
        if one.code in {"surge", "acceleration", "negative_shift", "repost_share"}:
            assert sentence(words, one) not in lines


PAIR = re.compile(r"(<?\s?\d[\d,.\s]*%?)")


@pytest.mark.parametrize("brand", [BRAND, MARQUE])
@given(st.lists(TERMS, max_size=8), st.lists(REASONS, max_size=8), st.sampled_from((0, 0.0004)))
def test_no_sentence_of_evidence_sets_a_figure_against_itself(
    brand: Brand, terms: list[Term], reasons: list[Reason], apart: float
) -> None:
    if apart:  # no more than rounding takes away
        terms = [replace(one, usual=min(1.0, one.share + apart)) for one in terms]
        reasons = [replace(one, normal=max(0.0, one.value - apart)) for one in reasons]
    words = words_of(brand)
    told = rung(sighting=sighting(terms=tuple(terms)), reasons=tuple(reasons))
    for heading in ("heading_why", "heading_like", "heading_against"):
        for line in part(told, words.texts[heading], brand):
            figures = [one.strip() for one in PAIR.findall(line)]
            # Voices and their usual, and how far along it is, are no share of the extra posts.
            if len(figures) == len(("now", "usual")) and "%" in line:
                assert figures[0] != figures[1], (heading, line)


@given(st.lists(TERMS, max_size=8), st.lists(REASONS, max_size=8))
def test_what_is_told_for_it_argues_for_it(terms: list[Term], reasons: list[Reason]) -> None:
    told = rung(sighting=sighting(terms=tuple(terms)), reasons=tuple(reasons))
    lines = {*part(told, "What decided"), *part(told, "What it is like")}
    calm = {said_of(one) for one in terms if (one.share > one.usual) != (one.code in FOR)}
    worrying = {said_of(one) for one in terms if (one.share > one.usual) == (one.code in FOR)}
    assert not lines & (calm - worrying)


@given(any_record(Transition))
def test_the_rule_is_told_once(told: Transition) -> None:
    message = message_of(told, BRAND)
    rule = words_of(BRAND).rules.get(told.reason, "")
    said = [message.headline, message.why, *(line for one in message.parts for line in one.lines)]
    assert not rule or sum(rule in one for one in said) <= 1


def test_the_volume_is_told_by_one_pair_of_figures() -> None:
    text = flat(message_of(rung(), BRAND)).full
    assert text.count("1,240 mentions in the last hour") == 1
    assert "as many mentions as usual" not in text
    assert "evidence" not in text


@pytest.mark.parametrize(
    ("expected", "word"),
    [
        (None, "a pause"),
        (to_come(1300), "a pause"),
        (to_come(600, growing=True), "a pause"),
        (to_come(600), "fading"),
    ],
)
def test_fading_needs_a_projection_that_says_so(expected: Projection | None, word: str) -> None:
    told = transition(
        state="fading", reason="falling", projection=expected, pattern="boycott-call",
        nearest=(Resemblance(episode="boycott-call", kind="crisis", distance=0.1, phase=0.2),),
    )  # fmt: skip
    assert f", {word}." in message_of(told, BRAND).headline
    assert eases(told) is (word == "fading")


@pytest.mark.parametrize("brand", [BRAND, MARQUE])
def test_likeness_to_an_episode_with_a_second_wave_keeps_the_watch(brand) -> None:
    told = transition(seq=1, state="fading", reason="falling", projection=to_come(300))
    assert not eases(told)
    said = " ".join(update_of(told, brand, snapshot(transition())).lines)
    wave = (
        "came within hours of the takedown"
        if brand is BRAND
        else "quelques heures après le retrait"
    )
    assert wave in said
    assert ("That is a pause" if brand is BRAND else "C’est une pause") in said


def test_one_probability_is_told_with_what_was_taken_off_and_why() -> None:
    told = rung(
        confidence=0.83,
        taken_off=(TakenOff(code="few", share=0.01), TakenOff(code="unseen", share=0.04)),
    )
    standing = message_of(told, BRAND).standing
    assert (
        "83% that it is a crisis (88%, less 1 for how few mentions it rests on, 4 for what was "
        "not seen)" in standing
    )


def test_what_is_told_of_the_probability_adds_up_though_it_is_rounded() -> None:
    told = rung(confidence=0.755, taken_off=(TakenOff(code="few", share=0.094),))
    assert "76% that it is a crisis (85%, less 9 for how few" in message_of(told, BRAND).standing


@pytest.mark.parametrize(
    ("told", "waits", "because"),
    [
        (rung(severity=8), False, "severe"),
        (rung(severity=3, sighting=sighting(severity_high=8.2)), True, "doubt"),
        (rung(severity=5, sighting=sighting(severity_high=8.2)), False, "early"),
        (
            rung(severity=4, projection=to_come(2600), sighting=sighting(severity_high=6.0)),
            False,
            "growing",
        ),
        (
            rung(severity=4, reason="second_wave", sighting=sighting(severity_high=6.0)),
            False,
            "wave",
        ),
        (
            rung(severity=2, pattern="", nearest=(), sighting=sighting(severity_high=3.0)),
            True,
            "small",
        ),
        (heads_up(), True, "heads_up"),
        (rung(seq=9, state="resolved", severity=9), True, "over"),
    ],
)
def test_where_it_goes_decides_whether_it_can_wait(
    told: Transition, *, waits: bool, because: str
) -> None:
    found = urgency(words_of(BRAND), told)
    assert (found.waits, found.because) == (waits, because)


def test_it_begins_with_whether_it_can_wait_in_three_steps_with_names() -> None:
    night = replace(BRAND, alert_zone="Australia/Sydney")  # 20:52 there
    team = Team(decides="Claire Destrée", steps=("Call the hotline",))
    advice = message_of(rung(), night, team=team).advice
    assert advice.heading == (
        "Can it wait until morning? No, decide before 21:22 AEDT: it is at 8/10."
    )
    assert advice.lines[0] == "Call the hotline (your own team’s step)"
    assert advice.lines[1].startswith("A lesson of Nestlé/Greenpeace 2010: delete nothing")
    assert advice.lines[2] == "Wake Claire Destrée."
    nobody = message_of(rung(), BRAND).advice
    assert nobody.heading.startswith("Can it wait? No")
    assert "Get a decision from whoever decides on communication." in nobody.lines


def test_slack_shows_it_in_the_order_in_which_it_answers() -> None:
    course = Course(until=AT, step_s=600, mentions=(5, 4, 6, 60, 482))
    told = rung(course=course)
    message = message_of(told, BRAND, page="https://tocsin.example/incidents/1")
    text, body = blocks.message(message, buttons.row(words_of(BRAND), "n-1", ("ack", "label")))
    assert [block["type"] for block in body] == [
        *("header", "rich_text", "rich_text", "actions", "rich_text", "rich_text"),
    ]
    assert "▂" in str(body[4]) or "▁" in str(body[4])
    assert "https://tocsin.example/incidents/1" in str(body[5])
    assert "1,240 mentions" in text
    assert "What decided" not in str(body)
    assert "What decided" in str(blocks.evidence(message)[1])


def test_a_gap_is_hatched_in_the_chart() -> None:
    course = Course(until=ONSET + timedelta(minutes=30), step_s=600, mentions=(9, 9, 9))
    assert message_of(rung(course=course), BRAND).chart.startswith("██░")


def test_every_dismissal_ends_with_how_to_say_that_it_should_have_rung() -> None:
    over = heads_up(seq=1, state="dismissed", reason="harmless_kind")
    told = heads_up_of(over, BRAND)
    assert "… but if it should have rung: tocsin feedback missed nestle-2010" in told.lines[-2]
    assert "It would have rung from 48 independent" in " ".join(told.lines)


def test_what_the_brand_calls_itself_is_no_driver() -> None:
    told = " ".join(part(transition(), "Who and what drives it"))
    assert "#palmoil" in told
    assert "@nestle" not in told
    assert "nestlé" not in told.lower()


def test_a_wave_after_an_own_post_says_from_what_to_what() -> None:
    reply = Reply(at=ONSET, last=ONSET, posts=1, before=343.0, highest=1900.0, now=1882.0)
    told = rung(reason="wave_after_reply", state="escalating", reply=reply)
    summary = message_of(told, BRAND).summary
    assert "A new wave followed your own post: 343 → 1,882 mentions an hour." in summary


@pytest.mark.parametrize(
    ("id_", "url"),
    [
        (
            "at://did:plc:ab7/app.bsky.feed.post/3kxy#rev",
            "https://bsky.app/profile/did:plc:ab7/post/3kxy",
        ),
        ("https://news.example/2010/palm-oil", "https://news.example/2010/palm-oil"),
        ("news.example/feed#77", ""),
        ("https://user@evil.example/", ""),
    ],
)
def test_posts_open_on_their_network(id_: str, url: str) -> None:
    assert post_url(replace(example(), id=id_)) == url


def test_a_post_in_another_language_can_be_read() -> None:
    post = replace(example(), lang="pt", text="nunca mais")
    [quote] = message_of(transition(examples=(post,)), BRAND).quotes
    assert quote.translation is not None
    assert "sl=pt&tl=en" in quote.translation.url
    [own] = message_of(transition(examples=(replace(post, lang="en"),)), BRAND).quotes
    assert own.translation is None


def test_what_is_to_come_is_said_by_the_readers_morning() -> None:
    storm = [1] * 120 + [12, 20, 31, 40, 44, 45, 40, 38, 41, 35, 30, 28, 30, 26, 25, 24]
    expected = project(storm, usual_per_minute=1.0)
    assert expected is not None
    paris = replace(MARQUE, alert_zone="Europe/Paris")
    at = ONSET + timedelta(hours=14)
    due = morning(words_of(paris), at)
    found = until(expected, at, due)
    assert found is not None
    assert found.low < found.mentions < found.high
    facts = message_of(transition(at=at, projection=expected), paris).facts
    assert any("d’ici à 8 h (CET)" in fact.beside for fact in facts)


def test_horizons_widen_and_never_shrink() -> None:
    expected = project([2] * 60 + [20] * 60, usual_per_minute=2.0)
    assert expected is not None
    assert [one.hours for one in expected.horizons] == [1, 2, 4, 8, 12, 24]
    for one in expected.horizons:
        assert one.low <= one.likely_low <= one.mentions <= one.likely_high <= one.high
    mentions = [one.mentions for one in expected.horizons]
    assert mentions == sorted(mentions)
    assert (mentions[0], mentions[-1]) == (expected.next_hour, expected.next_day)


def test_unknown_volume_is_no_figure_of_nothing() -> None:
    told = rung(
        volume=Volume(
            last_10_min=1, last_hour=9, usual_per_hour=0, since_onset=9, return_period_s=0
        )
    )
    assert "9 mentions in the last hour." in message_of(told, BRAND).why
