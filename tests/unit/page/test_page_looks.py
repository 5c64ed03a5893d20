"""The words and the colours of the page: both languages say the same, and all can be read."""

import re
from string import Formatter

import pytest

from agents.alerting.i18n import LANGUAGES
from agents.web.assets import STYLE
from agents.web.catalogue import OWN

TEXT, GRAPHIC = 4.5, 3.0
"""Contrast by WCAG 2.2, 1.4.3 and 1.4.11."""

MUST = [
    *((ink, on, TEXT) for ink in ("ink", "soft", "link") for on in ("paper", "card", "sunk")),
    *((f"on-s{step}", f"s{step}", TEXT) for step in range(1, 6)),
    *((f"s{step}-edge", "card", GRAPHIC) for step in range(1, 6)),
    ("on-press", "press", TEXT), ("watch", "watch-card", TEXT), ("hand", "hand-card", TEXT),
    *((edge, ground, GRAPHIC) for edge in ("edge", "axis") for ground in ("paper", "card")),
    *((line, "card", GRAPHIC) for line in ("all", "usual", "ref", "watch-edge", "hand-edge")),
    *((line, "card", TEXT) for line in ("neg", "att", "all")),
    ("orig", "orig-fill", GRAPHIC),
]  # fmt: skip


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same() -> None:
    english, french = OWN["en"], OWN["fr"]
    assert english.keys() == french.keys()
    for key, text in english.items():
        one = key.endswith("_one")  # the singular may be spelt out
        assert fields(text) - {"n"} == fields(french[key]) - {"n"}, key
        assert one or fields(text) == fields(french[key]), key


def test_no_word_of_the_page_hides_one_of_the_alerts() -> None:
    for code, own in OWN.items():
        assert not own.keys() & LANGUAGES[code].texts.keys()


def test_french_is_set_as_french_is() -> None:
    for key, text in OWN["fr"].items():
        assert not re.search(r" [:;!?»%]|« |'", text), key


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))


LIGHT, DARK = (
    tokens(block) for block in re.findall(r":root \{(.*?)\}", STYLE.text, re.DOTALL)
)  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, {**LIGHT, **DARK}], ids=["light", "dark"])
def test_colours_stand_out(scheme: dict[str, str]) -> None:
    faint = {
        (ink, ground): round(contrast(scheme[ink], scheme[ground]), 2)
        for ink, ground, least in MUST
        if contrast(scheme[ink], scheme[ground]) < least
    }
    assert faint == {}


@pytest.mark.parametrize("scheme", [LIGHT, {**LIGHT, **DARK}], ids=["light", "dark"])
def test_each_step_of_severity_goes_on_in_grey(scheme: dict[str, str]) -> None:
    grey = [luminance(scheme[f"s{step}"]) for step in range(1, 6)]
    assert grey in (sorted(grey), sorted(grey, reverse=True))


def test_the_style_asks_nothing_of_anybody() -> None:
    assert not re.search(r"url\(|@import|https?:", STYLE.text)
