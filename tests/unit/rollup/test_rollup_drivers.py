"""Who brings reach, whose posts are passed on, and what is copied: the same in any order."""

from datetime import timedelta
from string import ascii_letters

from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.rollup import RollupRules
from pipeline.rollup.brand import BrandRollup
from pipeline.rollup.partial import INFLUENCERS, WORDINGS, Partial
from pipeline.rollup.speakers.near_duplicates import (
    CAPACITY,
    MOST_CHARACTERS,
    WordingMemory,
    fingerprint,
    fingerprints,
)
from pipeline.sentiment.api import Score, Sentiment
from pipeline.sentiment.load import load_ngram
from schemas.mention import Author, Mention
from support.rolling import FakeModel, at, batch

NEUTRAL = Score(Sentiment(0.1, 0.8, 0.1))
COPY = "Everybody must know what this brand has done to the forest"
DAY_S = 86_400


def post(name: str, second: float = 0.0, text: str = COPY, **fields) -> Mention:
    author = Author(
        id=f"a{name}",
        handle=fields.pop("handle", f"h{name}"),
        followers=fields.pop("followers", 0),
        created_at=fields.pop("born", None),
    )
    return Mention(id=name, created_at=at(second), text=text, author=author, **fields)


def rolled(*mentions: Mention, state: BrandRollup | None = None, to: float = 400):
    state = state or BrandRollup("nestle", RollupRules(lateness_s=10, future_s=10**7))
    one = batch(*mentions, to=to)
    state.take(state.offset + 1, one, state.scored(one, FakeModel().score_many), "m")
    return state.close({})


people = st.tuples(
    st.integers(0, 12),
    st.integers(0, 5),
    st.sampled_from(["original", "repost", "quote", "reply"]),
    st.sampled_from([COPY, f"{COPY}!", "something else that is said about it", "short"]),
    st.sampled_from(["", "h1", "h2", "star"]),
)


@given(st.lists(people, max_size=40), st.integers(1, 5), st.randoms(use_true_random=False))
def test_parts_in_any_order_and_any_cut_give_the_same_bucket(rows, parts, random):
    mentions = [
        post(
            str(n), text=text, handle=f"h{who}", followers=followers, kind=kind, ref_author=ref,
            born=at(-DAY_S * 6 * who),
        )
        for n, (who, followers, kind, text, ref) in enumerate(rows)
    ]  # fmt: skip

    def bucket(pieces):
        whole = Partial(0)
        for piece in pieces:
            part = Partial(0)
            said = [0 if one.kind == "repost" else fingerprint(one.text) for one in piece]
            part.add(piece, [NEUTRAL] * len(piece), said, [0] * len(piece))
            whole.merge(part)
        return whole.close(
            "b", 10, new_authors=0, copies=WordingMemory().copies(0, whole.wordings),
            gaps=(), sources=(), blind=(),
        )  # fmt: skip

    shuffled = list(mentions)
    random.shuffle(shuffled)
    found = bucket([shuffled[n::parts] for n in range(parts)])
    assert found == bucket([mentions])
    assert len(found.influencers) <= 2 * INFLUENCERS
    assert len(found.wordings) <= WORDINGS
    assert found.copied <= found.compared <= found.mentions - found.reposts
    farthest = max((followers for _, followers, *_ in rows), default=0)
    assert max((one.followers for one in found.influencers), default=0) == farthest


def test_an_influencer_is_known_by_reach_and_by_cascade():
    (bucket,) = rolled(
        post("1", handle="star", followers=9_000),
        post("2", handle="small", followers=3),
        post("3", kind="repost", ref_author="star", handle="fan"),
        post("4", kind="quote", ref_author="star", handle="critic", followers=50),
        post("5", kind="reply", ref_author="small", handle="friend"),
        post("6", kind="repost", ref_author="away", handle="other"),
    )
    known = {one.handle: (one.posts, one.followers, one.reposts) for one in bucket.influencers}
    assert known["star"] == (1, 9_000, 2)
    assert known["away"] == (0, 0, 1)
    assert known["small"] == (1, 3, 0)
    assert bucket.influencers[0].handle == "star"


