"""Notions that languages share: their list, and what they do to features."""

import pytest

from pipeline.sentiment.features.extraction import WordCache, features
from pipeline.sentiment.lexicon.concepts import parse, shipped
from pipeline.sentiment.lexicon.vader import all_lexicons
from pipeline.sentiment.lexicon.word_lists import LANGUAGES


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_most_notions(lang: str) -> None:
    notions = set(shipped()["en"].values())
    assert len(set(shipped()[lang].values())) > 0.7 * len(notions)


def test_words_of_two_languages_share_a_feature() -> None:
    lexicons = all_lexicons()
    french = features("merci", WordCache(lexicons["fr"]))
    english = features("thanks", WordCache(lexicons["en"]))
    assert "~=thanks" in french.keys() & english.keys()


def test_signs_are_notions_everywhere() -> None:
    for lexicon in all_lexicons().values():
        assert lexicon.concept("❤") == "heart"


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("a: xx word", "line 1: 'xx' is no language"),
        ("# said\na: fr mot\nb: fr mot", "line 3: fr 'mot' is 'a' already"),
        ("nonsense", "line 1: '' is no language"),
    ],
)
def test_a_faulty_line_is_named(rows: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parse(rows)
