"""Who and what drives an episode, how the brand's reply fared, and what is to come."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from talk import CHATTER, HOUR_S, START_S, Kind, Part, buckets, burst, day

from pipeline.detection.baseline.brand_baseline import BrandBaseline
from pipeline.detection.incident.episode import Episode
from pipeline.detection.incident.lifecycle import begin
from pipeline.detection.incident.replies import Replies, rate, replies_since
from pipeline.detection.judge import Judge
from pipeline.detection.patterns.features import WORDING_MARK, Feature, View, features
from pipeline.detection.patterns.nature import nature
from pipeline.detection.window.automation import automation
from pipeline.detection.window.influence import KEPT, MOST, Influence, combine, foremost, gather
from pipeline.detection.window.recent import Block, Minute, Recent
from schemas.bucket import Bucket, Example, Influencer
from schemas.mention import Gap

KNOWN_S = 36 * HOUR_S
AT_S = KNOWN_S + 1800
REPLY_S = AT_S + 5400
STORM = Kind(negative=0.75, positive=0.05, outrage=0.4, boycott=0.1, new=0.85, first=0.1)
COPY = "0badf00d"

accounts = st.lists(
    st.lists(
        st.builds(
            Influencer,
            handle=st.sampled_from([f"h{n}" for n in range(60)]),
            posts=st.integers(0, 3),
            followers=st.integers(0, 1000),
            reposts=st.integers(0, 50),
        ),
        max_size=5,
        unique_by=lambda one: one.handle,
    ),
    max_size=40,
)


@given(accounts, st.randoms(use_true_random=False))
def test_the_widest_reach_is_exact_in_any_order_and_room_is_bounded(said, random):
    most: dict[str, int] = {}
    for one in (account for bucket in said for account in bucket):
        most[one.handle] = max(most.get(one.handle, 0), one.followers)
    wanted = sorted(most.values(), reverse=True)[:KEPT]
    shuffled = list(said)
    random.shuffle(shuffled)
    for order in (said, shuffled):
        seen: Influence = {}
        for bucket in order:
            gather(seen, bucket)
            assert len(seen) <= MOST
        followers = sorted((values[1] for values in seen.values()), reverse=True)
        assert followers[: len(wanted)] == wanted


@given(accounts)
def test_two_halves_together_are_the_whole_while_there_is_room(said):
    few = [[one for one in bucket if int(one.handle[1:]) < MOST] for bucket in said]
    whole: Influence = {}
    halves: list[Influence] = [{}, {}]
    for place, bucket in enumerate(few):
        gather(whole, bucket)
        gather(halves[place % 2], bucket)
    combine(halves[0], halves[1])
    assert halves[0] == whole


def test_the_foremost_are_those_with_reach_and_those_passed_on():
    seen = {"star": [1, 900, 0], "seed": [2, 5, 70], "other": [9, 4, 1], "none": [3, 0, 0]}
    assert foremost(seen, 1) == ["star", "seed"]
    assert foremost(seen, 9) == ["star", "seed", "other"]


@given(st.lists(st.integers(0, 500), min_size=4, max_size=4), st.floats(0, 1) | st.none())
def test_a_rating_is_a_share_and_more_of_a_sign_never_lowers_it(counts, repeated):
    compared, aged = max(counts[0], counts[1]), max(counts[2], counts[3])
    copied, young = min(counts[0], counts[1]), min(counts[2], counts[3])
    rated = automation([compared, copied, aged, young], repeated)
    if rated is None:
        assert compared == aged == 0
        assert repeated is None
        return
    assert 0.0 <= rated.rating <= 1.0
    more = automation([compared, compared, aged, aged], repeated and 1.0)
    assert more is not None
    assert more.rating >= rated.rating


def test_no_sign_alone_makes_a_machine_and_ordinary_talk_has_none():
    for alone in ([1000, 1000, 1000, 0], [1000, 0, 1000, 1000]):
        rated = automation(alone, 0.0)
        assert rated is not None
        assert 0.5 < rated.rating <= 0.6
    ordinary = automation([1000, 60, 1000, 110], 0.15)
    assert ordinary is not None
    assert ordinary.rating == 0.0
    flood = automation([1000, 700, 1000, 800], 0.5)
    assert flood is not None
    assert flood.rating > 0.85


def test_what_a_source_does_not_tell_is_not_taken_for_none():
    rated = automation([0, 0, 0, 0], 0.1)
    assert rated is not None
    assert (rated.copied, rated.young, rated.repeated) == (None, None, 0.1)


@pytest.mark.parametrize(
    ("complaint", "outrage", "boycott", "said"),
    [
        (0.40, 0.03, 0.00, "complaints"),
        (0.07, 0.45, 0.05, "outrage"),
        (0.06, 0.03, 0.30, "outrage"),
        (0.40, 0.30, 0.00, "both"),
        (0.04, 0.03, 0.02, "outrage"),
        (0.07, 0.03, 0.00, "unclear"),
    ],
)
def test_complaints_are_told_from_outrage(complaint, outrage, boycott, said):
    def feature(value, normal):
        return Feature(1.0 if value > normal else 0.0, 0.2, value, normal)

    now = {
        "complaint": feature(complaint, 0.06),
        "outrage": feature(outrage, 0.02),
        "boycott": feature(boycott, 0.003),
    }
    assert nature(now) == said


def test_what_may_be_chance_is_neither():
    doubtful = Feature(1.0, 0.8, 0.4, 0.06)
    assert nature({"complaint": doubtful, "outrage": doubtful}) == "unclear"


def test_a_wording_that_everybody_repeats_is_a_concentration():
    block = Block(0, top_k={"wordings": {COPY: 300}, "links": {"example.org/a": 40}})
    block.counts[0] = 500
    found = features(View(window=block, usual=20.0, newer=300, older=100), BrandBaseline())
    assert found["concentration"].detail == WORDING_MARK + COPY
    assert found["concentration"].value > 0.5


def test_copies_do_not_tell_that_a_source_carries_links():
    block = Block(0, top_k={"wordings": {COPY: 300}})
    block.counts[0] = 500
    found = features(View(window=block, usual=20.0, newer=300, older=100), BrandBaseline())
    assert "concentration" not in found


def heard(parts, *, until_s, replies=()):
    """Buckets of a storm with all that the roll-up tells of its drivers."""
    rng = Random(4)
    for bucket in buckets([Part(CHATTER, day(60)), *parts], length_s=until_s, from_s=KNOWN_S):
        since_s = int(bucket.start.timestamp()) - START_S
        half = -(-bucket.mentions // 2)
        star = Influencer(handle="star", posts=1, followers=90_000, reposts=half)
        yield replace(
            bucket,
            influencers=(star, Influencer(handle=f"h{rng.randrange(99)}", posts=1, followers=9)),
            aged=bucket.mentions,
            young=half if since_s > AT_S else 0,
            compared=bucket.mentions,
            copied=half if since_s > AT_S else 0,
            wordings=((COPY, half),) if half and since_s > AT_S else (),
            examples=tuple(replace(one, wording=COPY, text="copy") for one in bucket.examples),
            own=1 if any(since_s <= at_s < since_s + 10 for at_s in replies) else 0,
        )


def storm(at_s, per_hour=1200):
    rate = burst(per_hour, at=at_s, rise_s=300, half_life_s=1500, plateau_s=900)
    return Part(STORM, rate, "storm")


@pytest.fixture(scope="module")
def told(known, brand):
    judge = Judge.load(known, brand, width_s=10)
    parts = [storm(AT_S), storm(REPLY_S + 900, 2400)]
    talk = heard(parts, until_s=AT_S + 4 * HOUR_S, replies=(REPLY_S, REPLY_S + 60))
    return [one for bucket in talk for one in judge.update(bucket)]


def test_a_transition_names_who_carries_it(told):
    star = told[0].drivers.influencers[0]
    assert (star.handle, star.followers) == ("star", 90_000)
    assert star.reposts > 0


def test_a_transition_shows_what_is_copied_and_rates_it(told):
    (wording,) = told[-1].drivers.wordings
    assert (wording.id, wording.sample) == (COPY, "copy")
    wave = next(one for one in told if one.reason == "wave_after_reply")
    assert wave.automation.copied == pytest.approx(0.6, abs=0.1)
    assert wave.automation.young == wave.automation.copied
    assert 0.5 < wave.automation.rating < 0.9


def test_a_transition_says_outrage(told):
    assert told[0].nature == "outrage"


def test_a_transition_projects_more_than_the_usual(told):
    ring = told[0]
    assert ring.projection is not None
    assert ring.projection.next_hour > ring.volume.usual_per_hour
    assert ring.projection.next_hour_low < ring.projection.next_hour_high


@pytest.mark.parametrize(("length_s", "projects"), [(120, True), (1200, False)])
def test_a_gap_is_not_projected_as_a_fall(known, brand, length_s, projects):
    start = datetime.fromtimestamp(START_S + AT_S - 1500, UTC)
    gap = Gap(start=start, end=start + timedelta(seconds=length_s), cause="disconnect")
    judge = Judge.load(known, brand, width_s=10)
    said = []
    for bucket in heard([storm(AT_S)], until_s=AT_S + 2400):
        since_s = int(bucket.start.timestamp()) - START_S
        late = AT_S <= since_s < AT_S + 600
        said += judge.update(replace(bucket, gaps=(gap,)) if late else bucket)
    ring = next(one for one in said if one.state == "open")
    assert (ring.projection is not None) == projects


def test_the_reply_is_marked_and_the_wave_after_it_measured(told):
    assert told[0].reply is None
    wave = next(one for one in told if one.reason == "wave_after_reply")
    at = datetime.fromtimestamp(START_S + REPLY_S, UTC)
    assert abs((wave.reply.at - at).total_seconds()) <= 10
    assert (wave.reply.last - at).total_seconds() > 30
    assert wave.reply.posts == 2
    assert wave.reply.growth > 1.5
    assert wave.reply.highest >= wave.reply.now > wave.reply.before > 0


def test_a_restart_in_the_midst_of_it_says_the_same(known, brand, told):
    parts = [storm(AT_S), storm(REPLY_S + 900, 2400)]
    talk = list(heard(parts, until_s=AT_S + 4 * HOUR_S, replies=(REPLY_S, REPLY_S + 60)))
    judge = Judge.load(known, brand, width_s=10)
    said = []
    for place, bucket in enumerate(talk):
        if place % 97 == 0:
            judge = Judge.load(judge.dump(), brand, width_s=10)
        said += judge.update(bucket)
    assert said == told


def test_growth_is_not_known_before_a_full_minute_has_passed():
    replies = Replies()
    replies.pace(50.0)
    assert replies.before == 0.0
    replies.first_s = 7
    for pace in (50.0, 90.0, 40.0):
        replies.pace(pace)
    assert (replies.before, replies.highest) == (50.0, 90.0)


def test_replies_are_found_in_the_minutes_since_the_onset():
    minutes = [Minute(60 * n, 5, own=int(n in {2, 20, 25, 40})) for n in range(41)]
    minutes[30].mentions = 200
    found = replies_since(Recent(minutes=minutes), 600, 40 * 60 + 30)
    assert (found.first_s, found.last_s, found.posts) == (21 * 60, 40 * 60 + 30, 3)
    assert (found.before, found.highest) == (300.0, 1470.0)
    assert replies_since(Recent(minutes=minutes), 41 * 60, 42 * 60) == Replies()


def test_a_rate_rests_on_enough_mentions():
    loud = Recent(minutes=[Minute(60 * n, 5) for n in range(60)])
    quiet = Recent(minutes=[Minute(60 * n, 1) for n in range(0, 60, 10)])
    assert (rate(loud, 3600), rate(quiet, 3600)) == (300.0, 6.0)


def test_a_reply_before_it_was_noticed_counts_and_one_before_the_onset_does_not(known, brand):
    judge = Judge.load(known, brand, width_s=10)
    talk = heard([storm(AT_S)], until_s=AT_S + HOUR_S, replies=(AT_S - 900, AT_S + 120))
    ring = next(one for bucket in talk for one in judge.update(bucket) if one.state == "open")
    assert ring.reply is not None
    assert ring.reply.posts == 1
    assert ring.onset <= ring.reply.at < ring.at


def test_samples_are_kept_only_of_what_is_most_copied():
    at = datetime.fromtimestamp(START_S, UTC)
    episode = Episode(0, 1.0, begin(10, 0))
    for n in range(300):
        name = f"{n:08x}"
        example = Example(
            id=name, handle="h", followers=1, created_at=at, kind="original", text="t" * 280,
            p_negative=0.5, wording=name,
        )  # fmt: skip
        episode.add(
            Bucket(
                brand="acme", start=at, width_s=10, watermark=at, mentions=2,
                wordings=((name, 1 + n % 7),), examples=(example,),
            ),
            10,
        )  # fmt: skip
        assert set(episode.samples) <= set(episode.drivers["wordings"])
        assert len(episode.samples) <= 24
