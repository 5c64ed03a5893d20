"""Word lists: their format, stems, and the cues they give."""

import pytest

from pipeline.sentiment.api import Cue
from pipeline.sentiment.lexicon.word_lists import (
    LANGUAGES,
    Lexicon,
    cues_for,
    cues_of,
    parse,
    read_entries,
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_shipped_list_has_all_it_needs(lang: str) -> None:
    entries = read_entries(lang)
    for kind in ("-2", "-1", "+1", "+2", "not", "boost", "stop", "self", "boycott", "outrage"):
        assert entries[kind], f"{lang}: {kind}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_only_cues_hold_phrases(lang: str) -> None:
    for kind, words in read_entries(lang).items():
        if kind in {"-2", "-1", "+1", "+2", "not", "boost", "stop"}:
            assert [word for word in words if "_" in word and word.strip("_^-")] == []


def test_an_unknown_kind_is_named_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2: unknown kind 'bad'"):
        parse("+1: good\nbad: word\n")


def test_a_word_goes_before_its_stem_and_the_longest_stem_wins() -> None:
    lexicon = Lexicon(polarity={"plaisant": 2.0, "plai*": 1.0, "plaint*": -1.0})
    assert [lexicon.tone(word) for word in ("plaisant", "plaire", "plaintes", "pla")] == [
        2.0,
        1.0,
        -1.0,
        0.0,
    ]


def test_a_cue_may_be_a_word_a_stem_or_a_phrase() -> None:
    cues = cues_of(parse("boycott: boycott* plus_jamais\noutrage: boycottage\n"))
    assert cues.of("boycottage") == Cue.BOYCOTT | Cue.OUTRAGE
    assert cues.of("jamais") == 0
    assert cues.phrases["plus"] == ((("jamais",), Cue.BOYCOTT),)


def test_a_language_without_a_list_has_the_cues_of_two_but_no_first_person() -> None:
    cues = cues_for("nl")
    assert cues.of("boycotter") & Cue.BOYCOTT
    assert not cues.of("me") & Cue.FIRST_PERSON
