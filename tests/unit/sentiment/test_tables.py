"""Weights found by name and by number are those of the file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sentiment.lexicon.word_lists import SHARED
from pipeline.sentiment.scorer.tables import MAX_STEPS, Pairs, Tables, pack, unpack
from pipeline.sentiment.scorer.weights import Weights, WeightsError, decode, shipped

KEYS = st.integers(0, 1 << 50)


@pytest.fixture(scope="module")
def weights() -> Weights:
    return decode(shipped())[0]


@given(st.lists(st.tuples(st.integers(-MAX_STEPS, MAX_STEPS), st.integers(-MAX_STEPS, MAX_STEPS))))
def test_packed_weights_add_up(pairs: list[tuple[int, int]]) -> None:
    total = np.array([sum(pack(*pair) for pair in pairs)], np.int64)
    negative, positive = unpack(total)
    assert negative[0] == sum(pair[0] for pair in pairs)
    assert positive[0] == sum(pair[1] for pair in pairs)


@given(known=st.sets(KEYS), asked=st.lists(KEYS))
def test_every_key_is_found_and_no_other(known: set[int], asked: list[int]) -> None:
    table = Pairs(np.array(sorted(known), np.int64))
    keys = [*asked, *known]
    found = table.keys[table.find(np.array(keys, np.int64))]
    assert found.tolist() == [key if key in known else -1 for key in keys]


def test_keys_that_share_a_slot_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.sentiment.scorer.tables._SPREAD", np.uint64(1))
    keys = np.arange(50, dtype=np.int64)  # all in the first slot
    table = Pairs(keys[:40])
    assert table.keys[table.find(keys)].tolist() == [*range(40), *[-1] * 10]


@pytest.mark.parametrize("lang", ["fr", "en", "hi", SHARED, "nl"])
def test_pairs_weigh_what_the_file_says(weights: Weights, lang: str) -> None:
    tables = Tables(weights.pairs)
    shared, own = weights.pairs[SHARED], weights.pairs.get(lang, {}) if lang != SHARED else {}
    names = [
        name
        for name in sorted({*shared, *own})[::37]
        if " " in name and not name.startswith("~") and not name.endswith(" ")
    ]
    parts = [[tables.number(part) for part in name.split(" ", 1)] for name in names]
    first, second = np.array(parts, np.int64).T
    places = tables.find(first, second)
    found = tables.tone.paired.take(places + tables.lang(lang) * tables.paired)
    expected = [pack(*shared.get(name, (0, 0))) + pack(*own.get(name, (0, 0))) for name in names]
    assert found.tolist() == expected


def test_a_weight_beyond_reason_is_refused() -> None:
    pairs = {SHARED: {"good": (0, MAX_STEPS + 1)}}
    with pytest.raises(WeightsError, match="good"):
        Tables(pairs)
