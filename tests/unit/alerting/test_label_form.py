"""The form that asks what posts say: within Slack's limits, inert, strict about what returns."""

import json
from typing import Any, get_args

import pytest

from agents.alerting.i18n import ENGLISH, FRENCH, LANGUAGES, Words
from agents.alerting.message.brands import NAME_LIMIT, words_of
from agents.alerting.message.neutral import outside
from agents.alerting.sinks.slack.label_form import filled, form, nothing
from agents.labelling import post_key
from schemas.bucket import Example
from schemas.feedback import Label
from support.alert_examples import BRAND, example, transition
from support.slack_server import PINGS, broken_view

HOSTILE = (
    "<!channel> @here *bold* <https://evil.example|click> \u202eback\u202c",
    'quotes " \\ and\nlines' + "é" * 260,
    "🔥" * 280,
)


def fields(post: Example) -> list[str]:
    """Names of the fields that ask about a post."""
    return [post_key(post), f"attack-{post_key(post)}"]


def inputs(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in view["blocks"] if block["type"] == "input"]


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("texts", [HOSTILE, ("a",), ()])
def test_it_keeps_to_slacks_limits_in_every_language(words: Words, texts: tuple[str, ...]) -> None:
    told = transition(
        incident="b" * 64 + "-20100317T091000Z",
        examples=tuple(example(number, text) for number, text in enumerate(texts)),
    )
    view = form(words, outside("Ñ" * 200, NAME_LIMIT), told)
    assert broken_view(view) == []
    assert len(inputs(view)) == 2 * len(texts)
    assert broken_view(nothing(words)) == []


def test_posts_are_shown_inert_and_none_is_in_a_name() -> None:
    told = transition(examples=tuple(example(number, text) for number, text in enumerate(HOSTILE)))
    view = form(ENGLISH, "Nestlé", told)
    shown = json.dumps(view, ensure_ascii=False)
    assert not any(ping in shown for ping in PINGS)
    assert "\u202e" not in shown
    assert "‹!channel> ＠here *bold*" in shown
    assert "mrkdwn" not in shown
    assert [block["block_id"] for block in inputs(view)] == [
        name for one in told.examples for name in fields(one)
    ]


def test_it_asks_for_the_tone_and_for_attack_and_prefers_no_answer() -> None:
    asked = inputs(form(FRENCH, "Nestlé", transition()))
    offered = [
        (list(get_args(Label)), ["Critique", "Neutre", "Positif"]),
        (["attack", "no_attack"], ["Attaque", "Pas une attaque"]),
    ]
    for block, (values, texts) in zip(asked, offered * (len(asked) // 2), strict=True):
        element = block["element"]
        assert [option["value"] for option in element["options"]] == values
        assert [option["text"]["text"] for option in element["options"]] == texts
        assert "initial_option" not in element
        assert block["optional"]


def test_a_post_without_words_or_not_shown_whole_is_not_asked_about() -> None:
    told = transition(examples=(example(1, "  "), example(2, "no")))
    assert [block["block_id"] for block in inputs(form(ENGLISH, "N", told))] == fields(
        example(2, "no")
    )
    long = transition(examples=(example(1, "x" * 281), example(2, "x" * 280)))
    assert [block["block_id"] for block in inputs(form(ENGLISH, "N", long))] == fields(
        example(2, "x" * 280)
    )
    only = form(ENGLISH, "N", transition(examples=(example(1, ""),)))
    assert only == nothing(ENGLISH)


def test_a_post_that_is_shown_twice_is_asked_about_once() -> None:
    told = transition(examples=(example(1, "no"), example(1, "no")))
    view = form(ENGLISH, "N", told)
    assert [block["block_id"] for block in inputs(view)] == fields(example(1, "no"))
    assert broken_view(view) == []


def test_only_what_the_alert_shows_is_asked_about() -> None:
    told = transition(examples=tuple(example(number) for number in range(9)))
    assert len(inputs(form(words_of(BRAND), "N", told))) == 2 * 5


def submission(values: Any, **changes: Any) -> dict[str, Any]:
    view = {"callback_id": "tocsin_labels", "private_metadata": "x", "state": {"values": values}}
    return {"type": "view_submission", "user": {"id": "U1"}, "view": view} | changes


def chosen(value: Any) -> dict[str, Any]:
    return {"label": {"type": "radio_buttons", "selected_option": {"value": value}}}


def test_what_comes_back_is_read() -> None:
    empty = {"label": {"type": "radio_buttons", "selected_option": None}}
    came = filled(
        submission(
            {
                "post-1": chosen("negative"),
                "attack-post-1": empty,
                "post-2": empty,
                "attack-post-2": chosen("no_attack"),
                "post-3": chosen("neutral"),
                "attack-post-3": chosen("attack"),
                "post-4": empty,
            }
        )
    )
    assert came is not None
    assert came.answers == {
        "post-1": ("negative", None),
        "post-2": (None, False),
        "post-3": ("neutral", True),
    }
    assert came.asked[:2] == ("post-1", "attack-post-1")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        submission({"post-1": chosen("angry")}),
        submission({"post-1": chosen(["negative"])}),
        submission({"post-1": chosen("attack")}),
        submission({"attack-post-1": chosen("negative")}),
        submission({"attack-post-1": chosen(True)}),
        submission({"post-1": "negative"}),
        submission([]),
        submission({f"post-{number}": chosen("neutral") for number in range(21)}),
        submission({}, user={"id": ""}),
        submission({}, user={"id": "U1\n"}),
        submission({}, user={"id": "U1\nslack:U2"}),
        submission({}, user="U1"),
        submission({}, type="view_closed"),
        submission({}, view={"callback_id": "of another app", "private_metadata": "", "state": {}}),
        submission({}, view=None),
    ],
)
def test_what_is_not_as_we_made_it_is_none(payload: dict[str, Any]) -> None:
    assert filled(payload) is None
