"""Stories are told apart, stay what they are, merge, end, and never grow without bound."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stories.cluster import ENDS_AFTER_S, SEEDS, STORIES, Clusters, ClusterState
from pipeline.stories.keys import KeyedPost, scatter
from pipeline.stories.telling import told
from pipeline.stories.usual import POST, OrdinaryTalk
from schemas.codec import encode

T0 = 1_268_816_400
ENDS_S = ENDS_AFTER_S[0][1]
PALM = ("palm", "oil", "orangutan", "forest", "killer", "rainforest")
CRASH = ("app", "crash", "login", "update", "frozen", "screen")


def acquainted() -> ClusterState:
    """A brand whose ordinary talk is known, so that a rare word is known to be rare."""
    ordinary = {"morning": 300 * POST, "coffee": 200 * POST, "love": 150 * POST}
    return ClusterState(usual=OrdinaryTalk(hour=T0 // 3600, seen=1000 * POST, counts=ordinary))


def post(name: str, *keys: str, second: int = 0, **fields: object) -> KeyedPost:
    return KeyedPost(
        name, T0 + second, list(keys), scatter(f"author {name}"), **{"handle": f"h{name}", **fields}
    )


def repost(name: str, root: str, *keys: str, second: int = 0) -> KeyedPost:
    text = f"RT {root}"
    return post(name, *keys, second=second, text=text, passed_on=True, handle=root)


def step(clusters: Clusters, second: int, *rows: KeyedPost, reposted: dict[str, int] | None = None):
    texts = {row.name: row for row in rows if not row.passed_on}
    passed = {row.handle: row for row in rows if row.passed_on}
    return clusters.advance(
        T0 + second,
        texts=texts,
        text_count=len(texts),
        passed_on=passed,
        reposted=reposted or dict.fromkeys(passed, 1),
        shown={},
    )


def burst(clusters: Clusters, words: tuple[str, ...], *, posts: int = 20, at: int = 0) -> None:
    """Posts of three of the words each, one a bucket."""
    for n in range(posts):
        second = at + 10 * n
        keys = [words[(n + shift) % len(words)] for shift in range(3)]
        step(clusters, second, post(f"{words[0]}{at}-{n}", *keys))


def sizes(clusters: Clusters) -> list[int]:
    return sorted((one.posts for one in clusters.state.stories.values()), reverse=True)


def test_two_stories_at_once_stay_two():
    clusters = Clusters(state=acquainted())
    for n in range(30):
        palm = [PALM[(n + shift) % len(PALM)] for shift in range(3)]
        crash = [CRASH[(n + shift) % len(CRASH)] for shift in range(3)]
        attack = post(f"p{n}", *palm, second=10 * n, negative=1, attack=1)
        harmless = [post(f"c{n}-{k}", *crash, second=10 * n) for k in range(4)]
        step(clusters, 10 * n, attack, *harmless)
    assert sizes(clusters) == [120, 30]
    assert sorted(one.attack for one in clusters.state.stories.values()) == [0, 30]


def test_ordinary_talk_makes_no_story():
    clusters = Clusters(state=acquainted())
    for n in range(40):
        step(clusters, 10 * n, post(str(n), "morning", "coffee", "love", f"word{n}", second=10 * n))
    assert sizes(clusters) == []


def test_many_wordings_and_languages_with_one_link_are_one_story():
    clusters = Clusters(state=acquainted())
    wordings = [("huile", "palme"), ("palm", "oil"), ("aceite", "palma"), ("palmöl", "regenwald")]
    for n in range(24):
        row = post(str(n), *wordings[n % 4], "/video.example/w/1", second=10 * n, lang="und")
        step(clusters, 10 * n, row)
    assert sizes(clusters) == [24]


def test_stories_with_the_same_link_are_merged_and_the_older_one_goes_on():
    clusters = Clusters(state=acquainted())
    burst(clusters, PALM)
    burst(clusters, ("huile", "palme", "forêt", "tueur"), at=300)
    older, younger = sorted(clusters.state.stories.values(), key=lambda one: one.seq)
    for n in range(8):
        words = PALM[:3] if n % 2 else ("huile", "palme", "forêt")
        row = post(f"both{n}", *words, "/video.example/w/1", second=600 + 10 * n)
        step(clusters, 600 + 10 * n, row)
    (left,) = clusters.state.stories.values()
    assert (left.id, left.posts) == (older.id, 48)
    assert left.absorbed == [younger.id]


def test_one_post_with_the_words_of_two_stories_does_not_merge_them():
    clusters = Clusters(state=acquainted())
    burst(clusters, PALM)
    burst(clusters, CRASH, at=5)
    step(clusters, 300, post("both", *PALM[:3], *CRASH[:3], second=300))
    assert sizes(clusters) == [21, 20]


def test_a_story_does_not_take_what_shares_words_that_few_of_its_posts_have():
    clusters = Clusters(state=acquainted())
    for n in range(60):
        step(clusters, 10 * n, post(f"b{n}", "#boycott", "palm", f"w{n}", second=10 * n))
    step(clusters, 700, post("other", "w58", "w59", "parking", second=700))
    assert sizes(clusters) == [60]


def test_an_answer_belongs_to_what_it_answers_even_if_it_comes_first():
    clusters = Clusters(state=acquainted())
    step(clusters, 0, post("answer", "shameful", ">root"))
    step(clusters, 10, post("root", "palm", "oil", second=10))
    step(clusters, 20, repost("again", "root", "palm", "oil", second=20), reposted={"root": 7})
    (story,) = clusters.state.stories.values()
    assert (story.texts, story.reposts) == (2, 7)
    assert story.strongest is not None
    assert story.strongest.id == "root"


def test_an_id_is_stable_over_buckets():
    clusters = Clusters(state=acquainted())
    ids = set()
    for n in range(60):
        ids |= {one.id for one in step(clusters, 60 * n, post(str(n), *PALM[:3], second=60 * n))}
    assert len(ids) == 1


def test_a_story_ends_when_nothing_is_heard_of_it():
    clusters = Clusters(state=acquainted())
    burst(clusters, PALM)
    first = next(iter(clusters.state.stories.values())).id
    step(clusters, ENDS_S + 300, post("x", "elsewhere", second=ENDS_S + 300))
    assert sizes(clusters) == []
    burst(clusters, PALM, at=ENDS_S + 400)
    (again,) = clusters.state.stories.values()
    assert again.id != first


def test_copies_of_one_wording_are_one_voice_and_reposts_count_for_less():
    clusters = Clusters(state=acquainted())
    for n in range(50):
        step(clusters, 10 * n, post(str(n), "=0badf00d", "win", second=10 * n))
    (story,) = clusters.state.stories.values()
    assert (story.posts, story.count_voices()) == (50, 1)


def test_voices_beyond_what_is_kept_are_estimated():
    clusters = Clusters(state=acquainted())
    for n in range(400):
        step(clusters, 10 * n, post(str(n), *PALM[:3], second=10 * n))
    (story,) = clusters.state.stories.values()
    assert story.count_voices() == pytest.approx(400, rel=0.4)


def test_growth_says_whether_it_comes_or_goes():
    clusters = Clusters(state=acquainted())
    for minute in range(60):
        few = 1 if minute < 40 else 6
        rows = [post(f"{minute}-{n}", *PALM[:3], second=60 * minute) for n in range(few)]
        heard = step(clusters, 60 * minute, *rows)
    assert told(heard, T0 + 3610)[0].growth > 2
    for minute in range(60, 76, 4):
        heard = step(clusters, 60 * minute, post(f"{minute}", *PALM[:3], second=60 * minute))
    assert told(heard, T0 + 4500)[0].growth < 0.5


def test_a_story_of_two_days_becomes_ordinary_and_one_of_a_day_does_not():
    clusters = Clusters(state=acquainted())
    for quarter in range(24 * 4):
        second = 900 * quarter
        step(clusters, second, post(str(quarter), *PALM[:3], second=second))
    assert clusters.state.usual.weight("palm") > 1


def test_names_of_the_brand_tell_nothing():
    clusters = Clusters({"nestlé", "nestle"}, acquainted())
    for n in range(20):
        step(clusters, 10 * n, post(str(n), "nestlé", "#nestle", f"word{n}", second=10 * n))
    assert sizes(clusters) == []


words = st.sampled_from(
    [*PALM, *CRASH, "morning", "coffee", "#boycott", "/x.example/a", "=0badf00d"]
)


@st.composite
def rows_in_buckets(draw: st.DrawFn) -> list[list[KeyedPost]]:
    drawn = draw(
        st.lists(
            st.lists(st.tuples(st.lists(words, max_size=5), st.booleans()), max_size=6), max_size=8
        )
    )
    return [
        [
            repost(f"{bucket}-{n}", f"r{n % 3}", *keys) if passed else post(f"{bucket}-{n}", *keys)
            for n, (keys, passed) in enumerate(rows)
        ]
        for bucket, rows in enumerate(drawn)
    ]


def copy(row: KeyedPost) -> KeyedPost:
    return msgspec.json.decode(encode(row), type=KeyedPost)


@settings(max_examples=150)
@given(rows_in_buckets(), st.randoms(use_true_random=False))
def test_any_order_within_a_bucket_gives_the_same_state(buckets, random):
    one, other = Clusters(state=acquainted()), Clusters(state=acquainted())
    for n, rows in enumerate(buckets):
        passed: dict[str, KeyedPost] = {}
        for row in sorted(rows, key=lambda row: row.name, reverse=True):
            passed[row.handle if row.passed_on else row.name] = row
        chosen = list(passed.values())
        step(one, 10 * n, *map(copy, chosen))
        random.shuffle(chosen)
        step(other, 10 * n, *map(copy, chosen))
    assert encode(one.state) == encode(other.state)


@settings(max_examples=150)
@given(rows_in_buckets(), st.data())
def test_going_on_from_a_checkpoint_is_as_if_nothing_had_happened(buckets, data):
    cut = data.draw(st.integers(0, len(buckets)))
    whole = Clusters({"morning"}, acquainted())
    heard, again = [], []
    for n, rows in enumerate(buckets):
        heard.append(told(step(whole, 60 * n, *map(copy, rows)), T0 + 60 * n + 10))
    part = Clusters({"morning"}, acquainted())
    for n, rows in enumerate(buckets):
        if n == cut:
            saved = msgspec.json.decode(encode(part.state), type=ClusterState)
            part = Clusters({"morning"}, saved)
        again.append(told(step(part, 60 * n, *map(copy, rows)), T0 + 60 * n + 10))
    assert heard == again
    assert encode(part.state) == encode(whole.state)


def test_the_state_is_bounded_under_300_000_distinct_keys():
    clusters = Clusters()
    for bucket in range(600):
        second = 10 * bucket
        rows = [
            post(
                f"{bucket}-{n}",
                *(f"w{bucket}-{n // 2}-{k}" for k in range(8)),
                f"#tag{bucket}-{n}",
                f"/{bucket}.example/{n}",
                second=second,
            )
            for n in range(50)
        ]
        step(clusters, second, *rows)
    assert len(clusters.state.seeds) <= SEEDS
    assert len(clusters.state.stories) <= STORIES
    assert len(clusters._holders) < 5_000
    assert len(encode(clusters.state)) < 120_000


def test_a_story_that_everybody_joins_keeps_few_keys():
    clusters = Clusters(state=acquainted())
    for n in range(2_000):
        step(clusters, 10 * n, post(str(n), "#boycott", f"w{n}", f"v{n}", f">q{n}", second=10 * n))
    (story,) = clusters.state.stories.values()
    assert len(encode(story)) < 4_000


def test_of_a_busy_bucket_a_sample_stands_for_all():
    clusters = Clusters(state=acquainted())
    texts = {str(n): post(str(n), *PALM[:3], negative=n % 2) for n in range(120)}
    clusters.advance(
        T0, texts=texts, text_count=50_000, passed_on={}, reposted={}, shown={}
    )  # fmt: skip
    (story,) = clusters.state.stories.values()
    assert story.texts == pytest.approx(50_000, rel=0.05)
    assert story.negative == pytest.approx(25_000, rel=0.3)
