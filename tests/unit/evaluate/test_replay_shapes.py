"""Facts that an episode's course has to have, on many seeds."""

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.evaluate.replays.plan import plan
from lab.evaluate.replays.replay import starts_at
from lab.evaluate.replays.world.brand import SIZES, TINY, draw_brand
from lab.evaluate.replays.world.episodes.episode import draw_episode
from lab.evaluate.replays.world.episodes.shapes import SHAPES, shapes_of
from lab.evaluate.replays.world.episodes.shapes.life import LIFE_DEVELOPMENT, LIFE_HELD_OUT
from lab.evaluate.replays.world.episodes.shapes.slow_development import SLOW_DEVELOPMENT
from lab.evaluate.replays.world.mentions import REPOST, between
from lab.evaluate.replays.world.speakers.actors import ACTORS
from lab.evaluate.replays.world.speakers.reading import AIRLINE, TEXTS, draw_reader
from lab.evaluate.replays.world.timing.rhythm import DAY_S, HOUR_S
from pipeline.sentiment.load import load_ngram
from pipeline.sentiment.training.stance.sentences import ATTACKS

MONDAY_S = 1_767_571_200
SEEDS = range(4)
PACED = [shape for shape in SHAPES if shape.paced and shape not in SLOW_DEVELOPMENT]
SLOW_CRISES = [shape for shape in SLOW_DEVELOPMENT if shape.kind == "crisis"]
NAMED = {shape.name: shape for shape in SHAPES}
CRITICAL = [TEXTS.index(one) for one in ("grumble", *ATTACKS, "harm", "complaint")]
SUPPORTIVE = [TEXTS.index(one) for one in ("cheer", "praise")]


def drawn(shape, seed, size=90.0):
    rng = np.random.default_rng(seed)
    brand = draw_brand(rng, "acme", size)
    return draw_episode(rng, shape, brand, starts_at(rng, brand, MONDAY_S, shape.begins))


def shares(episode):
    """Critical and supportive shares, as a person would read them."""
    texts = said(episode)["text"]
    return np.isin(texts, CRITICAL).mean(), np.isin(texts, SUPPORTIVE).mean()


def said(episode):
    return episode.mentions[~episode.mentions["own"]]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda one: one.name)
def test_a_shape_is_drawn_in_order_of_time_with_sane_facts(shape):
    size = next(one for one in (*SIZES, TINY) if shape.least_per_hour <= one <= shape.most_per_hour)
    episode = drawn(shape, 1, size)
    truth = episode.truth
    assert (np.diff(episode.mentions["at_s"]) >= 0).all()
    assert MONDAY_S <= truth.first_post_s <= truth.onset_s < truth.peak_s < truth.end_s
    assert 0 < truth.visible_s - truth.onset_s <= 0.5 * HOUR_S
    assert truth.mentions > truth.peak_per_hour > 0
    assert (truth.shape, truth.kind) == (shape.name, shape.kind)


@pytest.mark.parametrize("split", ["development", "held_out"])
def test_each_half_has_crises_a_paced_one_and_harmless_ones(split):
    later = (*SLOW_DEVELOPMENT, *LIFE_DEVELOPMENT, *LIFE_HELD_OUT)
    half = [shape for shape in shapes_of(split) if shape not in later]
    assert sum(shape.kind == "crisis" for shape in half) == 8
    assert sum(shape.paced for shape in half) == 1
    assert sum(shape.kind == "harmless" for shape in half) >= 6


def test_no_name_is_used_twice():
    assert len(NAMED) == len(SHAPES)


def test_every_voice_that_a_shape_casts_exists():
    casts = [cast for one in SHAPES for cast in (one.follow, *(shock.cast for shock in one.shocks))]
    assert {name for cast in casts for name in cast} <= ACTORS.keys()


def test_what_a_voice_does_are_shares():
    for voice in ACTORS.values():
        assert voice.texts.keys() <= set(TEXTS)
        assert sum(voice.texts.values()) == pytest.approx(1)
        assert voice.repost + voice.quote + voice.reply <= 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shape", PACED, ids=lambda one: one.name)
