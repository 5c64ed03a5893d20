"""What the watch list tells: one quiet line of its own kind, that ends as every heads-up does."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from talk import CHATTER, DAY_S, HOUR_S, START_S, Kind, Part, buckets, burst, day

from pipeline.detection.detector.levels import HEADS_UP_OVER_S
from pipeline.detection.judge import Judge
from schemas.brand import Brand
from schemas.bucket import Bucket, Watched
from schemas.incident import Transition

BRAND = Brand(id="acme", names=("Acme",))
STORM = Kind(negative=0.85, positive=0.03, repost=0.5, reply=0.05, outrage=0.3, boycott=0.2)
AT_S = 2 * DAY_S + 5 * HOUR_S
CRITIC = Watched(kind="critic", post="root", handle="Greenpeace", count=10)


def quiet(until_s: int, *parts: Part, length_s: int | None = None) -> list[Bucket]:
    return list(buckets([Part(CHATTER, day(40)), *parts], length_s=length_s or until_s))


def with_watched(made: list[Bucket], *steps: tuple[int, tuple[Watched, ...]]) -> list[Bucket]:
    """The same buckets, where from each second on the next one brings these."""
    waiting = sorted(steps)
    told = []
    for bucket in made:
        if waiting and bucket.start.timestamp() - START_S >= waiting[0][0]:
            bucket = replace(bucket, watched=waiting.pop(0)[1])  # noqa: PLW2901 - the same one
        told.append(bucket)
    assert not waiting
    return told


def judged(made: list[Bucket], judge: Judge | None = None) -> list[Transition]:
    judge = judge or Judge(BRAND, width_s=10)
    told = (said for bucket in made for said in judge.update(bucket))
    return [said for said in told if not said.refreshed]


def clock(at_s: int) -> Bucket:
    at = datetime.fromtimestamp(START_S + at_s, UTC)
    return Bucket(brand="*", start=at, width_s=10, watermark=at)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("critic", "critic_spreads"),
        ("ratioed", "own_post_ratioed"),
        ("campaign", "lone_campaign"),
    ],
)
def test_each_kind_is_a_heads_up_of_its_own(kind: str, reason: str) -> None:
    step = replace(CRITIC, kind=kind)
    noticed, over = judged(with_watched(quiet(AT_S + 8 * HOUR_S), (AT_S, (step,))))
    assert (noticed.state, noticed.level, noticed.reason) == ("noticed", "heads_up", reason)
    assert noticed.watched == (step,)
    assert noticed.sighting is not None  # it says what would make it ring, as every heads-up
    assert 0 <= noticed.at.timestamp() - START_S - AT_S <= 300
    assert (over.state, over.reason) == ("dismissed", "went_no_further")
    assert over.at.timestamp() - noticed.at.timestamp() >= HEADS_UP_OVER_S


def test_where_nothing_more_is_said_the_clock_brings_the_line() -> None:
    made = with_watched(quiet(AT_S), (AT_S - 600, (CRITIC,)))
    place = next(n for n, one in enumerate(made) if one.watched)
    judge = Judge(BRAND, width_s=10)
    judged(made[: place + 1], judge)
    assert judge.active
    at_s = int(made[place].start.timestamp()) - START_S
    [noticed] = judge.update(clock(at_s + 300))
    assert noticed.reason == "critic_spreads"


def test_in_the_first_hours_of_a_brand_it_is_told_without_figures() -> None:
    noticed, *_ = judged(with_watched(quiet(2 * HOUR_S), (HOUR_S, (CRITIC,))))
    assert (noticed.reason, noticed.sighting) == ("critic_spreads", None)


def test_while_an_episode_is_under_way_no_line_is_written() -> None:
    more = replace(CRITIC, count=30)
    other = Watched(kind="campaign", post="p", handle="loner", count=12)
    steps = ((AT_S, (CRITIC,)), (AT_S + 1200, (more,)), (AT_S + 2400, (other,)))
    noticed, over = judged(with_watched(quiet(AT_S + 9 * HOUR_S), *steps))
    assert (noticed.watched, over.watched) == ((CRITIC,), (more, other))


def test_a_storm_after_it_rings_in_the_same_incident() -> None:
    storm = Part(STORM, burst(900, at=AT_S + HOUR_S, rise_s=1800, half_life_s=HOUR_S), "storm")
    made = with_watched(quiet(0, storm, length_s=AT_S + 3 * HOUR_S), (AT_S, (CRITIC,)))
    noticed, rang, *_ = judged(made)
    assert (noticed.reason, rang.state, rang.level) == ("critic_spreads", "open", "ring")
    assert (rang.incident, rang.watched) == (noticed.incident, (CRITIC,))
    assert rang.heads_up_at == noticed.at


def test_a_state_taken_up_anywhere_says_the_same() -> None:
    made = with_watched(quiet(AT_S + 7 * HOUR_S), (AT_S, (CRITIC,)), (AT_S + 60, (CRITIC,)))
    place = next(n for n, one in enumerate(made) if one.watched)
    whole = judged(made)
    for cut in (place, place + 1, place + 2, place + 40):
        judge = Judge(BRAND, width_s=10)
        said = judged(made[:cut], judge)
        resumed = Judge.load(judge.dump(), BRAND, width_s=10)
        assert said + judged(made[cut:], resumed) == whole


def test_at_most_one_an_hour() -> None:
    judge = Judge(BRAND, width_s=10)
    steps = tuple((AT_S + 60 * n, (replace(CRITIC, post=str(n)),)) for n in range(1, 100, 7))
    made = with_watched(quiet(AT_S + 2 * HOUR_S), *steps)
    said: list[Transition] = []
    for bucket in made:
        said += judge.update(bucket)
        if judge.active and said:
            judge._end(int(bucket.start.timestamp()))  # as if somebody had called it nothing
    lines = [one.at.timestamp() for one in said]
    assert len(lines) == 2
    assert lines[1] - lines[0] >= HOUR_S - 120
