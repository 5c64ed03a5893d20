"""Whole replays, without the judge: the same again, in order, nothing invented."""

from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context

import msgspec
import numpy as np
import pytest

from lab.evaluate.contest import make_rule_of_thumb
from lab.evaluate.replays import figures, plan, read_storms, replay, shapes_of
from lab.evaluate.replays.contender import ContenderRing, Counting, RowContender
from lab.evaluate.replays.packing import Packer
from lab.evaluate.replays.plan import World
from lab.evaluate.replays.replay import replay_world
from lab.evaluate.replays.world.brand import LANGUAGES, draw_brand
from lab.evaluate.replays.world.chatter import Chatter
from lab.evaluate.replays.world.episodes.episode import draw_episode
from lab.evaluate.replays.world.episodes.shapes import SHAPES
from lab.evaluate.replays.world.episodes.storms import COMPOUND, Storm, lay_storm, shares
from lab.evaluate.replays.world.mentions import NONE, blank
from lab.evaluate.replays.world.nuisances import Stretch, seen
from lab.evaluate.replays.world.stream import BrandStream, Day
from lab.evaluate.replays.world.timing.arrivals import (
    Arrivals,
    ArrivalsError,
    draw_arrivals,
    read_series,
)
from lab.evaluate.replays.world.timing.rhythm import DAY_S
from pipeline.rollup import BrandRollup, RollupRules
from pipeline.sentiment.api import Score, Sentiment, TextSignals
from schemas.bucket import Bucket
from schemas.mention import Author, Gap, Mention, MentionBatch

MONDAY_S = 1_767_571_200
WORLD = World(3, 15.0, 3, ("offensive_advert", "product_launch"))


class Recorder:
    """Keeps what it is given and never rings."""

    name = "recorder"

    def __init__(self, brand):
        self.brand = brand
        self.count = 0

    def take(self, bucket):
        self.count += bucket.mentions
        return []

    def told(self):
        return ()


class Echo:
    """Alarmed from twenty mentions in five minutes."""

    name = "echo"

    def update(self, start_s, count):  # noqa: ARG002
        return count > 20


def make_echo(brand):  # noqa: ARG001
    return RowContender(Counting(Echo()))


@cache
def replayed():
    return replay_world(WORLD, [make_rule_of_thumb])


def days(size, count, seed=1):
    rng = np.random.default_rng(seed)
    stream = BrandStream(draw_brand(rng, "acme", size), rng, MONDAY_S)
    return [stream.next_day() for _ in range(count)]


def packed(size, count):
    packer = Packer("acme")
    return [bucket for day in days(size, count) for bucket in packer.pack(day)]


# Buckets


@pytest.fixture(scope="module")
def buckets():
    return packed(90.0, 3)


def test_buckets_come_in_order_and_once(buckets):
    starts = [bucket.start for bucket in buckets]
    assert starts == sorted(set(starts))


def test_counts_of_a_bucket_agree(buckets):
    for one in buckets:
        assert one.negative + one.neutral + one.positive == one.mentions
        assert one.originals + one.reposts + one.replies + one.quotes == one.mentions
        assert one.new_authors <= one.authors <= one.mentions
        assert sum(count for _, count in one.languages) == one.mentions
        assert len(one.terms) <= 10


def test_buckets_hold_all_that_was_seen(buckets):
    total = sum(len(day.mentions) for day in days(90.0, 3))
    assert sum(bucket.mentions + bucket.own for bucket in buckets) == total


def test_the_clock_ticks_through_silence():
    ends = [bucket.watermark.timestamp() for bucket in packed(2.0, 2)]
    assert ends[0] - MONDAY_S <= 60
    assert max(np.diff(ends)) <= 120


def test_a_small_brand_is_mostly_ticks():
    brands = [bucket.brand for bucket in packed(2.0, 2)]
    assert brands.count("*") > brands.count("acme") > 10


