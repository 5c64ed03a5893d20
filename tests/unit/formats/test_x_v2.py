"""Posts of X API v2, whole and in fragments."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from agents.ingest.formats.x.v2 import parse, to_mentions
from schemas.codec import UnreadableError
from schemas.mention import Mention

USERS = [
    {
        "id": "7",
        "username": "ana",
        "verified": True,
        "created_at": "2009-01-01T00:00:00.000Z",
        "public_metrics": {"followers_count": 1200, "tweet_count": 5},
    },
    {"id": "8", "username": "Nestle"},
]


def one(line: dict[str, Any]) -> Mention:
    [mention] = parse(json.dumps(line).encode())
    return mention


def post(**fields: Any) -> dict[str, Any]:
    plain = {"id": "12", "text": "no", "author_id": "7", "created_at": "2010-03-17T10:00:00.000Z"}
    return {**plain, **fields}


def test_every_field_of_a_post() -> None:
    entities = {
        "hashtags": [{"start": 0, "end": 9, "tag": "PalmOil"}],
        "urls": [{"url": "https://t.co/x", "expanded_url": "https://example.org/a"}],
        "mentions": [{"username": "Nestle", "id": "8"}],
        "annotations": [{"type": "Other"}],
    }
    data = post(
        text="a &amp; b",
        lang="fr",
        conversation_id="3",
        entities=entities,
        edit_history_tweet_ids=["11", "12"],
        some_new_field={"a": 1},
    )
    mention = one({"data": data, "includes": {"users": USERS}})
    assert mention.id == "12"
    assert mention.identity == "11"
    assert mention.created_at == datetime(2010, 3, 17, 10, tzinfo=UTC)
    assert mention.text == "a & b"
    assert (mention.lang, mention.kind, mention.conversation_id) == ("fr", "original", "3")
    assert mention.hashtags == ("PalmOil",)
    assert mention.urls == ("https://example.org/a",)
    assert mention.addressed == ("Nestle",)
    assert mention.author.handle == "ana"
    assert mention.author.followers == 1200
    assert mention.author.verified
    assert mention.author.created_at == datetime(2009, 1, 1, tzinfo=UTC)


def test_least_that_x_sends() -> None:
    mention = one({"data": {"id": "1050118621198921728", "text": "no"}})
    assert mention.author.id == "unknown"
    assert mention.created_at.isoformat(timespec="seconds") == "2018-10-10T20:19:24+00:00"
    assert mention.brand == ""


def test_long_post_gives_its_full_text_and_entities() -> None:
    note = {"text": "long " * 80 + "&lt;3", "entities": {"hashtags": [{"tag": "AtTheEnd"}]}}
    mention = one({"data": post(text="long long…", note_tweet=note)})
    assert mention.text.endswith("<3")
    assert mention.hashtags == ("AtTheEnd",)


def test_repost_takes_the_full_text_of_what_it_repeats() -> None:
    original = {
        "id": "5",
        "text": "all of it",
        "author_id": "8",
        "entities": {"hashtags": [{"tag": "x"}]},
    }
    data = post(text="RT @Nestle: all…", referenced_tweets=[{"type": "retweeted", "id": "5"}])
    mention = one({"data": data, "includes": {"users": USERS, "tweets": [original]}})
    assert (mention.kind, mention.ref_id, mention.ref_author) == ("repost", "5", "Nestle")
    assert mention.text == "all of it"
    assert mention.hashtags == ("x",)
    assert mention.id == "12"
    assert mention.author.handle == "ana"


def test_repost_without_includes_takes_the_handle_from_the_text() -> None:
    data = post(text="RT @Nestle: all…", referenced_tweets=[{"type": "retweeted", "id": "5"}])
    mention = one({"data": data})
    assert (mention.kind, mention.ref_author, mention.text) == ("repost", "Nestle", data["text"])


def test_reply_names_whom_it_answers() -> None:
    data = post(
        in_reply_to_user_id="8",
        referenced_tweets=[{"type": "replied_to", "id": "4"}, {"type": "quoted", "id": "5"}],
        entities={"mentions": [{"username": "Nestle", "id": "8"}]},
    )
    mention = one({"data": data})
    assert (mention.kind, mention.ref_id, mention.ref_author) == ("reply", "4", "Nestle")


def test_quote() -> None:
    data = post(referenced_tweets=[{"type": "quoted", "id": "5"}])
    mention = one(
        {"data": data, "includes": {"tweets": [{"id": "5", "author_id": "8"}], "users": USERS}}
    )
    assert (mention.kind, mention.ref_id, mention.ref_author) == ("quote", "5", "Nestle")


def test_one_mention_a_brand_for_the_tags_of_matched_rules() -> None:
    rules = [
        {"id": "1", "tag": "nestle"},
        {"id": "2", "tag": "kitkat"},
        {"id": "3", "tag": "nestle"},
    ]
    mentions = parse(json.dumps({"data": post(), "matching_rules": rules}).encode())
    assert [mention.brand for mention in mentions] == ["nestle", "kitkat"]


@pytest.mark.parametrize("tag", [None, "", "My rule no. 1", "*"])
def test_tag_that_is_no_brand_leaves_the_brand_open(tag: str | None) -> None:
    assert one({"data": post(), "matching_rules": [{"id": "1", "tag": tag}]}).brand == ""


def test_rule_without_tag() -> None:
    assert one({"data": post(), "matching_rules": [{"id": "1"}]}).brand == ""


def test_page_of_posts() -> None:
    page = {"data": [post(id="1"), post(id="2")], "meta": {"result_count": 2}}
    assert [mention.id for mention in parse(json.dumps(page).encode())] == ["1", "2"]


def test_bare_post() -> None:
    assert one(post()).id == "12"


def test_objects_and_bytes_are_mapped_alike() -> None:
    line = {"data": post(), "includes": {"users": USERS}}
    assert to_mentions(line) == parse(json.dumps(line).encode())


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        ({"errors": [{"title": "operational-disconnect"}]}, "unmapped", "operational-disconnect"),
        ({"data": {"text": "no id"}}, "invalid", "id"),
        ({"data": {"id": "12", "text": "old id, no time"}}, "invalid", "created_at"),
        ({"data": post(created_at="yesterday")}, "invalid", "created_at"),
        ({"data": post(text=5)}, "invalid", "text"),
        ({"data": post(text="x" * 30_001)}, "invalid", "30000"),
        ({"data": post(id="")}, "invalid", "id of 0"),
        ({"meta": {}}, "invalid", "id"),
    ],
)
def test_what_is_no_post(line: dict[str, Any], reason: str, detail: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        parse(json.dumps(line).encode())
    assert caught.value.reason == reason
    assert detail in caught.value.detail


def test_object_of_wrong_shape() -> None:
    with pytest.raises(UnreadableError, match="invalid"):
        to_mentions({"data": {"id": []}})
