"""Which stories an incident tells: those since its onset, the attack always among them."""

from datetime import UTC, datetime, timedelta

from pipeline.detection.window.stories import KEPT, TOLD, KnownStories
from schemas.bucket import Bucket, Story

T0 = 1_268_816_400


def bucket(second: int, *stories: Story) -> Bucket:
    start = datetime.fromtimestamp(T0 + second, UTC)
    return Bucket(
        brand="nestle", start=start, width_s=10, watermark=start + timedelta(seconds=10),
        stories=stories,
    )  # fmt: skip


def story(name: str, texts: int, *, began: int = 0, merged: tuple[str, ...] = (), **counts: int):
    return Story(id=name, started_s=T0 + began, texts=texts, merged=merged, **counts)


def heard(*buckets: tuple[int, Story]) -> KnownStories:
    known = KnownStories()
    for second, one in buckets:
        known.add(bucket(second, one), T0 + second + 10)
    return known


def names(known: KnownStories) -> list[str]:
    return [one.id for one in known.foremost()]


def test_the_largest_are_told_first_with_their_newest_figures():
    known = heard((0, story("a", 5)), (10, story("b", 9)), (20, story("a", 12)))
    assert [(one.id, one.texts) for one in known.foremost()] == [("a", 12), ("b", 9)]


def test_a_harmless_burst_does_not_hide_an_attack():
    bursts = [(10 * n, story(f"win{n}", 1000 + n)) for n in range(5)]
    attack = story("palm", 40, negative=38, attacks=30)
    known = heard(*bursts, (60, attack))
    assert "palm" in names(known)
    assert len(names(known)) == TOLD


def test_of_an_older_story_only_what_came_since_counts():
    known = heard((0, story("old", 500, negative=50)), (4000, story("new", 20, began=3900)))
    since = known.since(T0 + 3950)
    since.add(bucket(4010, story("old", 503, negative=51)), T0 + 4020)
    told = {one.id: (one.texts, one.negative) for one in since.foremost()}
    assert told == {"new": (20, 0), "old": (3, 1)}


def test_a_story_that_was_merged_is_told_once_and_keeps_what_was_before():
    known = heard((0, story("old", 500)), (10, story("side", 40))).since(T0 + 7200)
    known.add(bucket(7210, story("old", 560, merged=("side",))), T0 + 7220)
    assert [(one.id, one.texts) for one in known.foremost()] == [("old", 20)]


def test_it_stays_bounded_and_forgets():
    known = heard(*((n, story(f"s{n}", 10 + n)) for n in range(1000)))
    assert len(known.known) <= 2 * KEPT
    assert names(known)[0] == "s999"
    known.forget(T0 + 8000)
    assert known.foremost() == ()