class TestNestlesPace:
    def test_it_peaks_the_next_day(self, shape, seed):
        truth = drawn(shape, seed).truth
        assert 18 * HOUR_S <= truth.peak_s - truth.first_post_s <= 48 * HOUR_S

    def test_the_second_wave_is_larger(self, shape, seed):
        mentions = said(drawn(shape, seed))
        start_s = mentions["at_s"][0]
        hourly = np.bincount(((mentions["at_s"] - start_s) // HOUR_S).astype(int))
        assert hourly[6:18].max() > hourly[:5].max()

    def test_half_is_critical_a_fifth_supportive(self, shape, seed):
        negative, positive = shares(drawn(shape, seed))
        assert 0.4 < negative < 0.6
        assert 0.12 < positive < 0.32

    def test_it_fades_over_days(self, shape, seed):
        truth = drawn(shape, seed).truth
        assert truth.end_s - truth.peak_s > 4 * HOUR_S
        assert truth.end_s - truth.first_post_s > 1.3 * DAY_S

    def test_it_comes_to_other_languages_later(self, shape, seed):
        mentions = said(drawn(shape, seed))
        start_s = mentions["at_s"][0]
        early = between(mentions, start_s, start_s + 5 * HOUR_S)
        late = between(mentions, start_s + 26 * HOUR_S, start_s + 40 * HOUR_S)
        assert len(np.unique(late["language"])) > len(np.unique(early["language"]))

    def test_the_brand_answers(self, shape, seed):
        assert drawn(shape, seed).mentions["own"].sum() >= 9


def test_later_shapes_come_last():
    # The place of a shape is part of the luck of its episodes: others must not move.
    later = (*SLOW_DEVELOPMENT, *LIFE_DEVELOPMENT, *LIFE_HELD_OUT)
    assert SHAPES[-len(later) :] == later


def test_slow_shapes_are_for_tuning():
    assert {shape.split for shape in SLOW_DEVELOPMENT} == {"development"}
    assert all(shape.paced for shape in SLOW_CRISES)
    assert len(SLOW_CRISES) >= 8
    assert len(SLOW_DEVELOPMENT) - len(SLOW_CRISES) >= 4


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("shape", SLOW_CRISES, ids=lambda one: one.name)
def test_a_slow_crisis_peaks_half_a_day_after_its_first_post(shape, seed):
    size = next(one for one in SIZES if shape.least_per_hour <= one <= shape.most_per_hour)
    truth = drawn(shape, seed, size).truth
    assert truth.peak_s - truth.first_post_s >= 12 * HOUR_S


def test_a_brand_that_is_grumbled_about_has_twice_the_customers_who_complain():
    usual, grumbled = (
        draw_brand(np.random.default_rng(1), "acme", 90.0, grumbled=flag).cast
        for flag in (False, True)
    )
    assert grumbled["user"] / sum(grumbled.values()) > 2 * usual["user"] / sum(usual.values())
    assert {**grumbled, "user": 0.0} == {**usual, "user": 0.0}


def test_a_slow_boil_takes_a_day():
    for seed in SEEDS:
        truth = drawn(NAMED["slow_boil"], seed, 500.0).truth
        assert truth.end_s - truth.onset_s > 30 * HOUR_S


def test_an_outage_is_a_crisis_from_the_hour_it_turns():
    for seed in SEEDS:
        truth = drawn(NAMED["outage_outrage"], seed, 500.0).truth
        assert 2 * HOUR_S < truth.onset_s - truth.first_post_s < 6 * HOUR_S


def test_a_flood_is_made_by_few():
    for name in ("spam_flood", "hostile_flood"):
        authors, counts = np.unique(said(drawn(NAMED[name], 1))["author"], return_counts=True)
        assert np.sort(counts)[-40:].sum() > 0.8 * counts.sum()
        assert len(authors) > 20


def test_complaints_are_complaints_and_storms_are_outrage():
    for seed in SEEDS:
        wave = said(drawn(NAMED["complaints_wave"], seed, 500.0))
        storm = said(drawn(NAMED["offensive_advert"], seed, 500.0))
        complaint = TEXTS.index("complaint")
        assert (wave["text"] == complaint).mean() > 5 * (storm["text"] == complaint).mean()
        assert (storm["kind"] == REPOST).mean() > 5 * (wave["kind"] == REPOST).mean()


@pytest.mark.parametrize("name", ["positive_storm", "giveaway", "product_launch", "meme"])
def test_happy_episodes_are_not_negative(name):
    negative, positive = shares(drawn(NAMED[name], 2, 500.0))
    assert negative < positive


def test_the_model_errs_on_ordinary_talk_as_measured():
    rng = np.random.default_rng(1)
    reader = draw_reader(rng)._replace(confusion=np.array(AIRLINE))
    meant = np.repeat([0, 1, 2], 20_000)
    said = reader.scores(rng, meant, np.zeros(60_000, np.int64)).label
    found = [np.bincount(said[meant == one], minlength=3) / 20_000 for one in range(3)]
    assert np.allclose(found, AIRLINE, atol=0.015)


def test_the_model_is_deaf_to_a_part_of_the_attacks():
    rng = np.random.default_rng(1)
    english = np.zeros(5_000, np.int64)
    reader = draw_reader(rng)
    attack = {
        kind: reader.scores(rng, np.full(5_000, TEXTS.index(kind)), english).attack
        for kind in ("chat", "off_topic", "accusation")
    }
    usual = attack["chat"].mean() + 1.3 * attack["chat"].std()
    assert 0.05 < (attack["accusation"] < usual).mean() < 0.5
    assert attack["chat"].mean() < attack["off_topic"].mean() < attack["accusation"].mean()


@given(st.integers(0, 2**31), st.sampled_from(range(len(TEXTS))), st.sampled_from(range(10)))
def test_what_the_model_says_is_of_one_piece(seed, kind, language):
    rng = np.random.default_rng(seed)
    rows = np.full(50, kind), np.full(50, language)
    scored = draw_reader(rng).of_a_subject(rng).scores(rng, *rows)
    neutral = 1 - scored.p_negative - scored.p_positive
    assert (neutral >= -1e-9).all()
    assert (
        (scored.label == 0) == (scored.p_negative >= np.maximum(neutral, scored.p_positive))
    ).all()


def test_a_subject_is_told_in_few_words():
    rng = np.random.default_rng(1)
    rows = np.full(500, TEXTS.index("accusation")), np.zeros(500, np.int64)
    reader = draw_reader(rng)
    most = [
        np.unique(one.scores(rng, *rows).attack, return_counts=True)[1].max()
        for one in (reader, reader.of_a_subject(rng))
    ]
    assert most[1] > 2 * most[0]


@pytest.mark.parametrize("name", ["passed_on_quarrel", "passed_on_joke"])
def test_one_post_is_passed_on_for_hours(name):
    mentions = said(drawn(NAMED[name], 1))
    roots, reposts = np.unique(mentions["root"][mentions["root"] != -1], return_counts=True)
    root = roots[reposts.argmax()]
    assert reposts.max() > 0.6 * len(mentions)
    first = mentions[mentions["id"] == root]
    repeated = mentions[mentions["root"] == root]
    assert (repeated["attack"] == first["attack"]).all()
    assert repeated["at_s"][-1] - first["at_s"][0] > 3 * HOUR_S


def test_life_befalls_very_small_brands():
    worlds = plan(LIFE_DEVELOPMENT, extent="quick", first_seed=0, seeds=1)
    assert {world.size for world in worlds if "tiny_brand" in world.shapes} == {TINY}


def test_each_shape_comes_once_a_seed_and_on_other_sizes():
    worlds = plan(SHAPES, extent="quick", first_seed=0, seeds=5)
    sizes = {}
    for world in worlds:
        for name in world.shapes:
            sizes.setdefault(name, []).append(world.size)
    assert {len(each) for each in sizes.values()} == {5}
    assert set(sizes["activist_video"]) == set(SIZES)
    assert set(sizes["small_brand_storm"]) == set(SIZES[:2])


def test_the_scores_are_those_of_the_model_that_is_shipped():
    table = (files("lab.evaluate.replays") / "scores.tsv").read_text(encoding="utf-8")
    version = table.split(":", 1)[0].removeprefix("## ")
    assert version == load_ngram().version, "measure again: python benchmarks/replay_scores.py"