def test_a_copy_is_known_again_across_buckets_and_a_restart():
    state = BrandRollup("nestle", RollupRules(lateness_s=10, future_s=10**7))
    (first,) = rolled(post("1"), post("2", text=f"@x {COPY} https://a.example"), state=state)
    assert (first.compared, first.copied) == (2, 1)
    resumed = BrandRollup("nestle", RollupRules(lateness_s=10, future_s=10**7))
    resumed.restore(state.checkpoint(), [state.sealed()])
    for one in (state, resumed):
        (later,) = rolled(post("3", 600, text=COPY.upper()), state=one, to=900)
        assert (later.compared, later.copied) == (1, 1)
        assert later.wordings == ((f"{fingerprint(COPY):08x}", 1),)
        assert later.examples[0].wording == later.wordings[0][0]


def test_an_example_is_what_was_scored():
    """So that a label of it is a label of the very text, in its language, that was scored."""
    model, texts = load_ngram(), ("C'est honteux &amp; laid…\n👎", "a\\u0021 b" * 40)
    state = BrandRollup("nestle", RollupRules(lateness_s=10, future_s=10**7))
    said = batch(*(post(str(n), text=text, lang="fr") for n, text in enumerate(texts)), to=400)
    state.take(state.offset + 1, said, state.scored(said, model.score_many), "m")
    (bucket,) = state.close({})
    short, long = sorted(bucket.examples, key=lambda one: len(one.text))
    assert (short.text, short.lang) == (texts[0], "fr")
    assert round(model.score(short.text, short.lang).sentiment.p_negative, 3) == short.p_negative
    assert long.text == texts[1][:280]


def test_what_was_said_three_days_ago_is_no_copy():
    state = BrandRollup("nestle", RollupRules(lateness_s=10, future_s=10**7))
    rolled(post("1"), state=state)
    (later,) = rolled(post("2", 3 * DAY_S), state=state, to=3 * DAY_S + 60)
    assert later.copied == 0


def test_reposts_and_short_texts_are_not_compared():
    (bucket,) = rolled(post("1", kind="repost"), post("2", text="so bad"), post("3", text="so bad"))
    assert (bucket.mentions, bucket.compared, bucket.copied) == (3, 0, 0)


def test_young_accounts_are_counted_among_those_whose_age_is_known():
    (bucket,) = rolled(
        post("1", born=at(-DAY_S)),
        post("2", born=at(0) - timedelta(days=31)),
        post("3"),
    )
    assert (bucket.aged, bucket.young) == (2, 1)


def test_the_memory_of_wordings_is_bounded():
    memory = WordingMemory()
    for second in range(0, 3 * CAPACITY, 1000):
        memory.copies(second // 1000, dict.fromkeys(range(second + 1, second + 1001), 1))
        assert len(memory.current) + len(memory.previous) <= 2 * (CAPACITY + 1000)


@given(st.text(max_size=80))
def test_a_fingerprint_is_of_32_bits_whatever_is_written(text):
    assert 0 <= fingerprint(text) < 1 << 32


pieces = st.sampled_from(
    [
        "@",
        "http",
        "https://x.example/",
        " ",
        "\n",
        "é",
        "“",
        "—",
        "🔥",
        "\ud83d",
        "\x00",
        "\xff",
        COPY,
    ]
)


@given(st.lists(st.lists(pieces, max_size=12).map("".join) | st.text(), min_size=1, max_size=8))
def test_wordings_taken_together_have_the_fingerprints_of_each_alone(texts):
    assert fingerprints(texts) == [fingerprint(text) for text in texts]


@given(st.text(ascii_letters, min_size=30, max_size=60), st.text("0123456789 .,!?-\n", max_size=9))
def test_noise_does_not_change_a_fingerprint(text, noise):
    assume("http" not in text.lower())  # a link is noise, with all that follows it
    known = fingerprint(text)
    assert known == fingerprint(f"{noise}{text.lower()}{noise}") == fingerprint(f"{text} @who")
    assert fingerprint(f"{text}more") != known


def test_what_comes_after_the_bound_does_not_count():
    text = "word " * (MOST_CHARACTERS // 5)
    assert fingerprint(text) == fingerprint(text + "and more")
