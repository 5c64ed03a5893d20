"""What ingest publishes, the worker can read: whatever a source says, within bounds or not."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import encode as to_json

from agents.ingest.formats.mapped.columns import json_pick
from agents.ingest.formats.mapped.mapping import load_mapping
from agents.ingest.formats.mapped.rows import RowMapper
from agents.ingest.formats.x import v1 as x_v1
from agents.ingest.formats.x import v2 as x_v2
from schemas.codec import Decoder, UnreadableError, encode
from schemas.mention import Mention, MentionBatch

T = "2020-03-17T09:00:00.000Z"
TWITTER = "Tue Mar 17 09:00:00 +0000 2020"
read = Decoder(MentionBatch).decode

MAPPING = """
id: id
text: text
created_at: {column: at, format: iso}
lang: lang
ref_id: ref
hashtags: tags
urls: links
addressed: to
brand: brand
weight: weight
author:
  id: who
  handle: handle
  followers: fans
  created_at: joined
"""

lengths = st.sampled_from([0, 1, 35, 36, 256, 257, 300, 301, 8_192, 8_193, 30_001])
texts = st.builds(lambda n, sign: sign * n, lengths, st.sampled_from("aé#😀\\"))
counts = st.sampled_from([0, 1, 10**10, 10**10 + 1, 2**63, 10**40])
lists = st.lists(texts, max_size=3) | st.just(["tag"] * 1_001)
isos = st.sampled_from(
    [T, "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"]
)
twitter_times = st.sampled_from(
    [TWITTER, "Sat Jan 01 00:00:00 +1400 0001", "Fri Dec 31 23:59:59 -1400 9999"]
)


def readable(mentions: list[Mention]) -> None:
    batch = MentionBatch(
        brand="acme",
        source="x",
        seq=0,
        watermark=datetime(2020, 1, 1, tzinfo=UTC),
        mentions=tuple(mentions),
    )
    assert read(encode(batch)) == batch


@given(st.data())
def test_of_x_v2(data):
    draw = data.draw
    post = {
        "id": draw(texts | st.just("1050118621198921728")),
        "text": draw(texts),
        "created_at": draw(isos),
        "author_id": "7",
        "lang": draw(texts),
        "conversation_id": draw(texts),
        "referenced_tweets": [{"type": "quoted", "id": draw(texts)}],
        "entities": {
            "hashtags": [{"tag": tag} for tag in draw(lists)],
            "urls": [{"url": url} for url in draw(lists)],
            "mentions": [{"username": name} for name in draw(lists)],
        },
        "edit_history_tweet_ids": draw(lists),
    }
    user = {
        "id": "7",
        "username": draw(texts),
        "created_at": draw(isos),
        "public_metrics": {"followers_count": draw(counts)},
    }
    try:
        mentions = x_v2.to_mentions({"data": post, "includes": {"users": [user]}})
    except UnreadableError:
        return
    readable(mentions)


@given(st.data())
def test_of_x_v1(data):
    draw = data.draw
    tweet = {
        "id_str": draw(texts),
        "created_at": draw(twitter_times),
        "full_text": draw(texts),
        "lang": draw(texts),
        "in_reply_to_status_id_str": draw(texts),
        "in_reply_to_screen_name": draw(texts),
        "entities": {
            "hashtags": [{"text": tag} for tag in draw(lists)],
            "urls": [{"url": url} for url in draw(lists)],
            "user_mentions": [{"screen_name": name} for name in draw(lists)],
        },
        "user": {
            "id_str": draw(texts),
            "screen_name": draw(texts),
            "followers_count": draw(counts),
            "created_at": draw(twitter_times),
        },
    }
    try:
        mentions = x_v1.parse(to_json(tweet))
    except UnreadableError:
        return
    readable(mentions)


@given(st.data())
def test_of_a_mapping(data):
    draw = data.draw
    row = {name: draw(texts) for name in ("id", "text", "lang", "who", "handle", "ref", "brand")}
    row |= {name: draw(lists) for name in ("tags", "links", "to")}
    row |= {"at": draw(isos), "joined": draw(isos), "fans": draw(counts | st.just(1e308))}
    row["weight"] = draw(st.sampled_from([1, 10_000, 10_001, 2e12, 1e308, 10**400]))
    try:
        mention = RowMapper(load_mapping(MAPPING, "m.yaml"), json_pick)(row)
    except UnreadableError:
        return
    readable([mention])


def test_a_link_that_is_too_long_is_left_out_and_the_post_counts():
    url = "https://x.example/" + "a" * 8_192
    post = {
        "id": "1050118621198921728",
        "text": "no",
        "author_id": "7",
        "entities": {"urls": [{"url": url}, {"url": "https://x.example/b"}]},
    }
    [mention] = x_v2.to_mentions({"data": post})
    assert mention.urls == ("https://x.example/b",)
