"""Values that are packed in memory are what they were, and take less room."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.brand_judge import LIKENESS
from pipeline.state.packed import PackedValues

keys = st.sampled_from(["0|acme", "0|acme|0", "1|other"])
values = st.none() | st.binary(max_size=200) | st.binary(max_size=50).map(LIKENESS.__add__)
changes = st.lists(
    st.tuples(st.just("set"), keys, values)
    | st.tuples(st.just("delete"), keys, st.none())
    | st.tuples(st.just("clear"), keys, st.none()),
)


@given(changes)
def test_a_packed_table_is_like_one_that_is_not(taken):
    plain: dict[str, bytes | None] = {}
    packed = PackedValues(LIKENESS)
    for what, key, value in taken:
        if what == "set":
            plain[key] = packed[key] = value
        elif what == "delete":
            assert plain.pop(key, b"none") == packed.pop(key, b"none")
        else:
            plain.clear()
            packed.clear()
        assert dict(packed) == plain
        assert len(packed) == len(plain)
        assert [key in packed for key in ("0|acme", "0|acme|0")] == [
            key in plain for key in ("0|acme", "0|acme|0")
        ]


def test_of_a_key_that_comes_twice_the_last_value_stays():
    packed = PackedValues(b"like this")
    packed.update(iter([("0|acme", b"first"), ("0|acme", b"last"), ("0|other", None)]))
    assert dict(packed) == {"0|acme": b"last", "0|other": None}
    assert packed.packed_bytes > 0
