"""A weights file is verified before it is used."""

import json

import pytest

from pipeline.sentiment.scorer.weights import MAX_BYTES, WeightsError, decode, digest_of, shipped


def test_the_shipped_file_is_sound_and_small() -> None:
    weights, digest = decode(shipped())
    assert len(shipped()) <= MAX_BYTES
    assert weights.sources
    assert weights.made_with.keys() >= {"river", "tocsin"}
    assert len(digest) == 64


def test_altered_weights_are_refused() -> None:
    with pytest.raises(WeightsError, match="do not match their digest"):
        decode(shipped().replace(b'"steps":50', b'"steps":51'))


def test_weights_for_another_tokenizer_are_refused() -> None:
    file = json.loads(shipped())
    file["weights"]["tokenizer"] = 99
    raw = json.dumps(file["weights"], ensure_ascii=False, separators=(",", ":")).encode()
    data = b'{"digest":"' + digest_of(raw).encode() + b'","weights":' + raw + b"}"
    with pytest.raises(WeightsError, match="tokenizer 99"):
        decode(data)


@pytest.mark.parametrize("data", [b"", b"{}", b"\x80\x04K\x01.", b'{"digest":"","weights":{}}'])
def test_what_is_no_weights_file_is_refused(data: bytes) -> None:
    with pytest.raises(WeightsError, match="not a weights file"):
        decode(data)


def test_a_huge_file_is_refused() -> None:
    with pytest.raises(WeightsError, match="exceeds"):
        decode(b" " * (MAX_BYTES + 1))
