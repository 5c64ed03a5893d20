"""Every record comes back as it went, and is what its published schema says."""

import json
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import inspect as mi

from agents.cli.schemas import command
from schemas.bucket import PARTS, Bucket, SourceCounts
from schemas.codec import Decoder, encode
from schemas.export import file_name, published_files, published_types

PUBLISHED = Path(__file__).parents[3] / "schemas" / "published"
TYPES = published_types()

TEXT = st.characters(exclude_categories=["Cs", "Cc"])


def values(of: mi.Type) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911, PLR0912 - one line a kind
    """Return all values of a type, as msgspec describes it."""
    match of:
        case mi.StructType():
            return st.builds(
                partial(whole, of.cls),
                **{
                    field.name: values(field.type) if field.required else optional(field)
                    for field in of.fields
                },
            )
        case mi.StrType(pattern=str(pattern)):
            return st.from_regex(pattern, fullmatch=True).filter(lambda s: not s.endswith("\n"))
        case mi.Metadata():
            return values(of.type)
        case mi.StrType():
            longest = min(of.max_length or 20, 20)
            return st.text(TEXT, min_size=of.min_length or 0, max_size=longest)
        case mi.IntType():
            low = of.gt + 1 if of.gt is not None else of.ge
            return st.integers(low if low is not None else -(2**53), min(of.le or 2**53, 2**53))
        case mi.FloatType():
            return st.floats(
                of.gt if of.gt is not None else of.ge,
                of.lt if of.lt is not None else of.le,
                exclude_min=of.gt is not None,
                exclude_max=of.lt is not None,
                allow_nan=False,
                allow_infinity=False,
            )
        case mi.BoolType():
            return st.booleans()
        case mi.NoneType():
            return st.none()
        case mi.BytesType():
            return st.binary(max_size=50)
        case mi.DateTimeType():
            return st.datetimes(datetime(2006, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
        case mi.LiteralType():
            return st.sampled_from(of.values)
        case mi.UnionType():
            return st.one_of(*(values(each) for each in of.types))
        case mi.VarTupleType():
            return st.lists(values(of.item_type), max_size=3).map(tuple)
        case mi.TupleType():
            return st.tuples(*(values(each) for each in of.item_types))
    raise NotImplementedError(of)


def whole(record: type, **fields: Any) -> Any:
    """Build a record; what is made of parts is made no less than each of them."""
    if record is Bucket:
        for of, parts in reversed(PARTS.items()):
            fields[of] = max(fields[name] for name in (of, *parts))
        if sum(one.mentions for one in fields["by_source"]) > fields["mentions"]:
            fields["by_source"] = ()
    if record is SourceCounts:
        fields["mentions"] = max(fields[name] for name in ("mentions", "negative", "attacks"))
    return record(**fields)


def optional(field: mi.Field) -> st.SearchStrategy[Any]:
    default = (
        field.default_factory() if field.default is mi.NODEFAULT else field.default  # type: ignore[operator,misc]
    )
    return st.just(default) | values(field.type)


@cache
def records(record: type) -> st.SearchStrategy[Any]:
    return values(mi.type_info(record))


@cache
def validator(record: type) -> jsonschema.Draft202012Validator:
    schema = json.loads((PUBLISHED / file_name(record)).read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


thorough = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("record", TYPES)
@thorough
@given(data=st.data())
def test_there_and_back_it_is_the_same_and_valid(record: type, data: st.DataObject) -> None:
    value = data.draw(records(record))
    raw = encode(value)
    assert Decoder(record).decode(raw) == value
    validator(record).validate(json.loads(raw))


@pytest.mark.parametrize("record", TYPES)
def test_the_published_schema_is_that_of_the_code(record: type) -> None:
    assert (PUBLISHED / file_name(record)).read_bytes() == published_files()[file_name(record)]


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in PUBLISHED.iterdir()} == set(published_files())


def test_the_command_writes_what_it_then_finds_up_to_date(tmp_path: Path) -> None:
    runner, there = CliRunner(), ["--dir", str(tmp_path)]
    assert runner.invoke(command, there).exit_code == 1
    assert runner.invoke(command, [*there, "--write"]).exit_code == 0
    assert runner.invoke(command, there).exit_code == 0


def test_the_command_names_what_is_out_of_date_or_left_over(tmp_path: Path) -> None:
    runner, there = CliRunner(), ["--dir", str(tmp_path)]
    runner.invoke(command, [*there, "--write"])
    (tmp_path / "bucket.json").write_text("{}")
    (tmp_path / "old.json").write_text("{}")
    output = runner.invoke(command, there).output
    assert "bucket.json: out of date" in output
    assert "old.json: left over" in output
