"""Tweets of API v1.1, in the shapes of both its modes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from agents.ingest.formats.x.v1 import parse
from schemas.codec import UnreadableError
from schemas.mention import Mention

USER = {
    "id": 7,
    "id_str": "7",
    "screen_name": "ana",
    "followers_count": 1200,
    "verified": False,
    "created_at": "Thu Jan 01 00:00:00 +0000 2009",
}


def tweet(**fields: Any) -> dict[str, Any]:
    plain = {
        "id": 12,
        "id_str": "12",
        "created_at": "Wed Mar 17 10:00:00 +0000 2010",
        "text": "no",
        "user": USER,
        "lang": "fr",
    }
    return {**plain, **fields}


def one(line: dict[str, Any]) -> Mention:
    [mention] = parse(json.dumps(line).encode())
    return mention


def test_every_field_of_a_tweet() -> None:
    entities = {
        "hashtags": [{"text": "PalmOil", "indices": [0, 8]}],
        "urls": [{"url": "https://t.co/x", "expanded_url": "https://example.org/a"}],
        "user_mentions": [{"screen_name": "Nestle", "id_str": "8"}],
        "symbols": [],
    }
    mention = one(tweet(text="a &gt; b", entities=entities, coordinates=None))
    assert (mention.id, mention.text, mention.lang) == ("12", "a > b", "fr")
    assert mention.created_at == datetime(2010, 3, 17, 10, tzinfo=UTC)
    assert (mention.hashtags, mention.urls) == (("PalmOil",), ("https://example.org/a",))
    assert mention.addressed == ("Nestle",)
    assert (mention.author.id, mention.author.handle) == ("7", "ana")
    assert mention.author.followers == 1200
    assert mention.author.created_at == datetime(2009, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": None, "full_text": "in full"},
        {"text": "in…", "truncated": True, "extended_tweet": {"full_text": "in full"}},
    ],
)
def test_full_text_of_both_modes(fields: dict[str, Any]) -> None:
    assert one(tweet(**fields)).text == "in full"


def test_entities_of_an_extended_tweet() -> None:
    extended = {"full_text": "#end", "entities": {"hashtags": [{"text": "end"}]}}
    assert one(tweet(extended_tweet=extended)).hashtags == ("end",)


def test_retweet_speaks_the_text_of_the_original() -> None:
    original = tweet(
        id_str="5", full_text="all of it", user={"id_str": "8", "screen_name": "Nestle"}
    )
    mention = one(tweet(text="RT @Nestle: all…", retweeted_status=original))
    assert (mention.kind, mention.ref_id, mention.ref_author) == ("repost", "5", "Nestle")
    assert mention.text == "all of it"
    assert mention.author.handle == "ana"


def test_retweet_by_hand() -> None:
    mention = one(tweet(text="RT @Nestle: all of it"))
    assert (mention.kind, mention.ref_id, mention.ref_author) == ("repost", "", "Nestle")


def test_reply() -> None:
    fields = {"in_reply_to_status_id_str": "4", "in_reply_to_screen_name": "Nestle"}
    mention = one(tweet(**fields))
    assert (mention.kind, mention.ref_id, mention.ref_author) == ("reply", "4", "Nestle")


def test_quote_with_and_without_the_quoted_tweet() -> None:
    quoted = tweet(id_str="5", user={"id_str": "8", "screen_name": "Nestle"})
    mention = one(tweet(quoted_status=quoted, quoted_status_id_str="5"))
    assert (mention.kind, mention.ref_id, mention.ref_author) == ("quote", "5", "Nestle")
    deleted = one(tweet(quoted_status_id_str="5"))
    assert (deleted.kind, deleted.ref_id, deleted.ref_author) == ("quote", "5", "")


def test_least_that_an_archive_holds() -> None:
    mention = one({"id": 1050118621198921728, "text": "no"})
    assert mention.id == "1050118621198921728"
    assert mention.author.id == "unknown"
    assert mention.created_at.year == 2018


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"delete": {"status": {"id_str": "1"}}}, "unmapped"),
        ({"limit": {"track": 5}}, "unmapped"),
        (tweet(created_at="2010-03-17"), "invalid"),
        (tweet(text=None), "invalid"),
        ({"id": 1.2e18, "text": "no", "created_at": "Wed Mar 17 10:00:00 +0000 2010"}, "invalid"),
        ({"id_str": "12", "text": "no time"}, "invalid"),
    ],
)
def test_what_is_no_tweet(line: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        parse(json.dumps(line).encode())
    assert caught.value.reason == reason
