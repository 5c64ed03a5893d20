"""A revision takes the place of what its bucket was; what was said before stands."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from talk import CHATTER, HOUR_S, START_S, Kind, Part, buckets, burst, day

from agents.settings import Settings
from pipeline.detection.baseline.loudness import LATE_PART, LoudnessMonitor
from pipeline.detection.judge import Judge
from pipeline.detection.window.rows import REVISABLE_S
from pipeline.rollup import horizon
from schemas.brand import Brand
from schemas.bucket import Bucket, LeadingPost, Voices, Watched
from schemas.incident import Transition

BRAND = Brand(id="acme", names=("Acme",))
STORM = Kind(negative=0.85, positive=0.03, repost=0.5, reply=0.05, outrage=0.3, boycott=0.2)
LATEST_S = 600


@cache
def talk() -> list[Bucket]:
    return list(buckets([Part(CHATTER, day(900))], length_s=2 * HOUR_S, seed=3))


def thin(bucket: Bucket) -> Bucket:
    """What had come in time: one post."""
    return Bucket(
        brand=bucket.brand,
        start=bucket.start,
        width_s=bucket.width_s,
        watermark=bucket.watermark,
        mentions=1,
        neutral=1,
        originals=1,
        voices=Voices(texts=1000),
        hashtags=(("#early", 1),),
    )


def judged(made: list[Bucket], judge: Judge) -> list[Transition]:
    return [said for bucket in made for said in judge.update(bucket)]


def window(judge: Judge) -> tuple:
    """All that a look rests on, but for what is usual."""
    state = judge._state
    recent, detector = state.recent, state.detector
    rows = [replace(one, revision=0) for one in recent.rows]
    return recent.minutes, recent.blocks, rows, detector.steps, detector.totals


@st.composite
def arrivals(draw: st.DrawFn) -> list[Bucket]:
    """Every bucket ends as the talk has it; before, some are thin, and of some nothing came."""
    made = talk()
    length = draw(st.integers(2, 300))
    events: list[tuple[float, int, Bucket]] = []
    for place, bucket in enumerate(made[:length]):
        start_s = bucket.start.timestamp()
        first = draw(st.sampled_from(["whole"] * 6 + ["thin", "nothing"])) if place else "whole"
        if first == "whole" or place == length - 1:
            events.append((start_s, 0, bucket))
            continue
        if first == "thin":
            events.append((start_s, 0, thin(bucket)))
        delays_s = sorted(draw(st.lists(st.integers(0, LATEST_S), min_size=1, max_size=3)))
        for revision, delay_s in enumerate(delays_s[:-1], 1):
            events.append((start_s + delay_s, -1, replace(thin(bucket), revision=revision)))
        last = replace(bucket, revision=len(delays_s))
        events.append((start_s + delays_s[-1], -1, last))
        if draw(st.booleans()):  # a copy of an older one changes nothing
            events.append((start_s + delays_s[-1], -1, replace(thin(bucket), revision=1)))
    events.sort(key=lambda event: event[:2])
    ordered = [bucket for _, _, bucket in events]
    end = replace(made[length], start=made[length + 120].start)
    return [*ordered, end]


def final(arrived: list[Bucket]) -> list[Bucket]:
    newest: dict = {}
    for one in arrived:
        if one.start not in newest or one.revision > newest[one.start].revision:
            newest[one.start] = one
    return [replace(newest[start], revision=0) for start in sorted(newest)]


@settings(max_examples=40, deadline=None)
@given(arrivals())
def test_the_window_is_that_of_the_buckets_as_they_were_told_last(arrived):
    late, in_order = Judge(BRAND, width_s=10), Judge(BRAND, width_s=10)
    judged(arrived, late)
    judged(final(arrived), in_order)
    assert window(late) == window(in_order)


@settings(max_examples=20, deadline=None)
@given(arrivals(), st.data())
def test_an_interruption_anywhere_changes_nothing(arrived, data):
    whole, cut = Judge(BRAND, width_s=10), Judge(BRAND, width_s=10)
    place = data.draw(st.integers(0, len(arrived)))
    said = judged(arrived, whole)
    first = judged(arrived[:place], cut)
    cut = Judge.load(cut.dump(), BRAND, width_s=10)
    assert first + judged(arrived[place:], cut) == said
    assert cut.dump() == whole.dump()


def after(known_until_s: int, *parts: Part) -> list[Bucket]:
    """An hour of talk from when the brand is known."""
    at_s = known_until_s - START_S
    made = buckets([Part(CHATTER, day(60)), *parts], length_s=at_s + HOUR_S, seed=7)
    return [one for one in made if one.start.timestamp() >= known_until_s]


def storm(known_until_s: int) -> list[Bucket]:
    at_s = known_until_s - START_S + 600
    return after(known_until_s, Part(STORM, burst(3000, at=at_s, rise_s=900, half_life_s=14_400)))


def test_a_storm_that_comes_late_rings_all_the_same(known: bytes, known_until_s: int):
    """Of 60 posts 59 come late, as from a source that is always slow."""
    whole = storm(known_until_s)
    late: list[tuple[float, Bucket]] = []
    for bucket in whole:
        start_s = bucket.start.timestamp()
        late += [(start_s, thin(bucket)), (start_s + 40, replace(bucket, revision=1))]
    late.sort(key=lambda one: one[0])

    def rang_s(made: list[Bucket]) -> float:
        said = judged(made, Judge.load(known, BRAND, width_s=10))
        return next(one.at.timestamp() for one in said if one.state == "open")

    assert 0 <= rang_s([bucket for _, bucket in late]) - rang_s(whole) <= 120


def test_an_episode_counts_each_post_once(known: bytes, known_until_s: int):
    judge = Judge.load(known, BRAND, width_s=10)
    made = storm(known_until_s)
    judged(made, judge)
    episode = judge._state.episode
    assert episode is not None
    before, counted = episode.mentions, episode.counted
    more = replace(
        made[-2], revision=1, mentions=made[-2].mentions + 5, neutral=made[-2].neutral + 5
    )
    for _ in range(2):
        assert judge.update(more) == []
        assert (episode.mentions, episode.counted) == (before + 5, counted + 5)


def test_a_step_of_the_watch_list_that_a_late_post_makes_is_told(known: bytes, known_until_s: int):
    critic = Watched(kind="critic", post="root", handle="Greenpeace", count=10)
    judge = Judge.load(known, BRAND, width_s=10)
    made = after(known_until_s)
    judged(made[:3], judge)
    late = [replace(made[1], revision=revision, watched=(critic,)) for revision in (1, 2)]
    said = judged([*late, *made[3:]], judge)
    assert [one.reason for one in said if not one.refreshed] == ["critic_spreads"]


def test_what_lies_too_far_back_is_not_taken(known: bytes):
    judge = Judge.load(known, BRAND, width_s=10)
    before = window(judge)
    [*_, newest] = judge._state.recent.rows
    old_s = judge._state.recent.revisable_from_s - 10
    assert newest.start_s - old_s > REVISABLE_S
    past = talk()[0]
    old = replace(past, start=past.start.fromtimestamp(old_s, past.start.tzinfo), revision=1)
    assert judge.update(old) == []
    assert window(judge) == before


def test_the_judge_holds_what_the_roll_up_may_revise():
    longest = Settings.__annotations__["horizon_s"].__metadata__[0].le
    assert longest + horizon.WAIT_S <= REVISABLE_S


def test_a_cascade_that_was_told_later_stands(known: bytes):
    """It holds for ten minutes from when it was told, and a revision is of the time before."""
    leading = Judge.load(known, BRAND, width_s=10)._detector.state.leading
    for at_s, reposts in ((1_000, 8), (900, 9), (800, 7)):
        post = LeadingPost(post=1, reposts=reposts)
        leading.take(at_s, Voices(cascade=reposts, leading=(post,)))
    assert [one.reposts for one in leading.posts] == [8]
    assert leading.cascade == 9
    leading.come_to(1_510)
    assert leading.cascade == 8


def test_late_posts_teach_how_much_is_usual_and_make_no_loud_minute():
    def monitor(*, late: float) -> LoudnessMonitor:
        made = LoudnessMonitor(width_s=60)
        for place, bucket in enumerate(talk()[:100]):
            said = made.update(bucket, START_S + 60 * place, frozen=False)
            made.late(late, late)
        assert said.severity < 3
        return made

    in_time, all_late = monitor(late=0.0), monitor(late=9.0)
    more = all_late._late.mentions
    assert more == pytest.approx(9.0 / LATE_PART, rel=0.01)
    learned = all_late._said.usual_per_hour - in_time._said.usual_per_hour
    assert 0.5 < learned / (9 * 60) < 1.1
