"""What the watch list comes to: bounded, exact across any cut, told once."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rollup import RollupRules
from pipeline.rollup.brand import BrandRollup, Checkpoint
from pipeline.rollup.remembered import Rest
from pipeline.rollup.speakers.near_duplicates import fingerprint
from pipeline.rollup.speakers.voices import marks_of
from pipeline.rollup.speakers.watching import (
    ANSWERED,
    MOST_POSTS,
    MOST_SENDERS,
    Note,
    WatchList,
    WatchMemory,
)
from schemas.brand import Brand
from schemas.bucket import MOST_WATCHED, Bucket, Voices, Watched
from schemas.codec import encode
from support.rolling import FakeModel, batch, mention

BRAND = Brand(
    id="nestle",
    names=("Nestlé",),
    handles=("Nestle",),
    own_accounts=("NestleFR",),
    critics=("Greenpeace",),
    allies=("Friend",),
    rivals=("Danone", "@MarsGlobal"),
)
RULES = RollupRules(width_s=10, lateness_s=10, future_s=10**7)
MODEL = FakeModel()
DAY_S = 86_400


def rollup(brand: Brand = BRAND) -> BrandRollup:
    return BrandRollup(
        brand.id, RULES, own_accounts=brand.own_accounts, handles=brand.handles,
        watch=WatchList(brand),
    )  # fmt: skip


def buckets_of(mentions, state: BrandRollup | None = None, offset: int = 0) -> list[Bucket]:
    state = state or rollup()
    end_s = max((one.created_at.timestamp() for one in mentions), default=0)
    ready = [batch(one, to=-(10**6)) for one in mentions]
    for number, one in enumerate(ready):
        state.take(offset + number, one, state.scored(one, MODEL.score_many), MODEL.version)
    last = batch(to=end_s - 1_268_816_400 + 100)
    state.take(offset + len(ready), last, state.scored(last, MODEL.score_many), MODEL.version)
    return state.close({})


def watched(mentions) -> list[tuple[str, str, str, int]]:
    return [
        (one.kind, one.post, one.handle, one.count)
        for bucket in buckets_of(mentions)
        for one in bucket.watched
    ]


def response(number: int, second: float, kind: str = "repost", text: str = "so", **fields: object):
    values = {"ref_id": "root", "ref_author": "Greenpeace", **fields}
    return mention(str(number), second, text, kind=kind, **values)


def letter(number: int, second: float, to: str, text: str = "bad", handle: str = "one", **more):
    return mention(str(number), second, text, handle=handle, addressed=(to, "Nestle"), **more)


def voices(*mentions) -> Voices:
    [bucket] = buckets_of(mentions)
    assert bucket.voices is not None
    return bucket.voices


def test_a_critics_post_that_spreads_is_told_at_3_10_and_30() -> None:
    told = watched([response(n, 20 * n) for n in range(40)])
    assert told == [("critic", "root", "Greenpeace", count) for count in (3, 10, 30)]


def test_quotes_and_answers_of_a_critics_post_count_as_well() -> None:
    kinds = ("repost", "quote", "reply")
    told = watched([response(n, 20 * n, kind) for n, kind in enumerate(kinds)])
    assert told == [("critic", "root", "Greenpeace", 3)]


def test_a_critics_own_thread_and_one_who_answers_again_are_nobody() -> None:
    own = [response(n, 20 * n, "reply", handle="greenpeace") for n in range(9)]
    again = [response(10 + n, 200 + 20 * n, "reply", handle="bob") for n in range(9)]
    assert watched([*own, *again]) == []


def test_what_spreads_over_more_than_two_days_begins_anew() -> None:
    assert watched([response(n, n * (DAY_S + 10)) for n in range(8)]) == []


def test_posts_of_strangers_are_not_watched() -> None:
    assert watched([response(n, 20 * n, ref_author="bob") for n in range(40)]) == []


def own_post(name: str, from_s: int, answers: int, text: str = "bad", reposts: int = 0):
    """An own post that is answered every 20 s and passed on as often as told."""
    kinds = ["repost"] * reposts + ["reply"] * answers
    first = 1_000 * len(name) + 10 * from_s
    return [
        response(first + n, from_s + 20 * n + 1, kind, text, ref_id=name, ref_author="NestleFR")
        for n, kind in enumerate(kinds)
    ]


EARLIER = own_post("earlier", 0, 2)
"""Two days later it is known how many answers the posts of the brand usually draw."""


def test_an_own_post_that_is_answered_and_not_passed_on_is_ratioed() -> None:
    told = watched([*EARLIER, *own_post("root", 3 * DAY_S, 12, reposts=3)])
    assert told == [("ratioed", "root", "NestleFR", 10)]


def test_in_the_first_two_days_an_own_post_needs_thirty_answers() -> None:
    assert watched(own_post("root", 0, 40)) == [("ratioed", "root", "NestleFR", 30)]


def test_an_own_post_that_draws_as_much_as_others_do_is_not_told() -> None:
    before = [*own_post("one", 0, 20), *own_post("next", 3 * DAY_S, 2)]
    assert watched([*before, *own_post("root", 3 * DAY_S + 900, 25)]) == []
    [told] = watched([*before, *own_post("root", 3 * DAY_S + 900, 45)])
    assert told[:3] == ("ratioed", "root", "NestleFR")


@pytest.mark.parametrize(("text", "reposts"), [("good", 0), ("so so", 0), ("bad", 5)])
def test_an_own_post_that_is_not_opposed_or_is_passed_on_is_not(text: str, reposts: int) -> None:
    assert watched([*EARLIER, *own_post("root", 3 * DAY_S, 12, text, reposts)]) == []


def test_one_who_writes_to_twelve_accounts_is_told_and_again_at_twice_as_many() -> None:
    told = watched([letter(n, 60 * n, f"paper{n}") for n in range(30)])
    assert told == [("campaign", "11", "one", 12), ("campaign", "23", "one", 24)]


def test_the_same_words_again_and_again_count_though_they_are_mild() -> None:
    plea = "so what became of the palm oil that was to be gone"
    assert [one[0] for one in watched([letter(n, 60 * n, f"p{n}", plea) for n in range(14)])] == [
        "campaign"
    ]
    other = [letter(n, 60 * n, f"p{n}", f"{plea} {chr(97 + n) * 5}") for n in range(14)]
    assert watched(other) == []


@pytest.mark.parametrize("text", ["good", "so so"])
def test_one_who_does_not_complain_is_no_campaign(text: str) -> None:
    assert watched([letter(n, 60 * n, f"paper{n}", text) for n in range(30)]) == []


def test_the_brands_own_accounts_are_not_written_to_for_reach() -> None:
    assert watched([letter(n, 60 * n, "NestleFR") for n in range(30)]) == []


def test_one_reply_in_a_long_thread_is_no_campaign() -> None:
    thread = tuple(f"p{n}" for n in range(19))
    assert watched([mention(str(n), n, "bad", addressed=thread) for n in range(3)]) == []


def test_letters_of_more_than_a_day_ago_are_forgotten() -> None:
    assert watched([letter(n, 9_000 * n, f"paper{n}") for n in range(30)]) == []


def test_after_a_campaign_the_next_has_to_be_twice_as_large_for_some_days() -> None:
    def of(handle: str, from_s: int, first: int):
        return [letter(first + n, from_s + 60 * n, f"p{n}", handle=handle) for n in range(13)]

    told = watched([*of("a", 0, 0), *of("b", DAY_S, 100), *of("c", 8 * DAY_S, 200)])
    assert [one[2] for one in told] == ["a", "c"]


def test_what_names_a_rival_is_counted_as_texts_and_reposts() -> None:
    heard = voices(
        mention("1", 1, "bad DANONÉ, and Nestlé too"),
        mention("2", 2, "bad Nestlé"),
        mention("3", 3, "bad #BoycottDanone", kind="repost", ref_id="r"),
        mention("4", 4, "bad", handle="marsglobal"),
    )
    assert heard.rival == 3000


def test_what_an_ally_says_is_a_text_and_never_hostile() -> None:
    heard = voices(
        mention("1", 1, "bad", handle="friend"),
        mention("2", 2, "bad", kind="repost", ref_id="r", ref_author="Friend"),
    )
    assert (heard.texts, heard.reposts) == (1000, 1000)
    assert (heard.negative, heard.accusing, heard.attacking, heard.hostile) == (0, 0, 0, 0)
    assert (heard.reposts_negative, heard.reposts_attacking) == (0, 0)


# Exactness and bounds

said = st.tuples(
    st.integers(0, 4_000),
    st.sampled_from(["so so", "bad", "good"]),
    st.sampled_from(["original", "repost", "reply", "quote"]),
    st.sampled_from(["Greenpeace", "NestleFR", "bob", ""]),
    st.integers(0, 20),
    st.lists(st.sampled_from([f"p{n}" for n in range(30)]), max_size=3),
)


@st.composite
def talk(draw: st.DrawFn):
    drawn = draw(st.lists(said, min_size=20, max_size=80))
    return [
        mention(
            str(n), second, text, kind=kind, ref_id="root" if whose else "", ref_author=whose,
            handle=f"h{who}", addressed=tuple(addressed),
        )
        for n, (second, text, kind, whose, who, addressed) in enumerate(
            sorted(drawn, key=lambda one: one[0])
        )
    ]  # fmt: skip


def noted(mentions) -> dict[int, list[Note]]:
    """Notes by start of their bucket, in order of time."""
    lists = WatchList(BRAND)
    scores = MODEL.score_many([(one.text, one.lang) for one in mentions])
    notes: dict[int, list[Note]] = {}
    for one, score in zip(mentions, scores, strict=True):
        start_s = RULES.bucket_of(one.created_at.timestamp())
        marks = marks_of(score, repost=one.kind == "repost", addressed=False)
        notes.setdefault(start_s, []).extend(lists.notes(one, marks, fingerprint(one.text)))
    return notes


@settings(max_examples=100)
@given(talk(), st.data())
def test_a_cut_at_any_bucket_changes_nothing(mentions, data) -> None:
    notes = noted(mentions)
    cut_s = data.draw(st.sampled_from(sorted(notes)))
    whole, parts = WatchMemory(), WatchMemory()
    for start_s, of_bucket in notes.items():
        if start_s == cut_s:
            parts = msgspec.json.decode(encode(parts), type=WatchMemory)
        assert parts.close(start_s, of_bucket) == whole.close(start_s, of_bucket)
    assert encode(parts) == encode(whole)


def test_the_memory_is_a_part_of_the_checkpoint() -> None:
    first = rollup()
    buckets_of([response(n, n) for n in range(3)], first)
    first.take(9, batch(to=10_000), [], MODEL.version)
    first.close({})  # what may still change is no part of it
    kept = msgspec.json.decode(encode(first.checkpoint()), type=Checkpoint)
    assert msgspec.json.decode(kept.base.rest, type=Rest).watch.posts["root"].told == 3


@settings(max_examples=60)
@given(talk(), st.randoms(use_true_random=False))
def test_the_order_within_buckets_does_not_matter(mentions, random) -> None:
    shuffled = list(mentions)
    random.shuffle(shuffled)
    assert watched(shuffled) == watched(mentions)


def test_room_is_bounded_whoever_writes() -> None:
    memory = WatchMemory()
    for n in range(3_000):
        told = memory.close(
            10 * n,
            [
                Note(ANSWERED, f"post{n}", "Greenpeace", n),
                *(
                    Note(3, f"{n}-{k}", f"by{n}-{k}", 10**6 + 10 * n + k, accounts=(n, k + 10**6))
                    for k in range(3)
                ),
                *(Note(3, f"z{n}", "loud", 7, accounts=(10**7 + n,)) for _ in range(2)),
            ],
        )
        assert len(told) <= MOST_WATCHED
    assert len(memory.posts) <= MOST_POSTS
    assert len(memory.senders) <= 2 * MOST_SENDERS
    assert len(encode(memory)) < 80_000
    assert 7 in memory.senders  # newcomers do not push out who has reached many


def test_a_bucket_tells_the_largest_steps_only() -> None:
    notes = [
        Note(ANSWERED, f"post{n:02}", "Greenpeace", 100 * n + one)
        for n in range(12)
        for one in range(3 + n)
    ]
    told = WatchMemory().close(0, notes)
    assert told[0] == Watched(kind="critic", post="post11", handle="Greenpeace", count=14)
    assert len(told) == MOST_WATCHED
