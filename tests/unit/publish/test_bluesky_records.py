"""From records of Bluesky, which anybody may write as they please, to mentions."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.ingest.sources.bluesky.records import POST, Commit, Event, post_of, read, time_of
from schemas.codec import Decoder, UnreadableError, encode
from schemas.mention import Mention

AT_US = 1_750_000_000_000_000
PARENT, ROOT, QUOTED = (f"at://did:plc:{one}/{POST}/1" for one in ("a", "b", "c"))


def mention(record, **changes):
    commit = Commit("create", POST, "3k", "3l", record)
    return post_of(Event("did:plc:7", AT_US, "commit", msgspec.structs.replace(commit, **changes)),
                   msgspec.structs.replace(commit, **changes))  # fmt: skip


@pytest.mark.parametrize(
    ("also", "kind", "ref_id", "conversation_id"),
    [
        ({}, "original", "", f"at://did:plc:7/{POST}/3k"),
        (
            {"reply": {"parent": {"uri": PARENT}, "root": {"uri": ROOT}}},
            "reply",
            PARENT,
            ROOT,
        ),
        (
            {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": QUOTED}}},
            "quote",
            QUOTED,
            f"at://did:plc:7/{POST}/3k",
        ),
        (
            {
                "embed": {
                    "$type": "app.bsky.embed.recordWithMedia",
                    "record": {"record": {"uri": QUOTED}},
                    "media": {},
                }
            },
            "quote",
            QUOTED,
            f"at://did:plc:7/{POST}/3k",
        ),
        (
            {"embed": {"record": {"uri": "at://did:plc:c/app.bsky.graph.list/1"}}},
            "original",
            "",
            f"at://did:plc:7/{POST}/3k",
        ),
    ],
)
def test_replies_and_quotes_name_the_post_that_they_refer_to(also, kind, ref_id, conversation_id):
    found = mention({"text": "no", **also})
    assert (found.kind, found.ref_id, found.conversation_id) == (kind, ref_id, conversation_id)


def facet(text, part, feature):
    start = text.encode().index(part.encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(part.encode())},
        "features": [feature],
    }


def test_facets_and_link_card_say_what_a_post_points_to():
    text = "Ça, @nestle.com, short.link/… #Kit Kat"
    facets = [
        facet(text, "@nestle.com", {"did": "did:plc:n"}),
        facet(text, "short.link/…", {"uri": "https://short.link/long"}),
        facet(text, "#Kit Kat", {"tag": "Kit Kat"}),
    ]
    found = mention({
        "text": text, "facets": facets, "tags": ["sugar"],
        "embed": {"external": {"uri": "https://example.org/", "title": "?"}},
    })  # fmt: skip
    assert found.addressed == ("nestle.com",)
    assert found.urls == ("https://short.link/long", "https://example.org/")
    assert found.hashtags == ("sugar", "Kit Kat", "Kit")


@pytest.mark.parametrize(
    ("langs", "lang"),
    [(["fr"], "fr"), (["fr", "en"], "und"), ([], "und"), ("fr", "und"), (None, "und")],
)
def test_one_stated_language_is_that_of_the_post(langs, lang):
    assert mention({"text": "no", "langs": langs}).lang == lang


def test_the_time_is_when_jetstream_heard_of_it_whatever_the_client_says():
    found = mention({"text": "no", "createdAt": "1999-01-01T00:00:00Z"})
    assert found.created_at == datetime(2025, 6, 15, 15, 6, 40, tzinfo=UTC)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from([QUOTED, "en"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["uri", "record", "external", "features", "index", "byteStart", "byteEnd", "tag", "did",
             "parent", "root"]
        ),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text() | ANYTHING,
        **dict.fromkeys(
            ("langs", "reply", "embed", "facets", "tags"), ANYTHING | st.lists(ANYTHING)
        ),
    },
)


@given(RECORDS)
def test_any_record_is_a_mention_that_a_worker_can_read_or_is_set_aside(record):
    frame = msgspec.json.encode(
        {
            "did": "did:plc:7",
            "time_us": AT_US,
            "commit": {"operation": "create", "collection": POST, "rkey": "1", "record": record},
        }
    )
    try:
        event = read(frame, time_of(AT_US))
        found = post_of(event, event.commit)
    except UnreadableError:
        return
    assert Decoder(Mention).decode(encode(found)) == found
