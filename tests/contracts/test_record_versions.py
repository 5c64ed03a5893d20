"""Two versions run side by side in a rolling upgrade: each reads what the other writes."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from schemas.codec import Decoder, UnreadableError, encode
from schemas.dead_letter import DeadLetter, DeadReason
from schemas.export import file_name
from support.recorded import KEPT, KINDS, filled

ROOT = Path(__file__).parents[2]
VERSIONS = sorted(path.name for path in KEPT.iterdir())
BY_NAME = {file_name(kind).removesuffix(".json"): kind for kind in KINDS}
RECORDED = [
    pytest.param(BY_NAME[path.stem], path, id=f"{version} {path.stem}")
    for version in VERSIONS
    for path in sorted((KEPT / version).iterdir())
]


def lost(before: Any, after: Any, place: str = "$") -> Iterator[str]:
    """What stood in a record and does not any more, or is something else."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name in after:
                yield from lost(value, after[name], f"{place}.{name}")
            else:
                yield f"{place}.{name} is gone"
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from lost(one, other, f"{place}[{number}]")
    elif before != after:
        yield f"{place} was {before!r}"


def with_more(value: Any) -> Any:
    """The same with a field more in every object, as a later version might write it."""
    if isinstance(value, dict):
        return {name: with_more(one) for name, one in value.items()} | {"of_later": {"x": [1]}}
    if isinstance(value, list):
        return [with_more(one) for one in value]
    return value


@pytest.mark.parametrize(("kind", "path"), RECORDED)
def test_what_an_earlier_version_wrote_is_read_and_nothing_of_it_lost(
    kind: type, path: Path
) -> None:
    decode = Decoder(kind).decode
    for line in path.read_bytes().splitlines():
        read = decode(line)
        # What equals its default need not be written, so the fields themselves are compared.
        whole = json.loads(encode(read))
        assert list(lost(json.loads(line), whole)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_later_version_adds_is_passed_over(kind: type) -> None:
    decode = Decoder(kind).decode
    for turn in range(3):
        record = json.loads(msgspec.json.encode(filled(kind, turn)))
        known = decode(json.dumps(record).encode())
        assert decode(json.dumps(with_more(record)).encode()) == known


def test_the_records_of_the_version_that_is_here_are_kept() -> None:
    here = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert here in VERSIONS, f"PYTHONPATH=tests python -m support.recorded {here}"
    kept = {path.stem for version in VERSIONS for path in (KEPT / version).iterdir()}
    assert kept <= set(BY_NAME), "a topic whose records nobody reads any more"


def test_every_word_that_stood_in_a_record_is_among_those_that_are_kept() -> None:
    path = KEPT / "0.2.0" / "dead-letter.jsonl"
    reasons = {json.loads(line)["reason"] for line in path.read_bytes().splitlines()}
    assert reasons <= {*get_args(DeadReason)}
    assert len(reasons) > 10


@pytest.mark.parametrize(
    "broken",
    [b'{"schema":2}', b'{"schema":1}', b'{"schema":1,"origin":"a","reason":"of_later"}'],
)
def test_a_change_that_would_break_readers_is_seen(broken: bytes) -> None:
    with pytest.raises(UnreadableError):
        Decoder(DeadLetter).decode(broken)


def test_a_field_that_goes_is_seen() -> None:
    assert list(lost({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}})) == ["$.a.c is gone"]
