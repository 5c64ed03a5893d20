"""The reconstruction keeps to what is known of March 2010."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from lab.simulate import Labelled, Simulation, SimulationPlan, make_plan
from lab.simulate.scenario import excess_scale
from schemas.brand import Brand

NESTLE = Brand(
    id="nestle", names=("Nestlé", "Nestle"), handles=("Nestle",), own_accounts=("Nestle",)
)

MENTIONS_PER_HOUR = 12.0
STORM_PART = excess_scale(MENTIONS_PER_HOUR) / 120.0
"""Size of the storm against that of a brand with 120 mentions an hour, at which it is to scale."""


def march(day: int, hour: float = 0) -> datetime:
    return datetime(2010, 3, day, tzinfo=UTC) + timedelta(hours=hour)


@pytest.fixture(scope="module")
def plan() -> SimulationPlan:
    return make_plan(
        "nestle-greenpeace-2010",
        seed=2010,
        brand=NESTLE,
        start=march(16),
        lead_days=1.3,
        mentions_per_hour=MENTIONS_PER_HOUR,
    )


@pytest.fixture(scope="module")
def posts(plan: SimulationPlan) -> list[Labelled]:
    return list(Simulation(plan))


@pytest.fixture(scope="module")
def episode(posts: list[Labelled]) -> list[Labelled]:
    return [post for post in posts if post.episode]


def count(posts: list[Labelled], start: datetime, end: datetime) -> int:
    return sum(start <= post.mention.created_at < end for post in posts)


def test_it_begins_on_the_morning_of_the_17th(
    plan: SimulationPlan, episode: list[Labelled]
) -> None:
    assert plan.truth.onset == march(17, 8.5)
    assert episode[0].mention.created_at >= march(17, 8.5)


def test_half_is_critical_and_a_fifth_supportive(episode: list[Labelled]) -> None:
    stances = Counter(post.stance for post in episode)
    assert stances["negative"] / len(episode) == pytest.approx(0.50, abs=0.06)
    assert stances["positive"] / len(episode) == pytest.approx(0.21, abs=0.04)


def test_the_second_wave_is_larger_than_the_first(episode: list[Labelled]) -> None:
    first, second = (count(episode, march(17, hour), march(17, hour + 7)) for hour in (8.5, 15.5))
    assert second > 3 * first
    lull = count(episode, march(17, 13.5), march(17, 14.5))
    assert lull < count(episode, march(17, 10), march(17, 11))


def test_the_night_speaks_portuguese_most(episode: list[Labelled]) -> None:
    night = Counter(
        post.mention.lang
        for post in episode
        if march(17, 23) <= post.mention.created_at < march(18, 6)
    )
    assert night.most_common(1)[0][0] == "pt"
    assert night["pt"] > 0.45 * night.total()


def test_the_brand_is_talked_of_most_a_day_before_the_campaigner(posts: list[Labelled]) -> None:
    days = Counter(post.mention.created_at.day for post in posts)
    campaigner = Counter(
        post.mention.created_at.day
        for post in posts
        if "greenpeace" in post.mention.text.casefold()
    )
    assert days.most_common(1)[0][0] == 18
    assert campaigner.most_common(1)[0][0] == 19


def test_the_moderator_answers_critics_on_the_18th(episode: list[Labelled]) -> None:
    rude = [
        post.mention
        for post in episode
        if post.mention.author.handle == "Nestle" and post.stance == "negative"
    ]
    assert len(rude) > 10
    assert all(mention.kind == "reply" and mention.created_at.day == 18 for mention in rude)


def test_a_week_of_decay_leaves_about_four_critical_posts_an_hour(
    episode: list[Labelled],
) -> None:
    daily = [count(episode, march(day), march(day + 1)) for day in range(18, 24)]
    assert all(before > after for before, after in pairwise(daily))
    critical = [post for post in episode if post.stance == "negative"]
    assert 2 < count(critical, march(29), march(30)) / 24 / STORM_PART < 7


def test_nobody_posts_in_the_campaigners_name(posts: list[Labelled]) -> None:
    assert not any("greenpeace" in post.mention.author.handle for post in posts)


def test_the_stated_peak_is_where_the_posts_are(
    plan: SimulationPlan, episode: list[Labelled]
) -> None:
    peak = plan.truth.peak
    assert peak is not None
    hours = Counter((post.mention.created_at - march(17)) // timedelta(hours=1) for post in episode)
    busiest = march(17, hours.most_common(1)[0][0] + 0.5)
    assert abs(busiest - peak) < timedelta(hours=4)
