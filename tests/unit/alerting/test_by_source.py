"""An alert says which source brought how much, where there is more than one, and whose it is."""

import pytest
from msgspec.structs import replace

from agents.alerting.message.brands import brand_of, name_of
from agents.alerting.message.compose import heads_up_of, message_of
from agents.alerting.message.flat import flat
from schemas.bucket import SourceCounts
from support.alert_examples import BRAND, MARQUE, heads_up, rung

SPLIT = (
    SourceCounts(source="x", mentions=312, negative=156),
    SourceCounts(source="bluesky", mentions=96, negative=24),
)
LINES = {
    "en": "X 312 (50% negative) · Bluesky 96 (25% negative)",
    "fr": "X 312 (50 % négatifs) · Bluesky 96 (25 % négatifs)",
}


@pytest.mark.parametrize("brand", [BRAND, MARQUE])
def test_the_split_is_one_line(brand) -> None:
    line = LINES[brand.alert_language]
    told = flat(message_of(replace(rung(), by_source=SPLIT), brand)).full
    quiet = "\n".join(heads_up_of(replace(heads_up(), by_source=SPLIT), brand).lines)
    for text in (told, quiet):
        assert line in text.replace("\u202f", " ").replace("\xa0", " ")


def test_where_one_source_brought_all_there_is_no_line() -> None:
    told = flat(message_of(replace(rung(), by_source=SPLIT[:1]), BRAND)).full
    assert "By source" not in told


def test_an_incident_of_one_source_is_titled_with_it() -> None:
    find = brand_of({BRAND.id: BRAND})
    apart = replace(rung(), brand=BRAND.id, apart="bluesky")
    assert name_of(find(apart)) == f"{BRAND.names[0]} · Bluesky"
    assert f"{BRAND.names[0]} · Bluesky" in message_of(apart, find(apart)).headline
    assert find(replace(apart, apart="")) is BRAND
