"""Keys of a post, whatever it says; a sample is the same whoever draws."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rollup import BrandRollup, RollupRules
from pipeline.stories.keys import KEY_CHARACTERS, LINKS, TAGS, KeyedPost, keys_of, link_key
from pipeline.stories.sampling import TEXTS, narrow
from pipeline.stories.usual import LEAST_KEPT, POST, OrdinaryTalk
from schemas.bucket import Bucket
from schemas.codec import Decoder, encode
from schemas.mention import Author, Mention
from support.any_record import HOSTILE
from support.rolling import FakeModel, batch, mention

AT = datetime(2010, 3, 17, tzinfo=UTC)
PLAIN = [text for text in HOSTILE if not {"\n", "\t"} & set(text)]
anything = st.sampled_from([*PLAIN, "http://", "://?#", "https://x", "//", "?utm_a=b"]) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=80
)
"""What a batch may hold: one with control characters is refused where it is read."""


def said(**fields: object) -> Mention:
    return Mention(id="7", created_at=AT, text="…", author=Author(id="a"), **fields)


@given(st.lists(anything, max_size=9), st.lists(anything, max_size=9), anything)
def test_keys_are_few_short_and_none_is_empty(tags, urls, root):
    post = said(hashtags=tuple(tags), urls=tuple(urls), ref_id=root[:256])
    keys = keys_of(post, ("palm",), 5)
    assert all(0 < len(key) <= max(KEY_CHARACTERS, len(root) + 1) for key in keys)
    assert len(keys) == len(set(keys))
    assert len(keys) <= 3 + TAGS + LINKS


@pytest.mark.parametrize(
    "url",
    [
        "https://www.video.example/w/1",
        "http://video.example/w/1/",
        "HTTPS://Video.Example/w/1?utm_source=x&utm_medium=y",
        "https://video.example/w/1#t=3",
    ],
)
def test_one_page_has_one_key(url):
    assert link_key(url) == "/video.example/w/1"


@given(st.lists(anything, min_size=1, max_size=4), anything, anything)
def test_hostile_posts_make_stories_that_can_be_read(tags, url, handle):
    state = BrandRollup("nestle", RollupRules())
    posts = [
        mention(
            str(n), n, "bad " + handle, handle=handle[:200], hashtags=tuple(tags), urls=(url,),
            kind="repost" if n % 2 else "original", ref_id="r", ref_author=handle[:200],
        )
        for n in range(9)
    ]  # fmt: skip
    said = batch(*posts, to=300)
    state.take(0, said, state.scored(said, FakeModel().score_many), "fake-1")
    buckets = state.close({})
    assert any(bucket.stories for bucket in buckets)
    for bucket in buckets:
        assert Decoder(Bucket).decode(encode(bucket)) == bucket


@given(st.sets(st.text(min_size=1), min_size=TEXTS + 1, max_size=TEXTS + 20), st.data())
def test_a_sample_of_a_union_is_drawn_from_samples_of_its_parts(names, data):
    cut = data.draw(st.integers(0, len(names)))
    ordered = data.draw(st.permutations(sorted(names)))
    whole = {name: KeyedPost(name, 0, []) for name in ordered}
    parts: dict[str, KeyedPost] = {}
    for part in (ordered[:cut], ordered[cut:]):
        rows = {name: KeyedPost(name, 0, []) for name in part}
        if len(rows) > TEXTS:
            narrow(rows)
        parts.update(rows)
    narrow(whole)
    narrow(parts)
    assert parts.keys() == whole.keys()


def test_a_word_of_ordinary_talk_tells_nothing_and_a_new_one_much():
    usual = OrdinaryTalk(hour=0)
    for n in range(1000):
        usual.learn(["flight", f"w{n}"])
    assert usual.weight("flight") == 0
    assert usual.weight("orangutan") > 1


def test_what_was_usual_fades_in_days():
    usual = OrdinaryTalk(hour=0)
    for _ in range(1000):
        usual.learn(["flight"])
    usual.turn(14 * 86_400)
    assert usual.counts["flight"] < 10 * POST
    usual.turn(90 * 86_400)
    assert (usual.counts, usual.seen) == ({}, 0)


def test_frequent_words_outlast_a_flood_of_rare_ones():
    usual = OrdinaryTalk(hour=0)
    for n in range(3000):
        usual.learn([f"w{n}", f"v{n}", *(["flight"] if n % 20 == 0 else [])])
    assert usual.share("flight") == pytest.approx(0.05, abs=0.01)
    assert len(usual.counts) < 1.6 * max(LEAST_KEPT, 3000 // 4)
