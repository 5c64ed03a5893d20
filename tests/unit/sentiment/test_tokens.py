"""One tokenizer: what it unites, what it keeps apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sentiment.features.tokens import (
    _TOKEN,
    MAX_CHARACTERS,
    NUMBER,
    chunks,
    normal,
    split_chunk,
    tokens,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J'adore l’idée, qu'il dit", ["j'", "adore", "l'", "idée", ",", "qu'", "il", "dit"]),
        ("I'm sure it's d'accord", ["i'm", "sure", "it's", "d'", "accord"]),
        ("don't can't t'es", ["don't", "can't", "t'", "es"]),
        ("sooooo goooood", ["soo", "good"]),
        ("@Nestle: https://t.co/aB1 lien", [":", "http", "lien"]),
        ("2010 12h30", ["0", "0h0"]),
        ("quoi ?!? NON!!!! ...", ["quoi", "?!", "non", "!!", "…"]),
        ("#KitKat 😂😂", ["#kitkat", "😂", "😂"]),
        (":) :-( <3 xD", [":)", ":-(", "<3", "xd"]),
        ("बहुत अच्छा है", ["बहुत", "अच्छा", "है"]),
        ("i\\u2019m &amp; you", ["i'm", "you"]),
        ("Great, late again /s", ["great", ",", "late", "again", "/s"]),
        ("super (/s)", ["super", "/s"]),
        ("w/s http://a.b/s :/s </s> /sarcasm", ["w", "s", "http", ":", "s", "s", "sarcasm"]),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(st.text())
def test_no_token_is_empty_or_holds_the_signs_that_features_use(text: str) -> None:
    for token in tokens(text):
        assert token
        assert "~" not in token
        assert " " not in token


@given(st.text("ax8dop3s/<'’:;=.,!?…_#@0²éİ\u0301م", min_size=1) | st.text(min_size=1))
def test_short_ways_of_splitting_lead_to_the_same_tokens(text: str) -> None:
    for chunk in chunks(text):
        assert split_chunk(chunk) == [normal(token) for token in _TOKEN.findall(chunk) if token]


@given(st.text())
def test_a_text_is_its_chunks(text: str) -> None:
    assert tokens(text) == [token for chunk in chunks(text) for token in split_chunk(chunk)]


def test_of_a_huge_text_only_the_beginning_is_read() -> None:
    assert len(tokens("ab " * MAX_CHARACTERS)) <= MAX_CHARACTERS // 3 + 1


@given(st.text(st.characters(categories=("Nd",)), min_size=1, max_size=9))
def test_a_chunk_of_decimal_digits_is_one_token_whichever_they_are(chunk: str) -> None:
    assert chunk.isdecimal()
    assert split_chunk(chunk.lower()) == [NUMBER]
