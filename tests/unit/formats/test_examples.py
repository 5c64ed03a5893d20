"""The example mappings read files of the shape they are written for."""

import gzip
import json
from pathlib import Path

from agents.ingest.formats import open_mentions
from pipeline.brands import BrandMatcher, load_brands
from schemas.mention import Mention

EXAMPLES = Path(__file__).parents[3] / "examples"

AIRLINE = """\
tweet_id,airline_sentiment,airline,name,text,tweet_created
5.70306133677761E+017,neutral,United,eve,@united again &amp; again,2015-02-24 11:35:52 -0800
5.70306133677761E+017,neutral,US Airways,bob,"RT @USAirways: ""sorry""
all",2015-02-24 11:35:51 -0800
5.70306133677761E+017,positive,United,eve,@united again &amp; again,2015-02-24 11:35:52 -0800
"""

STOCK = {
    "id": "41",
    "created_at": "2014-01-01T00:00:48Z",
    "text": "RT @ann: $KO $DIS",
    "lang": "en",
    "user": {"id": "5", "followers_count": 545, "verified": False, "created_at": None},
    "retweeted_id": "40",
    "in_reply_to_id": None,
    "hashtags": ["Stocks"],
    "urls": [],
    "mentions": ["ann"],
}


def read(name: str, path: Path) -> list[Mention]:
    items = list(open_mentions([path], mapping=EXAMPLES / name / "mapping.yaml"))
    assert all(isinstance(item, Mention) for item in items), items
    return [item for item in items if isinstance(item, Mention)]


def brands_of(name: str) -> BrandMatcher:
    path = EXAMPLES / name / "brands.yaml"
    return BrandMatcher(load_brands(path.read_text(encoding="utf-8"), str(path)))


def test_airline_rows(tmp_path: Path) -> None:
    path = tmp_path / "Tweets.csv"
    path.write_text(AIRLINE)
    first, second, third = read("airline", path)
    assert first.created_at.isoformat() == "2015-02-24T19:35:51+00:00"
    assert (first.brand, first.kind, first.ref_author) == ("us-airways", "repost", "USAirways")
    assert first.text == 'RT @USAirways: "sorry"\nall'
    assert (second.brand, second.kind, second.text) == ("united", "reply", "@united again & again")
    assert second.author.handle == "eve"
    assert second.id == third.id != first.id
    assert brands_of("airline").match(second) == ("united",)


def test_stocknet_rows_are_one_mention_a_ticker(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl.gz"
    lines = [json.dumps({"ticker": ticker, **STOCK}) for ticker in ("KO", "DIS")]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    cola, disney = read("stocknet", path)
    assert (cola.brand, disney.brand) == ("coca-cola", "disney")
    assert cola.id == disney.id == "41"
    assert (cola.kind, cola.ref_id, cola.ref_author) == ("repost", "40", "ann")
    assert (cola.hashtags, cola.urls, cola.addressed) == (("Stocks",), (), ("ann",))
    assert cola.author.followers == 545
    assert brands_of("stocknet").match(disney) == ("disney",)
