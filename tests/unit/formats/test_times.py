"""Written times become UTC, or an error; never a guess."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ingest.formats.mapped.times import time_parser, twitter_time

NOON = datetime(2015, 2, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        (("iso",), "2015-02-24T12:00:00Z"),
        (("iso",), "2015-02-24 04:00:00 -0800"),
        (("iso",), "2015-02-24T13:00:00.000+01:00"),
        (("twitter",), "Tue Feb 24 12:00:00 +0000 2015"),
        (("twitter",), "Tue Feb 24 13:30:00 +0130 2015"),
        (("twitter",), "Tue Feb 24 04:00:00 -0800 2015"),
        (("unix",), "1424779200"),
        (("unix_ms",), "1424779200000"),
        (("%d/%m/%Y %H:%M %z",), "24/02/2015 13:00 +0100"),
        (("iso", "twitter"), "Tue Feb 24 12:00:00 +0000 2015"),
    ],
)
def test_formats(formats: tuple[str, ...], written: str) -> None:
    moment = time_parser(formats, None)(written)
    assert moment == NOON
    assert moment.tzinfo is UTC


def test_zone_is_for_times_without_offset() -> None:
    parse = time_parser(("iso",), ZoneInfo("Europe/Paris"))
    assert parse("2015-02-24T13:00:00") == NOON
    assert parse("2015-02-24T12:00:00Z") == NOON


def test_naive_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="say 'timezone'"):
        time_parser(("iso",), None)("2015-02-24T13:00:00")


@pytest.mark.parametrize(
    "written", ["", "yesterday", "1e99", "-", "Tue Foo 24 12:00:00 +0000 2015"]
)
@pytest.mark.parametrize("name", ["iso", "twitter", "unix", "unix_ms", "%Y"])
def test_no_time(name: str, written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        time_parser((name,), UTC)(written)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_twitter_time_agrees_with_strptime(naive: datetime) -> None:
    moment = naive.replace(microsecond=0, tzinfo=UTC)
    assert twitter_time(moment.strftime("%a %b %d %H:%M:%S +0000 %Y")) == moment
