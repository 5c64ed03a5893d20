"""Corrected shares are right on average, whatever fast reading is worth and however texts fall."""

import random
from statistics import fmean, pstdev

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reading.offered import Offered
from pipeline.reading.rules import ReadingRules
from pipeline.reading.shares import ReadShares
from pipeline.reading.state import ReadingState, composed
from schemas.bucket import Bucket
from schemas.reading import Reading
from support.reading import ALL, score, surely
from support.rolling import at, mention

RULES = ReadingRules(sample_per_h=20, unusual_per_h=60, roots_per_h=0, texts_per_h=10_000)
WORLDS = 300


def bucket(number: int, texts: int, reading: Reading | None) -> Bucket:
    return Bucket(
        brand="nestle",
        start=at(number * 10),
        width_s=10,
        watermark=at(number * 10 + 10),
        mentions=texts,
        originals=texts,
        neutral=texts,
        reading=reading,
    )


def lived(world, run: int, rules: ReadingRules = RULES) -> ReadShares:
    """One life of a world whose posts got the ids of ``run``."""
    state, shares = ReadingState(), ReadShares()
    for number, texts in enumerate(world):
        start_s = number * 10
        offered = Offered()
        careful = {}
        for place, (attack, odds) in enumerate(texts):
            name = f"{run}-{number}-{place}"
            offered.add(mention(name, start_s, name), score(odds), start_s)
            careful[name] = surely("accusation", attack)
        choice = state.choose(rules, start_s, offered, {})
        answers = [careful[one.text] for one in choice.wanted]
        reading = composed(choice, answers, "fake") if texts else None
        state.settle(start_s, len(texts), {}, reading)
        shares.add(bucket(number, len(texts), reading), half_life_s=1e12)
    return shares


texts = st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9]), st.sampled_from([-30.0, -2.0, 0.0, 2.0]))


@settings(max_examples=6, deadline=None)
@given(st.lists(st.lists(texts, max_size=15), min_size=10, max_size=30), st.integers(0, 10**6))
def test_the_difference_is_right_on_average_over_what_is_drawn(world, seed):
    every = [text for texts in world for text in texts]
    if not every:
        return
    careful = fmean(attack for attack, _ in every)
    fast = fmean(round(score(odds).signals.attack, 3) for _, odds in every)
    found = []
    for run in range(WORLDS):
        shares = lived(world, seed + run)
        corrected = shares.corrected((fast, 0.0, 0.0))
        # Where nothing was drawn there is no correction: what it would have said is no difference.
        found.append(corrected[0].share if corrected else fast)
    error = pstdev(found) / WORLDS**0.5
    assert abs(fmean(found) - careful) <= 5 * error + 0.002


def test_the_stated_error_is_the_spread_of_what_is_found():
    chance = random.Random(4)
    world = [
        [(chance.choice([0.0, 0.9]), chance.choice([-2.0, 2.0])) for _ in range(12)]
        for _ in range(60)
    ]
    lives = [lived(world, run).corrected((0.0, 0.0, 0.0)) for run in range(200)]
    spread = pstdev(life[0].share for life in lives if life)
    stated = fmean(life[0].error ** 2 for life in lives if life) ** 0.5
    assert 0.8 < stated / spread < 1.25


def test_where_everything_is_read_the_share_is_the_careful_one_without_error():
    world = [[(0.9, -2.0), (0.0, 2.0)]] * 4
    fast = (
        fmean([round(score(-2.0).signals.attack, 3), round(score(2.0).signals.attack, 3)]),
        0.0,
        0.0,
    )
    corrected = lived(world, 0, ALL).corrected(fast)
    assert corrected
    assert abs(corrected[0].share - 0.45) < 0.001
    assert corrected[0].error == 0.0


def test_what_is_old_counts_less():
    shares = ReadShares()
    loud = Reading(rate=1.0, read=1, differences=(10.0, 0.0, 0.0))
    calm = Reading(rate=1.0, read=1)
    shares.add(bucket(0, 10, loud), half_life_s=10)
    shares.add(bucket(1, 10, calm), half_life_s=10)
    corrected = shares.corrected((0.0, 0.0, 0.0))
    assert corrected
    assert corrected[0].share == 5 / 15


def test_a_bucket_of_which_nothing_could_be_drawn_says_nothing():
    shares = ReadShares()
    shares.add(bucket(0, 10, None))
    shares.add(bucket(1, 10, Reading(rate=0.0)))
    assert shares == ReadShares()
    assert shares.corrected((0.1, 0.0, 0.0)) is None


def test_the_memory_survives_being_stored():
    shares = lived([[(0.9, 0.0)]] * 3, 0, ALL)
    assert msgspec.json.decode(msgspec.json.encode(shares), type=ReadShares) == shares