def test_talk_is_burstier_than_chance():
    at_s = np.concatenate([day.mentions["at_s"] for day in days(90.0, 7)])
    hours = np.bincount(((at_s - MONDAY_S) // 3600).astype(int))
    assert hours.var() > 3 * hours.mean()


def test_a_gap_is_stated_and_holds_the_clock():
    [day] = days(2.0, 1)
    gap = Stretch(MONDAY_S + 7000.0, MONDAY_S + 20_000.0, 0.0)
    seen_day = Day(MONDAY_S, seen(np.random.default_rng(1), day.mentions, [gap]), (gap,))
    made = list(Packer("acme").pack(seen_day))
    assert not [b for b in made if 7000 <= b.watermark.timestamp() - MONDAY_S - 60 < 12_900]
    [stated] = [bucket for bucket in made if bucket.gaps]
    assert stated.brand == "acme"
    assert stated.gaps[0].end == datetime.fromtimestamp(gap.end_s, UTC)


def test_a_gap_over_midnight_is_stated_once():
    gap = Stretch(MONDAY_S + 80_000.0, MONDAY_S + 90_000.0, 0.0)
    packer, rng, stated = Packer("acme"), np.random.default_rng(1), []
    for day in days(2.0, 2):
        kept = Day(day.start_s, seen(rng, day.mentions, [gap]), (gap,))
        stated += [one for made in packer.pack(kept) for one in made.gaps]
    assert [one.end.timestamp() for one in stated] == [gap.end_s]


def test_a_sample_stands_for_all():
    [day] = days(500.0, 1)
    half = seen(np.random.default_rng(1), day.mentions, [Stretch(0.0, 1e12, 0.5)])
    assert 0.45 < len(half) / len(day.mentions) < 0.55
    assert 0.9 < half["weight"].sum() / len(day.mentions) < 1.1


# Voices


def wording_of(row):
    """A text that is as like others as the wording says, or too short to tell."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(row["wording"]))
    return 24 * letters if row["wording"] else "no"


def a_post(row):
    kind = ("original", "repost", "reply", "quote")[row["kind"]]
    of = row["root"] if kind == "repost" else row["answers"]
    aimed = row["handle"] == 0 or (kind == "reply" and of == NONE)
    return Mention(
        id=str(row["id"]), created_at=datetime.fromtimestamp(float(row["at_s"]), UTC),
        text=wording_of(row), author=Author(id="x", handle=f"user{row['author']}"), kind=kind,
        ref_id="" if of == NONE else str(of), lang=LANGUAGES[row["language"]],
        addressed=("acme",) if aimed else (),
    )  # fmt: skip


def score_of(row):
    negative, positive = float(row["p_negative"]), float(row["p_positive"])
    neutral, attack = 1 - negative - positive, float(row["attack"])
    return Score(
        Sentiment(negative, neutral, positive),
        TextSignals(int(row["cues"]), attack_logit=attack),
    )


def test_voices_are_those_that_the_roll_up_would_count():
    """The same posts with the same scores, through the worker's own roll-up."""
    rng = np.random.default_rng(5)
    profile = draw_brand(rng, "acme", 15.0)
    stream = BrandStream(profile, rng, MONDAY_S)
    shape = next(one for one in SHAPES if one.name == "crisis_in_a_quarrel")
    storm = draw_episode(rng, shape, profile, MONDAY_S + 20_000.0).mentions
    spoken = [stream.next_day(storm) for _ in range(2)]
    packer = Packer("acme")
    packed_voices = {
        int(one.start.timestamp()): one.voices
        for day in spoken
        for one in packer.pack(day)
        if one.brand == "acme"
    }
    rows = {str(row["id"]): row for day in spoken for row in day.mentions if not row["own"]}

    rollup = BrandRollup("acme", RollupRules(), handles=("acme",))
    counted = {}
    for place, row in enumerate(rows.values()):
        post = a_post(row)
        batch = MentionBatch(
            brand="acme", source="s", seq=place, watermark=post.created_at, mentions=(post,)
        )
        score = score_of(row)
        rollup.take(place, batch, rollup.scored(batch, lambda _, score=score: [score]), "m")
        counted.update((int(one.start.timestamp()), one.voices) for one in rollup.close({}))
    assert len(counted) > 500
    assert {at: packed_voices[at] for at in counted} == counted


def test_a_copied_wording_is_half_a_voice():
    rows = blank(2)
    rows["at_s"] = MONDAY_S + 1.0
    rows["id"], rows["author"], rows["wording"] = (1, 2), (1, 2), 7
    [made] = [one for one in Packer("acme").pack(Day(MONDAY_S, rows, ())) if one.brand == "acme"]
    assert (made.voices.texts, made.compared, made.copied) == (1500, 2, 1)


# Arrivals


def a_series(folder, counts, name="one.csv"):
    start = datetime(2015, 3, 1, tzinfo=UTC)
    rows = [
        f"{start + timedelta(minutes=5 * n):%Y-%m-%d %H:%M:%S},{c}" for n, c in enumerate(counts)
    ]
    (folder / "nab").mkdir(exist_ok=True)
    (folder / "nab" / name).write_text("timestamp,value\n" + "\n".join(rows) + "\n")


def test_real_arrivals_keep_their_counts(tmp_path):
    counts = [n % 7 for n in range(2 * 288)]
    a_series(tmp_path, [*counts, 5])
    [series] = read_series(tmp_path)
    assert series.first_s == datetime(2015, 3, 1, tzinfo=UTC).timestamp()
    rng = np.random.default_rng(1)
    times = Arrivals(series, 1, 1.0).times(rng, 1, float(MONDAY_S))  # the third day is the first
    rows = ((times - MONDAY_S) // 300).astype(int)
    assert np.bincount(rows, minlength=288).tolist() == counts[:288]


@pytest.mark.parametrize("factor", [0.25, 3.0])
def test_arrivals_are_thinned_and_thickened(tmp_path, factor):
    a_series(tmp_path, [8] * 288)
    [series] = read_series(tmp_path)
    times = Arrivals(series, 0, factor).times(np.random.default_rng(1), 0, 0.0)
    assert len(times) == pytest.approx(8 * 288 * factor, rel=0.1)


def test_a_brand_takes_a_series_of_about_its_size(tmp_path):
    a_series(tmp_path, [1] * 288, "small.csv")
    a_series(tmp_path, [500] * 288, "large.csv")
    rng = np.random.default_rng(1)
    assert draw_arrivals(rng, tmp_path, 15.0).series.name == "small.csv"
    assert draw_arrivals(rng, tmp_path, 3000.0).series.name == "large.csv"


def test_talk_under_real_arrivals_comes_when_they_did(tmp_path):
    a_series(tmp_path, [0] * 144 + [6] * 144)
    arrivals = draw_arrivals(np.random.default_rng(1), tmp_path, 36.0)
    rng = np.random.default_rng(2)
    day = Chatter(draw_brand(rng, "acme", 36.0), rng, MONDAY_S, arrivals).next_day()
    talk = day[~day["own"]]
    assert talk["at_s"].min() >= MONDAY_S + DAY_S / 2
    assert (np.diff(talk["at_s"]) >= 0).all()
    reposts = talk[talk["root"] != NONE]
    assert len(reposts) > 20
    assert set(reposts["root"].tolist()) <= set(talk["id"].tolist())


def test_a_folder_without_arrivals_is_refused(tmp_path):
    with pytest.raises(ArrivalsError, match=r"none of nab/\*\.csv"):
        read_series(tmp_path)


def test_counts_of_another_form_are_refused(tmp_path):
    (tmp_path / "nab").mkdir()
    (tmp_path / "nab" / "x.csv").write_text("when,count\n1,2\n")
    with pytest.raises(ArrivalsError, match="no readable columns timestamp,value"):
        read_series(tmp_path)


# Replays


def test_the_same_world_gives_the_same_bytes():
    again = replay_world(WORLD, [make_rule_of_thumb])
    assert msgspec.json.encode(again) == msgspec.json.encode(replayed())


def test_processes_change_nothing():
    worlds = (WORLD, World(4, 2.0, 2, ("meme",)))
    alone = replay(worlds, [make_rule_of_thumb])
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        shared = replay(worlds, [make_rule_of_thumb], run=pool.map)
    assert alone == shared


def test_another_seed_is_another_world():
    other = World(5, WORLD.size, WORLD.warm_days, WORLD.shapes)
    [one, _] = replay_world(other, [make_rule_of_thumb]).episodes
    assert one.truth != replayed().episodes[0].truth


def test_an_episode_does_not_depend_on_its_neighbours():
    alone = World(WORLD.seed, WORLD.size, WORLD.warm_days, WORLD.shapes[1:])
    [one] = replay_world(alone, [make_rule_of_thumb]).episodes
    assert one == replayed().episodes[1]


def test_the_rule_of_thumb_rings_on_outrage_and_not_on_a_launch():
    found = figures(replayed(), "rule of thumb")
    assert {line.name: line.rung.hits for line in found.by_shape} == {
        "offensive_advert": 1,
        "product_launch": 0,
    }


def test_a_baseline_of_counts_takes_part():
    found = figures(replay_world(WORLD, [make_echo, Recorder]), "echo")
    assert found.harmless_rung.hits == 1


def test_a_quiet_world_has_days_and_no_episode():
    world = World(1, 2.0, 2, quiet_days=5)
    quiet = replay_world(world, [make_rule_of_thumb])
    assert (quiet.episodes, quiet.quiet[0].days) == ((), 5)


def test_a_plan_of_quick_runs_has_quiet_quarters():
    worlds = plan(shapes_of("development"), extent="quick", first_seed=0)
    assert sum(world.quiet_days for world in worlds) == 180


# Rows


def bucket(at_s, mentions, negative=0, **more):
    return Bucket(
        brand="acme", start=datetime.fromtimestamp(at_s, UTC), width_s=10, mentions=mentions,
        watermark=datetime.fromtimestamp(at_s + 10, UTC), weighted=2.0 * mentions,
        negative=negative, **more,
    )  # fmt: skip


class Rows:
    """Keeps its rows; alarmed by each that has anything negative."""

    name = "rows"

    def __init__(self):
        self.seen = []

    def look(self, row):
        self.seen.append(tuple(row))
        return row.negative > 0


def test_rows_are_five_minutes_of_estimated_mentions():
    rows = Rows()
    contender = RowContender(rows)
    rings = [contender.take(one) for one in (bucket(0, 3), bucket(290, 2, 1), bucket(900, 1))]
    assert rows.seen == [(0, 10.0, 2.0), (300, 0.0, 0.0), (600, 0.0, 0.0)]
    assert rings == [[], [], [ContenderRing(300.0)]]


def test_rows_with_a_gap_are_not_shown():
    rows = Rows()
    contender = RowContender(rows)
    gap = Gap(
        start=datetime.fromtimestamp(400, UTC),
        end=datetime.fromtimestamp(500, UTC),
        cause="disconnect",
    )
    contender.take(bucket(0, 3))
    contender.take(bucket(950, 3, gaps=(gap,)))
    assert [row[0] for row in rows.seen] == [0, 600]


# Storms


STORM = Storm("x", (300, 900, 200), (-0.1, -0.1, 0.1))


def laid(storm, seed=1):
    rng = np.random.default_rng(seed)
    return lay_storm(rng, storm, draw_brand(rng, "acme", 6.0), MONDAY_S + 30_000.0)


def test_a_storm_has_the_counts_of_its_days():
    at_s = laid(STORM).mentions["at_s"]
    assert np.bincount(((at_s - MONDAY_S) // DAY_S).astype(int)).tolist() == list(STORM.counts)


def test_shares_meet_the_mean_compound():
    for compound in (-0.1, 0.03, 0.25):
        negative, positive = shares(compound)
        low, middle, high = COMPOUND
        assert low * negative + middle * 0.3 + high * positive == pytest.approx(compound)


@pytest.mark.parametrize(("compound", "kind"), [(-0.1, "crisis"), (0.27, "harmless")])
def test_the_mean_compound_decides_what_a_storm_is(compound, kind):
    assert laid(Storm("x", (300, 900), (compound, compound))).truth.kind == kind


def test_storms_are_read_from_their_first_day_that_matters(tmp_path):
    (tmp_path / "twitter_activity_A-B.csv").write_text(
        "date,count\n2020-01-01,1\n2020-01-02,50\n2020-01-03,400\n"
    )
    (tmp_path / "twitter_daily_sentiment_A-B.csv").write_text(
        "date,avg_vader_compound\n2020-01-02,-0.1\n"
    )
    assert read_storms(tmp_path) == (Storm("A-B", (50, 400), (-0.1, 0.0)),)


def test_a_directory_without_storms_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no twitter_activity_\*.csv"):
        read_storms(tmp_path)


def test_a_file_of_another_form_is_refused(tmp_path):
    (tmp_path / "twitter_activity_x.csv").write_text("when,count\n1,2\n")
    with pytest.raises(ValueError, match="no readable columns date,count"):
        read_storms(tmp_path)
