"""Features, baseline, onset, library and evidence, each by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detection.baseline.brand_baseline import BrandBaseline
from pipeline.detection.incident.dismissal import why_harmless
from pipeline.detection.incident.episode import unseen_s
from pipeline.detection.incident.onset import find_onset
from pipeline.detection.patterns.features import FEATURES, Feature, View, features
from pipeline.detection.patterns.library import (
    Library,
    LibraryError,
    Reference,
    load_episodes,
    load_library,
    read_episode,
)
from pipeline.detection.patterns.pattern_match import (
    Alignment,
    _Match,
    _name,
    extend,
    match_library,
)
from pipeline.detection.window.counts import FIELDS, INDEX, nothing
from pipeline.detection.window.recent import BLOCK_S, Block
from schemas.incident import Resemblance, Sighting
from schemas.mention import Gap

START = datetime(2010, 3, 17, tzinfo=UTC)


def view(usual: float = 0.0, **counts: int) -> View:
    window = Block(0, [counts.get(name, 0) for name in FIELDS])
    return View(window=window, usual=usual, newer=5, older=5)


def taught(**counts: int) -> BrandBaseline:
    baseline = BrandBaseline()
    for index in range(300):
        block = Block(index * BLOCK_S, [counts.get(name, 0) for name in FIELDS])
        baseline.learn(block)
    return baseline


def test_three_angry_posts_of_four_say_nothing() -> None:
    shift = features(view(mentions=4, negative=3), BrandBaseline())["negative_shift"]
    assert abs(shift.x) < 2 * shift.sd


def test_three_hundred_angry_posts_of_four_hundred_say_much() -> None:
    shift = features(view(mentions=400, negative=300), BrandBaseline())["negative_shift"]
    assert shift.x > 10 * shift.sd


def test_a_brand_with_many_complaints_is_judged_by_its_own_normal() -> None:
    baseline = taught(mentions=10, negative=7)
    shift = features(view(mentions=400, negative=280), baseline)["negative_shift"]
    assert abs(shift.x) < 0.1


def test_the_usual_mentions_do_not_dilute_what_came_on_top() -> None:
    baseline = taught(mentions=10, negative=2)
    seen = features(view(usual=400, mentions=500, negative=160), baseline)["negative_shift"]
    assert seen.value == pytest.approx(0.8, abs=0.06)


def test_what_a_source_never_says_is_left_out() -> None:
    baseline = taught(mentions=10, negative=2)
    assert "repost_share" not in features(view(mentions=50), baseline)


def test_features_do_not_depend_on_size() -> None:
    baseline = taught(mentions=10, negative=2, reposts=3)
    small = features(view(usual=300, mentions=900, negative=500, reposts=400), baseline)
    large = features(view(usual=3000, mentions=9000, negative=5000, reposts=4000), baseline)
    for code in ("surge", "negative_shift", "repost_share"):
        assert small[code].x == pytest.approx(large[code].x, abs=0.05)


def test_a_hashtag_that_is_always_there_is_no_campaign() -> None:
    baseline = BrandBaseline()
    for index in range(100):
        baseline.learn(Block(index * BLOCK_S, [10, *nothing()[1:]], {"hashtags": {"acme": 8}}))
    window = Block(0, [100, *nothing()[1:]], {"hashtags": {"acme": 80}})
    seen = features(View(window=window, usual=20, newer=5, older=5), baseline)
    assert seen["concentration"].x < 0.1


def test_little_on_top_of_much_says_little() -> None:
    baseline = taught(mentions=10, negative=2)
    alone = features(view(usual=20, mentions=120, negative=64), baseline)["negative_shift"]
    among = features(view(usual=1000, mentions=1100, negative=260), baseline)["negative_shift"]
    assert among.x == pytest.approx(alone.x, abs=0.05)
    assert among.sd > 2 * alone.sd


def test_two_rare_words_are_less_than_their_share_says() -> None:
    baseline = taught(mentions=10, negative=2)
    seen = features(view(mentions=60, boycott=2), baseline)["boycott"]
    many = features(view(mentions=600, boycott=20), baseline)["boycott"]
    assert many.x >= 3 * many.sd
    assert seen.x < 3 * seen.sd


def with_top_k(count: int, **top_k: dict[str, int]) -> Block:
    return Block(0, [count, *nothing()[1:]], top_k)


def test_the_usual_link_of_the_day_is_no_campaign() -> None:
    baseline = BrandBaseline()
    for index in range(60 * 12):
        link = f"link{index // 288}"
        block = with_top_k(10, links={link: 1})
        baseline.learn(block_at(block, index))
    assert baseline.carried.top == pytest.approx(0.1, abs=0.02)
    window = with_top_k(600, links={"another": 60})
    seen = features(View(window=window, usual=500, newer=5, older=5), baseline)
    assert seen["concentration"].x < 0.15


def test_regulars_are_not_a_few_who_make_the_noise() -> None:
    baseline = BrandBaseline()
    for index in range(60 * 12):
        baseline.learn(block_at(with_top_k(10, loudest={"regular": 2}), index))
    window = with_top_k(600, loudest={f"regular{number}": 2 for number in range(40)})
    of_all = features(View(window=window, usual=0, newer=5, older=5), baseline)
    on_top = features(View(window=window, usual=500, newer=5, older=5), baseline)
    assert on_top["repeat_share"].x < of_all["repeat_share"].x


def block_at(block: Block, index: int) -> Block:
    block.start_s = index * BLOCK_S
    return block


def test_a_storm_is_not_outvoted_by_the_murmur_before_it() -> None:
    library = load_library()
    murmur = features(view(usual=100, mentions=110, complaint=9), taught(mentions=10, negative=2))
    storm = features(
        view(usual=100, mentions=900, negative=560, outrage=150, takedown=300, new_authors=700),
        taught(mentions=10, negative=2, new_authors=5, takedown=1),
    )
    evidence = {
        weight: match_library(extend(Alignment(), murmur, library, weight), storm, library).evidence
        for weight in (0.05, 1.0)
    }
    assert evidence[0.05] > evidence[1.0] > 0


def test_the_reasons_add_up_to_the_evidence() -> None:
    library = load_library()
    now = features(view(usual=100, mentions=400, negative=200), taught(mentions=10, negative=2))
    judged = match_library(extend(Alignment(), now, library, 0.5), now, library, 0.8)
    weights = {reason.code: reason.weight for reason in judged.reasons}
    assert sum(weights.values()) == pytest.approx(judged.evidence, abs=0.01)
    # The course said what is seen now: it speaks for the same side.
    assert weights["course"] * judged.evidence > 0


@given(st.lists(st.integers(0, 30), min_size=1, max_size=120))
def test_an_onset_lies_within_the_course(counts: list[int]) -> None:
    onset = find_onset(counts, 0)
    assert 0 <= onset.at_s < 60 * len(counts)


@given(st.integers(15, 200), st.integers(3, 30), st.integers(0, 3))
def test_a_step_is_dated_exactly(before: int, after: int, low: int) -> None:
    onset = find_onset([low] * before + [low + 12] * after, 0)
    assert onset.at_s == 60 * before


def test_gaps_that_overlap_are_counted_once() -> None:
    gaps = [
        Gap(start=START, end=START + timedelta(minutes=2), cause="restart"),
        Gap(
            start=START + timedelta(minutes=1), end=START + timedelta(minutes=3), cause="disconnect"
        ),
    ]
    start_s = int(START.timestamp())
    assert unseen_s(gaps, start_s, start_s + 600) == 180


def test_every_reference_is_nearest_to_itself() -> None:
    library = load_library()
    for reference in library.references:
        alignment = Alignment()
        for phase in reference.phases:
            now = {
                code: Feature(value, 0.05, value)
                for code, (value, _) in zip(FEATURES, phase, strict=True)
            }
            judgement = match_library(alignment, now, library)
            alignment = extend(alignment, now, library)
        assert judgement.nearest[0].kind == reference.kind
        assert (judgement.evidence > 0) == (reference.kind == "crisis"), reference.name


def near(episode: str, distance: float) -> Resemblance:
    return Resemblance(episode=episode, kind="crisis", distance=distance, phase=0.5)


@pytest.mark.parametrize(
    ("distances", "name"),
    [
        ({"nestle-greenpeace-2010": 0.5, "boycott-call": 0.55}, "boycott-call"),
        ({"nestle-greenpeace-2010": 0.4, "boycott-call": 0.55}, "nestle-greenpeace-2010"),
        ({"nestle-greenpeace-2010": 0.5, "lone-complainer": 0.52}, "nestle-greenpeace-2010"),
        ({"boycott-call": 0.5, "nestle-greenpeace-2010": 0.51}, "boycott-call"),
    ],
)
def test_a_famous_case_lends_its_name_only_where_it_stands_out(
    distances: dict[str, float], name: str
) -> None:
    library = load_library()
    famous = {one.name for one in library.references if one.famous}
    assert famous == {"nestle-greenpeace-2010", "lone-complainer"}
    best = _Match(library.references[0], 0.0, 0, [])
    assert _name([near(*one) for one in distances.items()], best, famous) == name


def test_uncertain_features_are_no_evidence() -> None:
    vague = {code: Feature(0.5, 50.0, 0.5) for code in FEATURES}
    assert abs(match_library(Alignment(), vague, load_library()).evidence) < 0.1


def test_every_episode_names_its_sources_and_the_reconstruction_says_so() -> None:
    episodes = {episode.name: episode for episode in load_episodes()}
    assert all(episode.sources for episode in episodes.values())
    assert episodes["nestle-greenpeace-2010"].provenance == "reconstruction"


def at(reference: Reference, **moved: float) -> dict[str, Feature]:
    """Features as the second phase of a reference expects them, some of them elsewhere."""
    return {
        code: Feature(moved.get(code, value), 0.05, value)
        for code, (value, _) in zip(FEATURES, reference.phases[1], strict=True)
    }


@pytest.mark.parametrize(
    ("code", "x"),
    [("surge", 2.5), ("negative_shift", 5.0), ("outrage", 6.0), ("concentration", 0.99)],
)
def test_more_of_what_makes_a_crisis_is_no_reason_against_one(code: str, x: float) -> None:
    library = load_library()
    video = next(one for one in library.references if one.name == "misconduct-video")
    plain, louder = (
        match_library(Alignment(), now, library).evidence
        for now in (at(video), at(video, **{code: x}))
    )
    assert louder >= plain - 0.1


def test_a_further_reference_of_a_kind_does_not_tilt_the_evidence() -> None:
    library = load_library()
    video = next(one for one in library.references if one.name == "misconduct-video")
    twin = video._replace(name="twin")
    more = Library((*library.references, twin))
    now = at(video)
    assert match_library(Alignment(), now, more).evidence == pytest.approx(
        match_library(Alignment(), now, library).evidence
    )


def test_a_library_file_that_goes_both_ways_is_refused() -> None:
    raw = (
        b'{"name":"a-b","kind":"crisis","title":"t","provenance":"archetype","sources":[],'
        b'"or_more":["surge"],"or_less":["surge"],"phases":[{"name":"p"}]}'
    )
    with pytest.raises(LibraryError, match=r"mine\.json: or_more and or_less both name surge"):
        read_episode(raw, "mine.json")


def test_an_unknown_feature_in_a_library_file_is_named() -> None:
    raw = (
        b'{"name":"a-b","kind":"crisis","title":"t","provenance":"archetype","sources":[],'
        b'"phases":[{"name":"p","features":{"anger":[1,1]}}]}'
    )
    with pytest.raises(LibraryError, match=r"mine\.json: no such feature: anger"):
        read_episode(raw, "mine.json")


def test_a_library_of_crises_alone_is_refused() -> None:
    crises = [episode for episode in load_episodes() if episode.kind == "crisis"]
    with pytest.raises(LibraryError, match="harmless"):
        Library.of(crises)


@pytest.mark.parametrize(
    ("seen", "learning", "reason"),
    [
        ({"rarity": 9.0, "kind": 0.0, "score": 9.0}, False, "harmless_kind"),
        ({"rarity": 3.0, "kind": 2.0, "score": 9.0}, False, "not_rare_enough"),
        ({"rarity": 5.0, "kind": 1.0, "score": 8.0}, False, "unproven"),
        ({"rarity": 9.0, "kind": 2.0, "score": 15.0}, True, "still_learning"),
        ({"rarity": 9.0, "kind": 0.0, "score": 9.0}, True, "harmless_kind"),
    ],
)
def test_each_dismissal_has_its_reason(
    seen: dict[str, float], *, learning: bool, reason: str
) -> None:
    nearest = Sighting(at=datetime(2026, 1, 1, tzinfo=UTC), needed=12.5, **seen)
    assert why_harmless(nearest, learning=learning) == reason


def test_shares_are_in_the_order_of_the_fields() -> None:
    assert INDEX["mentions"] == 0
