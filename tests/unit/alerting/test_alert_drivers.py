"""Who and what drives it, and what is to come, in both languages."""

from datetime import timedelta

import pytest

from agents.alerting.message.compose import message_of, update_of
from agents.alerting.policy import snapshot
from agents.alerting.sinks.slack.blocks import evidence
from schemas.bucket import Influencer
from schemas.incident import Automation, Drivers, Projection, Reason, Reply, Wording
from support.alert_examples import BRAND, MARQUE, ONSET, transition

SAMPLE = "Ask them to give the orangutan a break <!channel> https://x.example/a\u202e"
DRIVERS = Drivers(
    influencers=(
        Influencer(handle="star", posts=1, followers=1_240_000),
        Influencer(handle="forest", posts=4, followers=9_300, reposts=512),
    ),
    wordings=(Wording(id="0badf00d", copies=87, sample=SAMPLE),),
)
REPLY = Reply(
    at=ONSET + timedelta(minutes=20),
    last=ONSET + timedelta(minutes=30),
    posts=3,
    before=240.0,
    highest=1310.0,
    now=990.0,
)
PROJECTION = Projection(
    next_hour=1873, next_hour_low=1012, next_hour_high=3477,
    next_day=14_310, next_day_low=4_218, next_day_high=48_012, growing=True,
)  # fmt: skip


def driving(**changes):
    return message_of(transition(**changes), BRAND).parts[-1].lines


def to_come(brand, **changes):
    return message_of(transition(**changes), brand).facts[-1]


def test_reach_and_cascade_are_told_apart():
    told = driving(drivers=DRIVERS)
    assert "Widest reach: @star (1,240,000 followers), @forest (9,300 followers)" in told
    assert "Passed on most: @forest (512)" in told


def test_a_copied_text_is_shown_made_harmless():
    line = next(line for line in driving(drivers=DRIVERS) if line.startswith("The same text"))
    assert line.startswith("The same text, 87 more times: “Ask them to give the orangutan a break")
    assert "<!" not in line
    assert "https://" not in line
    assert "\u202e" not in line


def test_a_copied_text_that_was_not_kept_is_only_counted():
    found = Drivers(wordings=(Wording(id="0badf00d", copies=87),))
    assert driving(drivers=found) == ("The same text, 87 more times.",)


def test_a_few_copies_are_no_news():
    found = Drivers(wordings=(Wording(id="0badf00d", copies=4, sample="a text"),))
    assert driving(drivers=found) == ("Nothing stands out.",)


@pytest.mark.parametrize(
    ("rating", "begins"),
    [(0.82, "Much of it looks"), (0.5, "Part of it may"), (0.05, "Little looks automated")],
)
def test_automation_is_said_in_degrees_with_its_signs(rating, begins):
    rated = Automation(rating=rating, copied=0.62, young=0.71)
    (line,) = driving(drivers=Drivers(), automation=rated)
    assert line.startswith(begins)
    assert line.endswith("62% copied texts, 71% by accounts under 30 days old.")


@pytest.mark.parametrize("nature", ["complaints", "outrage", "both"])
@pytest.mark.parametrize("brand", [BRAND, MARQUE], ids=["en", "fr"])
def test_one_plain_sentence_says_complaints_or_outrage(brand, nature):
    why = message_of(transition(nature=nature), brand).parts[0].lines
    unclear = message_of(transition(), brand).parts[0].lines
    assert len(why) == len(unclear) + 1
    assert {*why} - {*unclear} == {why[0]}


def test_the_sentence_for_complaints():
    why = message_of(transition(nature="complaints"), BRAND).parts[0].lines
    assert why[0] == "These are complaints about product or service rather than outrage."


def test_a_wording_is_not_shown_as_a_number():
    reasons = (Reason(code="concentration", value=0.5, weight=1.0, detail="wording 0badf00d"),)
    why = message_of(transition(reasons=reasons), BRAND).parts[1].lines
    assert "50% of the extra posts carry the same thing: one text, posted again and again." in why


def test_the_reply_is_told_with_its_time_and_what_came_after():
    assert driving(drivers=Drivers(), reply=REPLY)[-1] == (
        "The brand’s own accounts spoke at 09:30 UTC (3 posts since): 240 mentions an hour then, "
        "at most 1,310 since, 990 now."
    )
    fresh = Reply(at=REPLY.at, last=REPLY.at, posts=1, before=0.0, highest=0.0, now=990.0)
    assert "(1 post): 990 mentions an hour now." in driving(reply=fresh)[-1]


def test_a_projection_claims_two_figures_and_its_bounds():
    fact = to_come(BRAND, projection=PROJECTION)
    assert fact.label == "To come"
    assert fact.value == "about 1,900 in the next hour, 14,000 in the next day"
    assert fact.beside == (
        "4 chances in 5: 1,000 to 3,500 in the hour, 4,200 to 48,000 in the day · still growing"
    )


def test_a_projection_in_french():
    fact = to_come(MARQUE, projection=PROJECTION)
    assert fact.value == "environ 1\u202f900 dans l’heure, 14\u202f000 d’ici un jour"
    assert fact.beside.endswith("· la hausse continue")


def test_too_little_to_project_is_said_and_an_end_is_not_projected():
    assert to_come(BRAND).value == "can’t be said yet: too few mentions, or a gap in them"
    assert to_come(BRAND, state="resolved").label != "To come"


def test_a_step_for_the_worse_tells_the_reply_and_what_is_to_come():
    before = snapshot(transition())
    worse = transition(
        seq=1, state="escalating", reason="wave_after_reply", reply=REPLY, projection=PROJECTION
    )
    lines = update_of(worse, BRAND, before).lines
    assert any(line.startswith("The brand’s own accounts spoke at 09:30") for line in lines)
    assert any(line.startswith("To come: about 1,900 in the next hour") for line in lines)


def test_slack_takes_all_of_it():
    full = transition(
        drivers=DRIVERS,
        automation=Automation(rating=0.5, copied=0.5, young=0.5, repeated=0.5),
        nature="both",
        reply=REPLY,
        projection=PROJECTION,
    )
    _, blocks = evidence(message_of(full, BRAND))
    fields = next(block["fields"] for block in blocks if "fields" in block)
    assert len(fields) <= 10
    assert any("To come" in field["text"] for field in fields)
